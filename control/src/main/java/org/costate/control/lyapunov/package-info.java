/// Quadratic Lyapunov functions of products of matrices: one for a whole set of them, by a linear
/// matrix inequality, and one that changes from step to step, by recursion.
package org.costate.control.lyapunov;
