package org.costate.adjoint;

/// A linear map `A` of which only products are known: a Jacobian, a propagator over several steps,
/// a Hessian, a Gramian.
public interface LinearMap {
  /// Length of `A v`.
  int rows();

  /// Length of `v`.
  int cols();

  /// `out := A v`.
  ///
  /// @param v `cols()` numbers, not modified
  /// @param out `rows()` numbers, overwritten
  void apply(double[] v, double[] out);

  /// `out := Aᵀ w`.
  ///
  /// @param w `rows()` numbers, not modified
  /// @param out `cols()` numbers, overwritten
  void applyTranspose(double[] w, double[] out);
}
