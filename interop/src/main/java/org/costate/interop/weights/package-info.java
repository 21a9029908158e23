/// Where the tensors of a model file lie among the coefficients of a model: one map serves import,
/// export, and the naming of gradients.
package org.costate.interop.weights;
