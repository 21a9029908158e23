/// What a model would do with another design and the same weights: design parameters swept over a
/// grid, with the derivative of every effect by the adjoint.
package org.costate.control.whatif;
