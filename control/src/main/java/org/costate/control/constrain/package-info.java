/// Training under constraints: sets with exact projections, projected gradients, sequential
/// quadratic programming, and the Karush–Kuhn–Tucker residuals of what comes out.
package org.costate.control.constrain;
