/// The continuous equation of a Transformer as data.
package org.costate.model.equation;
