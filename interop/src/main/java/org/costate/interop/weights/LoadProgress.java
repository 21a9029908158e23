package org.costate.interop.weights;

/// Hears how far a load is.
@FunctionalInterface
public interface LoadProgress {
  /// Hears nothing.
  LoadProgress NONE = (done, total) -> {};

  /// `done` of `total` numbers are read.
  void reached(long done, long total);
}
