/// Training: initial controls, ensembles and how mini-batches are drawn from them, and the loop as
/// a state machine that can be stopped and continued to the same bits.
package org.costate.control.train;
