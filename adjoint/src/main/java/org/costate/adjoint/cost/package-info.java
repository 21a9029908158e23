/// What the sweeps need to know of a cost: its value and its derivatives.
package org.costate.adjoint.cost;
