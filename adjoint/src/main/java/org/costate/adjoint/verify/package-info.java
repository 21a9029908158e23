/// Verification of gradients: dot products, Taylor remainders, central differences, Hessian–vector
/// products and dual numbers, every one with a verdict that names its method, its violation, its
/// tolerance and a witness that it was not vacuous.
package org.costate.adjoint.verify;
