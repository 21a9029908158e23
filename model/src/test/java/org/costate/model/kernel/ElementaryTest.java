package org.costate.model.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.hipparchus.dfp.Dfp;
import org.hipparchus.dfp.DfpField;
import org.hipparchus.util.FastMath;
import org.junit.jupiter.api.Test;

/// Errors of the elementary functions in units of the last place, against many digits.
class ElementaryTest {
  private static final DfpField DIGITS = new DfpField(40);
  private static final MathContext MANY = new MathContext(180);
  private static final BigDecimal SQRT_TWO_PI = sqrtTwoPi();

  @Test
  void expIsWithinTwoUlpsOverTheWholeRange() {
    SplittableRandom random = new SplittableRandom(1);
    double worst = 0;
    for (int i = 0; i < 4000; i++) {
      double x = i % 2 == 0 ? random.nextDouble(-745, 709.7) : random.nextDouble(-2, 2);
      worst = Math.max(worst, ulps(Elementary.exp(x), DIGITS.newDfp(x).exp()));
    }
    for (double x : new double[] {1e-300, -1e-300, 1e-17, -708.5, -720, -745.1, 709.782712893384}) {
      worst = Math.max(worst, ulps(Elementary.exp(x), DIGITS.newDfp(x).exp()));
    }
    assertTrue(worst <= 2 && worst >= 0.5, "worst error of exp in ulps: " + worst);
  }

  @Test
  void expAtTheEnds() {
    assertEquals(1, Elementary.exp(0));
    assertEquals(1, Elementary.exp(-0.0));
    assertEquals(Double.POSITIVE_INFINITY, Elementary.exp(709.79));
    assertEquals(Double.POSITIVE_INFINITY, Elementary.exp(1e300));
    assertEquals(Double.POSITIVE_INFINITY, Elementary.exp(Double.POSITIVE_INFINITY));
    assertEquals(Double.MIN_VALUE, Elementary.exp(-745.13));
    assertEquals(0, Elementary.exp(-745.14));
    assertEquals(0, Elementary.exp(-1e300));
    assertEquals(0, Elementary.exp(Double.NEGATIVE_INFINITY));
    assertTrue(Double.isNaN(Elementary.exp(Double.NaN)));
  }

  @Test
  void logIsWithinOneUlp() {
    SplittableRandom random = new SplittableRandom(3);
    double worst = 0;
    for (int i = 0; i < 4000; i++) {
      double far = Math.exp(random.nextDouble(-700, 700));
      double x = i % 2 == 0 ? random.nextDouble(0.5, 3) : far;
      worst = Math.max(worst, ulps(Elementary.log(x), DIGITS.newDfp(x).log()));
    }
    for (double x : new double[] {Math.nextDown(1.0), Math.nextUp(1.0), 2, 0.5, 1.0001, 1e308}) {
      worst = Math.max(worst, ulps(Elementary.log(x), DIGITS.newDfp(x).log()));
    }
    assertTrue(worst <= 1 && worst >= 0.5, "worst error of log in ulps: " + worst);
  }

  @Test
  void logOfWhatHasNone() {
    assertEquals(0, Elementary.log(1));
    assertEquals(Double.POSITIVE_INFINITY, Elementary.log(Double.POSITIVE_INFINITY));
    assertTrue(Double.isNaN(Elementary.log(Double.NaN)));
  }

  @Test
  void logGrowsAcrossSteps() {
    for (double x : new double[] {0x1.6a09e667f3bcdp-1, 1, 0x1.6a09e667f3bcdp0, 2, 32}) {
      double at = x * (1 - 1e-13);
      for (int i = 0; i < 2000; i++) {
        double next = at + Math.ulp(at);
        assertTrue(Elementary.log(next) >= Elementary.log(at), "at " + at);
        at = next;
      }
    }
  }

  @Test
  void tanhIsWithinThreeUlps() {
    SplittableRandom random = new SplittableRandom(2);
    double worst = 0;
    for (int i = 0; i < 4000; i++) {
      double x = random.nextGaussian() * Math.exp(random.nextDouble(-40, 3));
      Dfp e = DIGITS.newDfp(2 * x).exp();
      Dfp exact = FastMath.abs(x) < 1e-8 ? smallTanh(x) : e.subtract(1).divide(e.add(1));
      worst = Math.max(worst, ulps(Elementary.tanh(x), exact));
    }
    assertTrue(worst <= 3 && worst >= 0.5, "worst error of tanh in ulps: " + worst);
    assertEquals(1, Elementary.tanh(40));
    assertEquals(-1, Elementary.tanh(Double.NEGATIVE_INFINITY));
    assertEquals(Double.MIN_VALUE, Elementary.tanh(Double.MIN_VALUE));
    assertEquals(-0.0, Elementary.tanh(-0.0));
    assertTrue(Double.isNaN(Elementary.tanh(Double.NaN)));
  }

  /// `x − x³/3`: `(e^{2x} − 1)` loses all its digits there.
  private static Dfp smallTanh(double x) {
    Dfp d = DIGITS.newDfp(x);
    return d.subtract(d.multiply(d).multiply(d).divide(3));
  }

  @Test
  void normalDistributionIsRelativelyExactInBothTails() {
    SplittableRandom random = new SplittableRandom(3);
    double worst = 0;
    for (int i = 0; i < 100; i++) {
      double x = random.nextDouble(-18, 9);
      worst = Math.max(worst, ulps(Elementary.normal(x), normal(x)));
    }
    assertTrue(worst <= 6 && worst >= 0.5, "worst error of the distribution in ulps: " + worst);
  }

  @Test
  void normalDistributionAtTheEnds() {
    // Reference values: ½ erfc(−x/√2) with 60 digits (mpmath).
    assertEquals(0.5, Elementary.normal(0));
    assertEquals(7.619853024160525e-24, Elementary.normal(-10), 1e-38);
    assertEquals(5.725571222524577e-300, Elementary.normal(-37), 1e-314);
    assertEquals(4.605353009583183e-308, Elementary.normal(Math.nextUp(-37.5)), 1e-322);
    assertEquals(0, Elementary.normal(-37.5));
    assertEquals(0, Elementary.normal(-40));
    assertEquals(0, Elementary.normal(Double.NEGATIVE_INFINITY));
    assertEquals(1, Elementary.normal(10));
    assertEquals(1, Elementary.normal(Double.POSITIVE_INFINITY));
    assertTrue(Double.isNaN(Elementary.normal(Double.NaN)));
  }

  @Test
  void expIsMonotoneAcrossReductionSteps() {
    DoubleUnaryOperator exp = Elementary::exp;
    for (int k = -1000; k < 1000; k++) {
      double x = (k + 0.5) * Math.log(2);
      assertTrue(exp.applyAsDouble(Math.nextDown(x) - 1e-9) <= exp.applyAsDouble(x + 1e-9));
    }
  }

  /// `½ + Σ (−1)^k x^{2k+1}/(2^k k! (2k+1)) / √(2π)` with digits enough for all that cancels.
  private static Dfp normal(double x) {
    BigDecimal square = new BigDecimal(x).pow(2).divide(BigDecimal.TWO, MANY).negate();
    BigDecimal power = new BigDecimal(x);
    BigDecimal sum = power;
    for (int k = 1; k < 60 || power.abs().compareTo(new BigDecimal("1e-100")) > 0; k++) {
      power = power.multiply(square, MANY).divide(BigDecimal.valueOf(k), MANY);
      sum = sum.add(power.divide(BigDecimal.valueOf(2L * k + 1), MANY));
    }
    BigDecimal value = new BigDecimal("0.5").add(sum.divide(SQRT_TWO_PI, MANY));
    return DIGITS.newDfp(value.round(new MathContext(38)).toString());
  }

  private static BigDecimal sqrtTwoPi() {
    // Machin: π = 16 arctan 1/5 − 4 arctan 1/239.
    BigDecimal pi =
        arctan(5)
            .multiply(BigDecimal.valueOf(16))
            .subtract(arctan(239).multiply(BigDecimal.valueOf(4)));
    return pi.multiply(BigDecimal.TWO).sqrt(MANY);
  }

  private static BigDecimal arctan(int inverse) {
    BigDecimal square = BigDecimal.valueOf((long) inverse * inverse).negate();
    BigDecimal power = BigDecimal.ONE.divide(BigDecimal.valueOf(inverse), MANY);
    BigDecimal sum = power;
    for (int k = 1; k < 140; k++) {
      power = power.divide(square, MANY);
      sum = sum.add(power.divide(BigDecimal.valueOf(2L * k + 1), MANY));
    }
    return sum;
  }

  private static double ulps(double found, Dfp exact) {
    double ulp = Math.ulp(exact.toDouble());
    return DIGITS.newDfp(found).subtract(exact).divide(DIGITS.newDfp(ulp)).abs().toDouble();
  }
}
