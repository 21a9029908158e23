/// Data that models are trained on: text as characters, tables, generated trajectories, and the
/// windows and splits that make batches of them.
package org.costate.interop.data;
