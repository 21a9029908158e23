package org.costate.model.kernel;

/// Activations and their first two derivatives, one number at a time.
///
/// With `σ(a) = 1/(1 + e^{−a})`: `½ (1 + tanh g) = σ(2g)`, so both SiLU and the tanh form of GELU
/// are `x σ(a(x))`, computed from `e^{−|a|}` without cancellation.
final class ScalarActivation {
  /// `2 √(2/π)` and three times the cubic coefficient of the tanh form of GELU.
  static final double GELU_SLOPE = 0x1.9884533d43651p+0;

  static final double GELU_CUBIC = 0.044715;

  /// From here on `σ(2g)` is 0 or 1 to the last bit; keeps powers of `x` finite.
  static final double GELU_MAX = 40;

  private ScalarActivation() {}

  /// `f(x)`.
  static double value(Activation f, double x) {
    return switch (f) {
      case IDENTITY -> x;
      case RELU -> Math.max(x, 0.0);
      case GELU_ERF -> x * Elementary.normal(x);
      case GELU_TANH -> x * sigmoid(geluArgument(clamp(x)));
      case SILU -> x * sigmoid(x);
      case TANH -> Elementary.tanh(x);
    };
  }

  /// `f'(x)`.
  static double first(Activation f, double x) {
    return switch (f) {
      case IDENTITY -> 1;
      case RELU -> x > 0 ? 1 : 0;
      case GELU_ERF -> geluErfFirst(x);
      case GELU_TANH -> geluTanhFirst(clamp(x));
      case SILU -> gatedFirst(x, x, 1);
      case TANH -> tanhFirst(x);
    };
  }

  /// `f''(x)`.
  static double second(Activation f, double x) {
    return switch (f) {
      case IDENTITY, RELU -> 0;
      case GELU_ERF -> geluErfSecond(x);
      case GELU_TANH -> geluTanhSecond(clamp(x));
      case SILU -> gatedSecond(x, x, 1, 0);
      case TANH -> tanhSecond(x);
    };
  }

  private static double clamp(double x) {
    double below = x > GELU_MAX ? GELU_MAX : x;
    return below < -GELU_MAX ? -GELU_MAX : below;
  }

  private static double sigmoid(double a) {
    double e = Elementary.exp(-Math.abs(a));
    return (a < 0 ? e : 1) / (1 + e);
  }

  /// `d/dx x σ(a(x)) = σ + x σ (1 − σ) a'`.
  private static double gatedFirst(double x, double a, double slope) {
    double e = Elementary.exp(-Math.abs(a));
    double d = 1 + e;
    double s = (a < 0 ? e : 1) / d;
    double bell = e / (d * d);
    return Math.fma(x * bell, slope, s);
  }

  /// `d²/dx² x σ(a(x)) = σ (1 − σ) (2 a' + x ((1 − 2σ) a'² + a''))`.
  private static double gatedSecond(double x, double a, double slope, double curvature) {
    double e = Elementary.exp(-Math.abs(a));
    double d = 1 + e;
    double odd = (a < 0 ? 1 - e : e - 1) / d;
    double bell = e / (d * d);
    return bell * Math.fma(x, Math.fma(odd * slope, slope, curvature), 2 * slope);
  }

  private static double geluArgument(double x) {
    return GELU_SLOPE * Math.fma(GELU_CUBIC * x * x, x, x);
  }

  private static double geluSlope(double x) {
    return GELU_SLOPE * Math.fma(3 * GELU_CUBIC * x, x, 1);
  }

  private static double geluTanhFirst(double x) {
    return gatedFirst(x, geluArgument(x), geluSlope(x));
  }

  private static double geluTanhSecond(double x) {
    return gatedSecond(x, geluArgument(x), geluSlope(x), GELU_SLOPE * 6 * GELU_CUBIC * x);
  }

  /// `Φ(x) + x φ(x)`.
  private static double geluErfFirst(double x) {
    double z = Elementary.magnitude(x, Elementary.NORMAL_MAX);
    double gauss = Elementary.gauss(z);
    double tail = Elementary.tail(z, gauss);
    return Math.fma(x, gauss * Elementary.INVERSE_SQRT_TWO_PI, x < 0 ? tail : 1 - tail);
  }

  /// `φ(x) (2 − x²)`.
  private static double geluErfSecond(double x) {
    double z = Elementary.magnitude(x, Elementary.NORMAL_MAX);
    double density = Elementary.gauss(z) * Elementary.INVERSE_SQRT_TWO_PI;
    return density * Math.fma(-z, z, 2);
  }

  /// `1 − tanh² x = 4 e^{2|x|}/(e^{2|x|} + 1)²`.
  private static double tanhFirst(double x) {
    double em = Elementary.expm1(2 * Elementary.magnitude(x, Elementary.TANH_MAX));
    double inverse = 1 / (em + 2);
    return 4 * inverse * ((em + 1) * inverse);
  }

  /// `−2 tanh x (1 − tanh² x)`.
  private static double tanhSecond(double x) {
    double em = Elementary.expm1(2 * Elementary.magnitude(x, Elementary.TANH_MAX));
    double inverse = 1 / (em + 2);
    double bell = 4 * inverse * ((em + 1) * inverse);
    return -2 * Math.copySign(em * inverse, x) * bell;
  }

  /// [Kernels#activateWithDerivatives] from element `from` on.
  static void all(
      Activation f,
      int from,
      int n,
      double[] x,
      int xo,
      double[] y,
      int yo,
      double[] slope,
      int so,
      double[] curvature,
      int co) {
    for (int i = from; i < n; i++) {
      y[yo + i] = value(f, x[xo + i]);
      slope[so + i] = first(f, x[xo + i]);
      if (curvature.length > 0) {
        curvature[co + i] = second(f, x[xo + i]);
      }
    }
  }
}
