/// Quadrature on tokens and features, and kernels that are given as functions.
package org.costate.model.quadrature;
