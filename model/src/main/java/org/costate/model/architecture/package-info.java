/// Architectures as data: what a Transformer is called in the field, written as entry, block, depth
/// and exit, and the [org.costate.model.Model] that it means.
package org.costate.model.architecture;
