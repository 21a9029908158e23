/// Schedules that trade memory for repeated steps: actions on integers, planned before the sweep
/// runs and proved by a validator without any model.
package org.costate.adjoint.checkpoint;
