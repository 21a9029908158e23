package org.costate.model.kernel;

/// The elementary functions that every tier shares: `e^x`, `log x`, `tanh x` and the normal
/// distribution, as fixed sequences of IEEE additions, multiplications, divisions and fused
/// multiply-adds.
///
/// The library functions are not used because their compiled and interpreted versions may differ
/// in the last bit; a fixed sequence gives the same bits in every compilation tier of the JVM, and
/// the same bits again when it is written lane by lane.
///
/// The coefficients are those of interpolants at Chebyshev points, computed with 60 digits and
/// more.
final class Elementary {
  /// Above this `e^x` overflows, below [#EXP_MIN] it rounds to zero.
  static final double EXP_MAX = 710;

  static final double EXP_MIN = -746;
  static final double LOG2_E = 0x1.71547652b82fep+0;

  /// `log 2` in two parts; the first has 42 bits, so that its product with an exponent is exact.
  static final double LOG2_HIGH = 0x1.62e42fefa3800p-1;

  static final double LOG2_LOW = 0x1.ef35793c76730p-45;

  /// Added and subtracted again this rounds to the nearest integer.
  static final double ROUND = 0x1.8p+52;

  /// As [#ROUND], with the exponent bias: the low bits of a sum are the biased exponent.
  static final double ROUND_BIASED = 0x1.8p+52 + 1023;

  /// `tanh x` is 1 to the last bit long before this; kept larger for its derivatives.
  static final double TANH_MAX = 350;

  /// From here on `e^{−x²/2}` is taken for zero: a little further `Φ(−x)` would lose digits below
  /// the least normal number.
  static final double NORMAL_MAX = 37.5;

  static final double INVERSE_SQRT_TWO_PI = 0x1.9884533d43651p-2;

  /// `(e^r − 1 − r)/r²` on `|r| ≤ 0.3467`, relative error of `e^r` 2e-17.
  static final double E0 = 0x1.0000000000001p-1;

  static final double E1 = 0x1.5555555555556p-3;
  static final double E2 = 0x1.5555555553d56p-5;
  static final double E3 = 0x1.11111111109afp-7;
  static final double E4 = 0x1.6c16c17890eb4p-10;
  static final double E5 = 0x1.a01a01a7c73c0p-13;
  static final double E6 = 0x1.a019b8f9792eep-16;
  static final double E7 = 0x1.71de0da24602dp-19;
  static final double E8 = 0x1.28919ccaf9211p-22;
  static final double E9 = 0x1.af38c67fbb53ep-26;

  /// `e^{z²/2} Φ(−z) = P(z)/Q(z)` on `0 ≤ z ≤ 37.5`, relative error 1e-16. No coefficient is
  /// negative, so nothing cancels.
  static final double P0 = 0x1.0000000000000p-1;

  static final double P1 = 0x1.8caa68c645786p-1;
  static final double P2 = 0x1.30091ece6f6aap-1;
  static final double P3 = 0x1.2817411c0410fp-2;
  static final double P4 = 0x1.8fce2fa380f9ap-4;
  static final double P5 = 0x1.8286927fba6f7p-6;
  static final double P6 = 0x1.0b850f0c3e11cp-8;
  static final double P7 = 0x1.008001739730dp-11;
  static final double P8 = 0x1.377cd71d55c06p-15;
  static final double P9 = 0x1.7246607ac4942p-20;
  static final double Q1 = 0x1.2c7649327394ap+1;
  static final double Q2 = 0x1.47c079136b711p+1;
  static final double Q3 = 0x1.b6af90024e409p+0;
  static final double Q4 = 0x1.902260004e1efp-1;
  static final double Q5 = 0x1.04d3f4b9e3dcbp-2;
  static final double Q6 = 0x1.ee6d735b0af03p-5;
  static final double Q7 = 0x1.52561377795c9p-7;
  static final double Q8 = 0x1.4261a97a3edc1p-10;
  static final double Q9 = 0x1.8664528c7fc84p-14;
  static final double Q10 = 0x1.d0121e921e8d0p-19;

  /// `(log((1 + s)/(1 − s)) − 2s)/s³` in powers of `s²` on `|s| ≤ 0.1716`, relative error of the
  /// logarithm 5e-18.
  private static final double L0 = 0x1.5555555555558p-1;

  private static final double L1 = 0x1.99999999952abp-2;
  private static final double L2 = 0x1.2492492df7663p-2;
  private static final double L3 = 0x1.c71c62ddb431bp-3;
  private static final double L4 = 0x1.7462b6e311a89p-3;
  private static final double L5 = 0x1.39fe16ad885a7p-3;
  private static final double L6 = 0x1.2b5bd9a316a24p-3;

  /// What takes the bits of `√½` to those of 1: above it an exponent grows by one.
  private static final long TO_ONE =
      Double.doubleToRawLongBits(1) - Double.doubleToRawLongBits(0x1.6a09e667f3bcdp-1);

  private Elementary() {}

  /// `e^x`, 1 ulp for normal results.
  static double exp(double x) {
    double clamped = x > EXP_MAX ? EXP_MAX : x;
    clamped = clamped < EXP_MIN ? EXP_MIN : clamped;
    double k = Math.fma(clamped, LOG2_E, ROUND) - ROUND;
    double half = Math.fma(k, 0.5, ROUND) - ROUND;
    return (1 + reducedExpm1(clamped, k)) * powerOfTwo(half) * powerOfTwo(k - half);
  }

  /// `e^x − 1` for `0 ≤ x ≤ 700`.
  static double expm1(double x) {
    double k = Math.fma(x, LOG2_E, ROUND) - ROUND;
    double scale = powerOfTwo(k);
    return Math.fma(scale, reducedExpm1(x, k), scale - 1);
  }

  /// `e^{x − k log 2} − 1`.
  private static double reducedExpm1(double x, double k) {
    double r = Math.fma(-k, LOG2_LOW, Math.fma(-k, LOG2_HIGH, x));
    double p = Math.fma(E9, r, E8);
    p = Math.fma(p, r, E7);
    p = Math.fma(p, r, E6);
    p = Math.fma(p, r, E5);
    p = Math.fma(p, r, E4);
    p = Math.fma(p, r, E3);
    p = Math.fma(p, r, E2);
    p = Math.fma(p, r, E1);
    p = Math.fma(p, r, E0);
    return Math.fma(r * r, p, r);
  }

  /// `2^k` for an integer `−1022 ≤ k ≤ 1023`.
  private static double powerOfTwo(double k) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(k + ROUND_BIASED) << 52);
  }

  /// `log x` of a normal number above 0, 1 ulp: `k log 2 + log(1 + f)` with `√½ ≤ 1 + f < √2`, and
  /// `log(1 + f) = f − (f²/2 − s (f²/2 + R(s²)))` with `s = f/(2 + f)`. What is not finite stays as
  /// it is.
  static double log(double x) {
    long bits = Double.doubleToRawLongBits(x);
    long k = ((bits + TO_ONE) >> 52) - 1023;
    double f = Double.longBitsToDouble(bits - (k << 52)) - 1;
    double s = f / (2 + f);
    double z = s * s;
    double r = Math.fma(L6, z, L5);
    r = Math.fma(r, z, L4);
    r = Math.fma(r, z, L3);
    r = Math.fma(r, z, L2);
    r = Math.fma(r, z, L1);
    r = Math.fma(r, z, L0);
    double half = 0.5 * f * f;
    double small = half - Math.fma(s, Math.fma(r, z, half), k * LOG2_LOW);
    return x <= Double.MAX_VALUE ? k * LOG2_HIGH - (small - f) : x;
  }

  /// `tanh x = (e^{2|x|} − 1)/(e^{2|x|} + 1)` with the sign of `x`.
  static double tanh(double x) {
    double em = expm1(2 * magnitude(x, TANH_MAX));
    return Math.copySign(em / (em + 2), x);
  }

  /// `|x|`, at most `limit`; NaN stays NaN.
  static double magnitude(double x, double limit) {
    double z = Math.abs(x);
    return z > limit ? limit : z;
  }

  /// `e^{−z²/2}` for `0 ≤ z ≤ 37.5`, where it is zero; the rounding error of `z²` is made good.
  static double gauss(double z) {
    double square = z * z;
    double lost = Math.fma(z, z, -square);
    double e = exp(-0.5 * square);
    return z >= NORMAL_MAX ? 0 : Math.fma(e, -0.5 * lost, e);
  }

  /// `Φ(−z) = ½ erfc(z/√2)` for `0 ≤ z ≤ 37.5` from `gauss = e^{−z²/2}`.
  static double tail(double z, double gauss) {
    double p = Math.fma(P9, z, P8);
    double q = Math.fma(Q10, z, Q9);
    q = Math.fma(q, z, Q8);
    p = Math.fma(p, z, P7);
    q = Math.fma(q, z, Q7);
    p = Math.fma(p, z, P6);
    q = Math.fma(q, z, Q6);
    p = Math.fma(p, z, P5);
    q = Math.fma(q, z, Q5);
    p = Math.fma(p, z, P4);
    q = Math.fma(q, z, Q4);
    p = Math.fma(p, z, P3);
    q = Math.fma(q, z, Q3);
    p = Math.fma(p, z, P2);
    q = Math.fma(q, z, Q2);
    p = Math.fma(p, z, P1);
    q = Math.fma(q, z, Q1);
    p = Math.fma(p, z, P0);
    q = Math.fma(q, z, 1);
    return gauss * p / q;
  }

  /// The normal distribution `Φ(x) = ½ (1 + erf(x/√2))`.
  static double normal(double x) {
    double z = magnitude(x, NORMAL_MAX);
    double tail = tail(z, gauss(z));
    return x < 0 ? tail : 1 - tail;
  }
}
