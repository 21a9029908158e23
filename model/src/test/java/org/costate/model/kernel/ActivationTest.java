package org.costate.model.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.hipparchus.analysis.differentiation.DSFactory;
import org.hipparchus.analysis.differentiation.DerivativeStructure;
import org.hipparchus.special.Erf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Values and derivatives of the activations by two other routes: Hipparchus and differences.
class ActivationTest {
  private static final DSFactory SECOND_ORDER = new DSFactory(1, 2);
  private static final double[] POINTS = {
    -30, -11.5, -6, -3.3, -1.7, -1, -0.31, -1e-3, -1e-9, 1e-12, 0.02, 0.5, 1, 1.42, 2.7, 5, 9, 28
  };

  @ParameterizedTest
  @EnumSource
  void agreesWithHipparchus(Activation f) {
    for (double x : POINTS) {
      DerivativeStructure exact = reference(f, SECOND_ORDER.variable(0, x));
      double scale = 1 + Math.abs(x);
      String where = f + " at " + x;
      assertEquals(exact.getValue(), ScalarActivation.value(f, x), 4e-16 * scale, where);
      assertEquals(exact.getPartialDerivative(1), ScalarActivation.first(f, x), 2e-15, where);
      assertEquals(exact.getPartialDerivative(2), ScalarActivation.second(f, x), 6e-15, where);
    }
  }

  private static DerivativeStructure reference(Activation f, DerivativeStructure x) {
    return switch (f) {
      case IDENTITY -> x;
      case RELU -> x.getValue() > 0 ? x : x.multiply(0);
      case GELU_ERF -> {
        DerivativeStructure scaled = x.divide(Math.sqrt(2));
        DerivativeStructure erfc = erfc(scaled.negate());
        yield x.multiply(erfc).multiply(0.5);
      }
      case GELU_TANH ->
          x.add(x.pow(3).multiply(0.044715))
              .multiply(Math.sqrt(2 / Math.PI))
              .tanh()
              .add(1)
              .multiply(x)
              .multiply(0.5);
      case SILU -> x.divide(x.negate().exp().add(1));
      case TANH -> x.tanh();
    };
  }

  /// Value by Hipparchus, derivatives from `−2/√π e^{−z²}` by Hipparchus.
  private static DerivativeStructure erfc(DerivativeStructure z) {
    double value = z.getValue();
    double slope = -2 / Math.sqrt(Math.PI) * Math.exp(-value * value);
    return z.compose(Erf.erfc(value), slope, -2 * value * slope);
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithCentralDifferences(Activation f) {
    for (double x : POINTS) {
      double h = 2e-4;
      if (f == Activation.RELU && Math.abs(x) <= 2 * h) {
        continue;
      }
      // Fourth order: the truncation error is 3e-15, the rounding error 1e-12 relative to x.
      double first = difference(y -> ScalarActivation.value(f, y), x, h);
      double second = difference(y -> ScalarActivation.first(f, y), x, h);
      double bound = 2e-12 * (1 + Math.abs(x));
      assertEquals(first, ScalarActivation.first(f, x), bound, f + "' at " + x);
      assertEquals(second, ScalarActivation.second(f, x), bound, f + "'' at " + x);
    }
  }

  private static double difference(java.util.function.DoubleUnaryOperator f, double x, double h) {
    double near = f.applyAsDouble(x + h) - f.applyAsDouble(x - h);
    double far = f.applyAsDouble(x + 2 * h) - f.applyAsDouble(x - 2 * h);
    return (8 * near - far) / (12 * h);
  }

  @ParameterizedTest
  @EnumSource
  void tailsAreFiniteAndFlat(Activation f) {
    for (double x : new double[] {-1e300, -1e10, -800, -350, -40, 40, 350, 800, 1e10, 1e300}) {
      double first = ScalarActivation.first(f, x);
      double second = ScalarActivation.second(f, x);
      double slope = f == Activation.TANH || (x < 0 && f != Activation.IDENTITY) ? 0 : 1;
      assertEquals(slope, first, 1e-15, f + "' at " + x);
      assertEquals(0, second, 1e-15, f + "'' at " + x);
      assertTrue(Double.isFinite(ScalarActivation.value(f, x)), f + " at " + x);
    }
  }

  @ParameterizedTest
  @EnumSource
  void notANumberStaysNotANumber(Activation f) {
    assertTrue(Double.isNaN(ScalarActivation.value(f, Double.NaN)), f.toString());
  }

  static Stream<Kernels> tiers() {
    return Tiers.all();
  }

  /// Far out, on the edges of every clamp, and where there is no number.
  @ParameterizedTest
  @MethodSource("tiers")
  void everyTierHasTheBitsOfOneNumberAtATime(Kernels kernels) {
    double[] x = new double[1027];
    SplittableRandom random = new SplittableRandom(5);
    Arrays.setAll(x, i -> random.nextDouble(-45, 45));
    double[] edges = {
      0, 1e-320, 37.5, Math.nextDown(37.5), Math.nextUp(37.5), 39, 40, 350, 709, 1e300, 1 / 0.0
    };
    for (int i = 0; i < edges.length; i++) {
      x[10 + 2 * i] = edges[i];
      x[11 + 2 * i] = -edges[i];
    }
    x[7] = Double.NaN;
    for (Activation f : Activation.values()) {
      double[] value = new double[x.length];
      double[] slope = new double[x.length];
      double[] curvature = new double[x.length];
      double[] ones = new double[x.length];
      Arrays.fill(ones, 1);
      double[] together = new double[x.length];
      kernels.activateWithDerivatives(f, x.length, x, 0, value, 0, slope, 0, together, 0);
      kernels.activateSecond(f, x.length, x, 0, ones, 0, ones, 0, curvature, 0);
      double[] alone = new double[x.length];
      kernels.activate(f, x.length, x, 0, alone, 0);
      double[] slopeAlone = new double[x.length];
      kernels.activateTangent(f, x.length, x, 0, ones, 0, slopeAlone, 0);
      for (int i = 0; i < x.length; i++) {
        String where = kernels.tier() + " " + f + " at " + x[i];
        assertEquals(ScalarActivation.value(f, x[i]), value[i], where);
        assertEquals(ScalarActivation.value(f, x[i]), alone[i], where);
        assertEquals(ScalarActivation.first(f, x[i]), slope[i], where);
        assertEquals(ScalarActivation.first(f, x[i]), slopeAlone[i], where);
        assertEquals(ScalarActivation.second(f, x[i]) + 0.0, curvature[i], where);
        assertEquals(ScalarActivation.second(f, x[i]), together[i], where);
        if (f.isProjection()) {
          double of = ScalarActivation.value(f, x[i]);
          assertEquals(of, ScalarActivation.value(f, of), where);
          assertEquals(slope[i], ScalarActivation.first(f, of), where);
        }
      }
    }
  }
}
