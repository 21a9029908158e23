/// What a trained or imported model does along its depth: costates, Hamiltonian, gains.
package org.costate.control.diagnose;
