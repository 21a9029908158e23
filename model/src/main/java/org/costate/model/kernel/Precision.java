package org.costate.model.kernel;

/// In what the large matrix products of a sweep are computed. States, records, gradients, sums and
/// everything else are in double precision whatever is chosen.
public enum Precision {
  /// Double precision throughout.
  FLOAT64,
  /// Large products of operands rounded to single precision: see [SinglePrecisionKernels].
  FLOAT32
}
