package org.costate.model.kernel;

/// The elementary functions that every tier shares: `e^x`, `tanh x` and the normal distribution,
/// as fixed sequences of IEEE additions, multiplications, divisions and fused multiply-adds.
///
/// The library functions are not used because their compiled and interpreted versions may differ
/// in the last bit; a fixed sequence gives the same bits in every compilation tier of the JVM, and
/// the same bits again when it is written lane by lane.
///
/// The coefficients are Chebyshev interpolants computed with 60 digits.
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

  /// From here on `e^{−x²/2}`, not yet below the least normal number, is taken for zero.
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

  /// `(z + 4) e^{z²/2} Φ(−z)` as a polynomial in `q = (z − 4)/(z + 4)` on `0 ≤ z ≤ 37.5`, relative
  /// error 2e-16.
  static final double T0 = 0x1.82b4bb8c94dcep-1;

  static final double T1 = -0x1.373e3a893c282p-1;
  static final double T2 = 0x1.8c6dbf2cfc1fdp-2;
  static final double T3 = -0x1.7dff2bff69106p-3;
  static final double T4 = 0x1.eec4cc3e5d4aap-5;
  static final double T5 = -0x1.ee27610127764p-8;
  static final double T6 = -0x1.c81719e62f3a0p-9;
  static final double T7 = 0x1.ab825efc312e0p-10;
  static final double T8 = 0x1.17a4b6867f897p-13;
  static final double T9 = -0x1.e4a3f3800100fp-13;
  static final double T10 = -0x1.002648143ad76p-19;
  static final double T11 = 0x1.26cccb1e0f5b0p-15;
  static final double T12 = 0x1.80d6ee0952242p-21;
  static final double T13 = -0x1.8cee9293a08a2p-18;
  static final double T14 = -0x1.514e57c053a18p-21;
  static final double T15 = 0x1.0f7b3d0c3c78ep-20;
  static final double T16 = 0x1.1de6671ca463dp-22;
  static final double T17 = -0x1.348e0883d367dp-23;
  static final double T18 = -0x1.47279d132e8f8p-24;
  static final double T19 = 0x1.ed06f20705483p-28;
  static final double T20 = 0x1.9cde78c9e90b9p-27;
  static final double T21 = 0x1.3ad0d1c5c35e2p-29;

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

  /// `Φ(−z) = ½ erfc(z/√2)` for `0 ≤ z ≤ 37.5` from `gauss = e^{−z²/2}`. Even and odd powers are
  /// summed apart: two short chains instead of a long one.
  static double tail(double z, double gauss) {
    double inverse = 1 / (z + 4);
    double q = (z - 4) * inverse;
    double square = q * q;
    double even = Math.fma(T20, square, T18);
    even = Math.fma(even, square, T16);
    even = Math.fma(even, square, T14);
    even = Math.fma(even, square, T12);
    even = Math.fma(even, square, T10);
    even = Math.fma(even, square, T8);
    even = Math.fma(even, square, T6);
    even = Math.fma(even, square, T4);
    even = Math.fma(even, square, T2);
    even = Math.fma(even, square, T0);
    double odd = Math.fma(T21, square, T19);
    odd = Math.fma(odd, square, T17);
    odd = Math.fma(odd, square, T15);
    odd = Math.fma(odd, square, T13);
    odd = Math.fma(odd, square, T11);
    odd = Math.fma(odd, square, T9);
    odd = Math.fma(odd, square, T7);
    odd = Math.fma(odd, square, T5);
    odd = Math.fma(odd, square, T3);
    odd = Math.fma(odd, square, T1);
    return gauss * Math.fma(odd, q, even) * inverse;
  }

  /// The normal distribution `Φ(x) = ½ (1 + erf(x/√2))`.
  static double normal(double x) {
    double z = magnitude(x, NORMAL_MAX);
    double tail = tail(z, gauss(z));
    return x < 0 ? tail : 1 - tail;
  }
}
