/// Measured orders of convergence: of schemes in time, of quadratures on tokens and features.
package org.costate.model.converge;
