/// Costs of optimal-control problems: of the output, of the steps, of the controls.
package org.costate.control.cost;
