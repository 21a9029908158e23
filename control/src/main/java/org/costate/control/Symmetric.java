package org.costate.control;

import org.costate.adjoint.LinearMap;

/// A symmetric matrix of which products are known.
///
/// @param size rows and columns
/// @param product how to multiply
public record Symmetric(int size, Product product) implements LinearMap {
  /// `out := A v`.
  @FunctionalInterface
  public interface Product {
    /// Multiplies with `v`.
    ///
    /// @param out overwritten
    void apply(double[] v, double[] out);
  }

  @Override
  public int rows() {
    return size;
  }

  @Override
  public int cols() {
    return size;
  }

  @Override
  public void apply(double[] v, double[] out) {
    product.apply(v, out);
  }

  @Override
  public void applyTranspose(double[] w, double[] out) {
    product.apply(w, out);
  }
}
