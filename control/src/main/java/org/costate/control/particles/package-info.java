/// Tokens as interacting particles on the sphere: self-attention dynamics, its reference solutions
/// and what is observed along them.
package org.costate.control.particles;
