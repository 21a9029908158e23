/// Forward, tangent, adjoint and second-order sweeps over any scheme, checkpoint schedules,
/// verification.
package org.costate.adjoint;
