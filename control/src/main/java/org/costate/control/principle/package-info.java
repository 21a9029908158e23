/// Pontryagin's maximum principle on the discretised equation: Hamiltonians of the steps, their
/// derivatives, their maximisation, and how far controls are from the maximum.
package org.costate.control.principle;
