/// Minimisers of an [org.costate.control.Objective], each a rule for one step and a state of named
/// arrays.
package org.costate.control.optimise;
