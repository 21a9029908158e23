/// Sweeps over a whole model: forward, tangent, adjoint and second-order adjoint of one chunk on
/// one thread, and of an ensemble of chunks on several.
package org.costate.adjoint.sweep;
