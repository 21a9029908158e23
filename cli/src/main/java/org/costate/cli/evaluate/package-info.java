/// Evaluates models on tensors from files, forwards and, on demand, backwards, and compares the
/// results with references.
package org.costate.cli.evaluate;
