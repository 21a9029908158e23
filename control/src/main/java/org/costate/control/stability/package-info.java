/// How perturbations grow along a trajectory: Lyapunov exponents, singular values, gains, and how
/// tokens lie to each other; all from products with the tangents and adjoints of the steps.
package org.costate.control.stability;
