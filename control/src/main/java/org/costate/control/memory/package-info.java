/// Associative memory from linear to exponential: energies, retrieval by attention, capacity.
package org.costate.control.memory;
