package org.costate.model.quadrature;

import java.util.Arrays;

/// A kernel given as a function: `W(ξ, y) = Σ_kl a_kl φ_k(ξ) ψ_l(y)`, so that the matrices of a
/// Transformer can be made for any number of features.
///
/// @param in functions `φ_k` of the variable that is integrated over
/// @param out functions `ψ_l` of the other one
/// @param coefficients `a`, `[in.count, out.count]`, row-major
public record FunctionKernel(FunctionBasis in, FunctionBasis out, double[] coefficients) {
  /// @throws IllegalArgumentException if there are not `in.count · out.count` coefficients
  public FunctionKernel {
    if (coefficients.length != Math.multiplyExact(in.count(), out.count())) {
      throw new IllegalArgumentException(
          "kernel: found "
              + coefficients.length
              + " coefficients, expected "
              + in.count()
              + " x "
              + out.count());
    }
    coefficients = coefficients.clone();
  }

  @Override
  public double[] coefficients() {
    return coefficients.clone();
  }

  /// `W(ξ, y)`.
  public double value(double xi, double y) {
    double sum = 0;
    for (int k = 0; k < in.count(); k++) {
      double phi = in.value(k, xi);
      for (int l = 0; l < out.count(); l++) {
        sum += coefficients[k * out.count() + l] * phi * out.value(l, y);
      }
    }
    return sum;
  }

  /// The matrix `[ξ nodes, y nodes]` that makes a row vector of nodal values the nodal values of
  /// its integral: `v_i W(ξ_i, y_j)`, so that `(u W)_j ≈ ∫ W(ξ, y_j) u(ξ) dξ`.
  public double[] matrix(QuadratureRule xi, QuadratureRule y) {
    double[] w = new double[Math.multiplyExact(xi.size(), y.size())];
    Arrays.setAll(
        w,
        at -> {
          int i = at / y.size();
          return xi.weight(i) * value(xi.node(i), y.node(at % y.size()));
        });
    return w;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FunctionKernel o
        && in.equals(o.in)
        && out.equals(o.out)
        && Arrays.equals(coefficients, o.coefficients);
  }

  @Override
  public int hashCode() {
    return 31 * in.hashCode() + 7 * out.hashCode() + Arrays.hashCode(coefficients);
  }

  @Override
  public String toString() {
    return "FunctionKernel[" + in + ", " + out + "]";
  }
}
