/// The plain reference interpreter: the formulas of all operators, schemes and controls once more,
/// as clear loops over numbers of any field. Slow, for small sizes; the independent route of every
/// check.
package org.costate.adjoint.reference;
