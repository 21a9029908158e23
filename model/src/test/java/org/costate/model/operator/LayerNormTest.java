package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import org.costate.model.NumericalException;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The norms as projections onto their constraint sets.
class LayerNormTest {
  private static final int WIDTH = 32;
  private static final int TOKENS = 50;
  private static final Shape SHAPE = new Shape(1, TOKENS);

  private final Draw draw = new Draw(11);
  private final double[] u = shifted(draw.normal(TOKENS * WIDTH));

  /// Tokens of various means and deviations.
  private static double[] shifted(double[] x) {
    for (int i = 0; i < x.length; i++) {
      int token = i / WIDTH;
      x[i] = (0.2 + 0.1 * token) * x[i] + Math.sin(token);
    }
    return x;
  }

  private static double[] apply(Operator operator, double[] u, double... theta) {
    OperatorCase entry = OperatorCase.of(operator.name(), operator, SHAPE);
    return new Probe(entry, new PlainKernels()).apply(new Pair(u, theta));
  }

  private static double[] token(double[] states, int i) {
    return Arrays.copyOfRange(states, i * WIDTH, (i + 1) * WIDTH);
  }

  private static double mean(double[] x) {
    return Arrays.stream(x).sum() / x.length;
  }

  private static double variance(double[] x, double about) {
    return Arrays.stream(x).map(a -> (a - about) * (a - about)).sum() / x.length;
  }

  @Test
  void projectedTokensLieInTheSet() {
    double mean = 0.3;
    double deviation = 1.7;
    double[] y = apply(LayerNorm.projection(WIDTH, 0), u, mean, deviation);
    for (int i = 0; i < TOKENS; i++) {
      assertEquals(mean, mean(token(y, i)), 1e-14);
      assertEquals(deviation * deviation, variance(token(y, i), mean), 1e-13);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-12, 1e-5, 1e-2, 1})
  void floorLeavesThePredictedVarianceShort(double epsilon) {
    double deviation = 0.8;
    double[] y = apply(LayerNorm.projection(WIDTH, epsilon), u, -0.4, deviation);
    for (int i = 0; i < TOKENS; i++) {
      double[] v = token(u, i);
      double predicted = deviation * deviation * epsilon / (variance(v, mean(v)) + epsilon);
      double defect = deviation * deviation - variance(token(y, i), -0.4);
      assertEquals(-0.4, mean(token(y, i)), 1e-14);
      assertEquals(predicted, defect, 1e-13);
    }
  }

  @Test
  void distanceIsThatOfTheTheorem() {
    ConstraintSet set = new ConstraintSet(0.3, 1.7);
    double[] y = apply(LayerNorm.projection(WIDTH, 0), u, set.mean(), set.deviation());
    for (int i = 0; i < TOKENS; i++) {
      double[] v = token(u, i);
      double m = mean(v);
      double found = variance(Pair.plus(token(y, i), -1, v), 0) * WIDTH;
      double expected = set.distanceSquared(WIDTH, m, Math.sqrt(variance(v, m)));
      assertEquals(expected, found, 1e-12 * expected);
    }
  }

  /// Every other point of the set is farther away: a projection is the nearest point.
  @Test
  void projectionIsTheNearestPoint() {
    LayerNorm norm = LayerNorm.projection(WIDTH, 0);
    double[] y = apply(norm, u, 0.3, 1.7);
    for (int trial = 0; trial < 20; trial++) {
      double[] other = apply(norm, Pair.plus(y, 0.1, draw.normal(y.length)), 0.3, 1.7);
      for (int i = 0; i < TOKENS; i++) {
        double nearest = Pair.norm(Pair.plus(token(y, i), -1, token(u, i)));
        assertTrue(Pair.norm(Pair.plus(token(other, i), -1, token(u, i))) > nearest);
      }
    }
  }

  @Test
  void scaledTokenHasScaledFloor() {
    for (double c : new double[] {0.5, 3}) {
      double[] scaled = Arrays.stream(u).map(a -> c * a).toArray();
      double[] found = apply(LayerNorm.projection(WIDTH, 1e-2), scaled, 0.3, 1.7);
      double[] expected = apply(LayerNorm.projection(WIDTH, 1e-2 / (c * c)), u, 0.3, 1.7);
      double[] sameFloor = apply(LayerNorm.projection(WIDTH, 1e-2), u, 0.3, 1.7);
      assertArrayEquals(expected, found, 1e-14);
      assertTrue(Pair.norm(Pair.plus(sameFloor, -1, found)) > 1e-3, "the floor is not visible");
    }
  }

  @Test
  void projectingTwiceChangesNothing() {
    LayerNorm norm = LayerNorm.projection(WIDTH, 0);
    double[] once = apply(norm, u, 0.3, 1.7);
    assertArrayEquals(once, apply(norm, once, 0.3, 1.7), 1e-14);
    RmsNorm rms = new RmsNorm(WIDTH, 0, false);
    double[] onSphere = apply(rms, u);
    assertArrayEquals(onSphere, apply(rms, onSphere), 1e-14);
  }

  @Test
  void rmsNormProjectsOntoUnitMeanSquare() {
    double[] y = apply(new RmsNorm(WIDTH, 0, false), u);
    for (int i = 0; i < TOKENS; i++) {
      assertEquals(1, variance(token(y, i), 0), 1e-14);
      double along = Pair.dot(token(y, i), token(u, i));
      assertEquals(Pair.norm(token(y, i)) * Pair.norm(token(u, i)), along, 1e-12 * along);
    }
  }

  @Test
  void equalFeatureWeightsAreTheUsualMean() {
    double[] equal = new double[WIDTH];
    Arrays.fill(equal, 3);
    LayerNorm weighted =
        new LayerNorm(WIDTH, 1e-5, false, false, true, Optional.of(FeatureWeights.of(equal)));
    assertArrayEquals(
        apply(LayerNorm.projection(WIDTH, 1e-5), u, 0.3, 1.7), apply(weighted, u, 0.3, 1.7), 1e-13);
  }

  /// The mean of a token far from 0 goes away without a trace in its digits.
  @Test
  void aLargeMeanLeavesNoTraceWithFeatureWeights() {
    double[] v = new double[WIDTH];
    Arrays.setAll(v, k -> 1 + k % 3);
    LayerNorm weighted =
        new LayerNorm(WIDTH, 0, false, false, true, Optional.of(FeatureWeights.of(v)));
    double[] near = Arrays.stream(u).map(a -> Math.rint(a * 1024) / 1024).toArray();
    double[] far = Arrays.stream(near).map(a -> a + (1 << 24) + 1).toArray();
    assertArrayEquals(apply(weighted, near, 0.3, 1.7), apply(weighted, far, 0.3, 1.7), 1e-13);
  }

  /// A feature of weight 2 counts as two features of weight 1.
  @Test
  void featureWeightsCountFeatures() {
    double[] v = new double[WIDTH];
    Arrays.fill(v, 1);
    v[0] = 2;
    LayerNorm weighted =
        new LayerNorm(WIDTH, 1e-5, false, false, true, Optional.of(FeatureWeights.of(v)));
    double[] found = apply(weighted, u, 0.3, 1.7);
    double[] doubled = new double[TOKENS * (WIDTH + 1)];
    for (int i = 0; i < TOKENS; i++) {
      doubled[i * (WIDTH + 1)] = u[i * WIDTH];
      System.arraycopy(u, i * WIDTH, doubled, i * (WIDTH + 1) + 1, WIDTH);
    }
    double[] expected = apply(LayerNorm.projection(WIDTH + 1, 1e-5), doubled, 0.3, 1.7);
    for (int i = 0; i < TOKENS; i++) {
      int at = i * (WIDTH + 1) + 1;
      double[] reference = Arrays.copyOfRange(expected, at, at + WIDTH);
      assertArrayEquals(reference, token(found, i), 1e-13);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 0.1, -1e9 / 3, 1e-300})
  void constantTokenHasNoProjection(double value) {
    Arrays.fill(u, 17 * WIDTH, 18 * WIDTH, value);
    LayerNorm exact = LayerNorm.projection(WIDTH, 0);
    NumericalException failure =
        assertThrows(NumericalException.class, () -> apply(exact, u, 0.3, 1.7));
    assertEquals("layer norm", failure.operator());
    assertEquals(17, failure.token());
    assertEquals(0, failure.sequence());
    double[] withFloor = apply(LayerNorm.projection(WIDTH, 1e-5), u, 0.3, 1.7);
    double tolerance = 1e-15 * (1 + Math.abs(value) / Math.sqrt(1e-5));
    for (double feature : token(withFloor, 17)) {
      assertEquals(0.3, feature, tolerance * 10);
    }
  }

  @Test
  void smallSpreadIsNotConstant() {
    double[] close = Arrays.stream(u).map(a -> 1 + 1e-9 * a).toArray();
    double[] y = apply(LayerNorm.projection(WIDTH, 0), close, 0, 1);
    assertTrue(Arrays.stream(y).allMatch(Double::isFinite));
    assertEquals(1, variance(token(y, 5), 0), 1e-12);
  }

  @Test
  void zeroTokenHasNoProjectionOntoTheSphere() {
    Arrays.fill(u, 3 * WIDTH, 4 * WIDTH, 0);
    NumericalException failure =
        assertThrows(NumericalException.class, () -> apply(new RmsNorm(WIDTH, 0, false), u));
    NumericalException placed = failure.inStep(5, 2).inSequencesFrom(8);
    assertEquals(3, placed.token());
    assertEquals(5, placed.step());
    assertEquals(2, placed.substep());
    assertEquals(8, placed.sequence());
    assertTrue(
        placed.getMessage().startsWith("rms norm, step 5, substep 2, sequence 8, token 3: found"),
        placed.getMessage());
  }

  @Test
  void badSizesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> LayerNorm.standard(0, 1e-5));
    assertThrows(IllegalArgumentException.class, () -> LayerNorm.standard(4, -1e-5));
    assertThrows(IllegalArgumentException.class, () -> LayerNorm.standard(4, Double.NaN));
    Optional<FeatureWeights> three = Optional.of(FeatureWeights.of(1, 1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> new LayerNorm(4, 0, true, true, false, three));
    assertThrows(IllegalArgumentException.class, () -> FeatureWeights.of(1, -1));
    assertThrows(IllegalArgumentException.class, FeatureWeights::of);
  }
}
