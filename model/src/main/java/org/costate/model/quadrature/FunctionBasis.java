package org.costate.model.quadrature;

/// Functions `φ_0 … φ_{n−1}` on `[from, to]` in which kernels over tokens or features are expanded.
///
/// @param kind which family
/// @param count how many
/// @param from left end
/// @param to right end
public record FunctionBasis(Kind kind, int count, double from, double to) {
  /// Families of functions, in `x` mapped to `[−1, 1]`.
  public enum Kind {
    /// Legendre polynomials `P_k(x)`.
    LEGENDRE,
    /// Chebyshev polynomials `T_k(x)`.
    CHEBYSHEV,
    /// `1, cos πx, sin πx, cos 2πx, sin 2πx, …`: periodic.
    FOURIER,
    /// Hat functions on equally spaced nodes, both ends included.
    PIECEWISE_LINEAR
  }

  /// @throws IllegalArgumentException if there are too few functions or the ends do not rise
  public FunctionBasis {
    int least = kind == Kind.PIECEWISE_LINEAR ? 2 : 1;
    if (count < least || !(from < to) || Double.isInfinite(to - from)) {
      throw new IllegalArgumentException(
          "basis "
              + kind
              + ": found "
              + count
              + " functions on ["
              + from
              + ", "
              + to
              + "], expected at least "
              + least
              + " and rising, finite ends");
    }
  }

  /// `φ_k` at position `position` in `[from, to]`.
  public double value(int k, double position) {
    double x = (2 * position - from - to) / (to - from);
    return switch (kind) {
      case LEGENDRE -> legendre(k, x);
      case CHEBYSHEV -> chebyshev(k, x);
      case FOURIER -> fourier(k, x);
      case PIECEWISE_LINEAR -> Math.max(0, 1 - Math.abs((x + 1) / 2 * (count - 1) - k));
    };
  }

  private static double legendre(int k, double x) {
    double before = 0;
    double p = 1;
    for (int j = 0; j < k; j++) {
      double next = ((2 * j + 1) * x * p - j * before) / (j + 1);
      before = p;
      p = next;
    }
    return p;
  }

  private static double chebyshev(int k, double x) {
    double before = x;
    double p = 1;
    for (int j = 0; j < k; j++) {
      double next = 2 * x * p - before;
      before = p;
      p = next;
    }
    return p;
  }

  private static double fourier(int k, double x) {
    int frequency = (k + 1) / 2;
    return k % 2 == 0 ? Math.cos(Math.PI * frequency * x) : Math.sin(Math.PI * frequency * x);
  }
}
