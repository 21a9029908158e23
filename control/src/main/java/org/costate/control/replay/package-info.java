/// A step of a trajectory line by line: its operators at their points forwards, and the costates of
/// their results backwards.
package org.costate.control.replay;
