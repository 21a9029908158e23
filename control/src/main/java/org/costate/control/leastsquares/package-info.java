/// Least squares as a special case of attention: one layer whose forward pass is the projection.
package org.costate.control.leastsquares;
