package org.costate.control.cost;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.Stream;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every terminal cost owes the sweeps, over a catalogue of all of them.
class TerminalCostContractTest {
  record Case(String name, TerminalCost cost, Batch batch, Shape shape, int width, double sum) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final double SCALE = 0.37;

  static Stream<Case> cases() {
    Random random = new Random(11);
    Shape shape = new Shape(3, 5);
    Batch tokens = Batch.ofIds(shape, random.ints(15, 0, 7).toArray());
    double[] padding = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1};
    int[] labels = random.ints(15, -1, 7).toArray();
    labels[4] = -100;
    double counted = java.util.Arrays.stream(labels).filter(l -> l >= 0).count();
    Shape pooled = new Shape(4, 1);
    Batch target = Batch.empty(shape).withTarget(random.doubles(15 * 4, -2, 2).toArray());
    return Stream.of(
        new Case("next token", CrossEntropy.nextToken(7), tokens, shape, 7, 12),
        new Case(
            "next token, padded on both sides",
            CrossEntropy.nextToken(7),
            tokens.withTokenWeights(padding),
            shape,
            7,
            4 + 2 + 3),
        new Case(
            "token labels", CrossEntropy.perToken(7), tokens.withLabels(labels), shape, 7, counted),
        new Case(
            "classification",
            CrossEntropy.classification(3),
            Batch.empty(new Shape(4, 6)).withLabels(new int[] {2, 0, 1, 1}),
            pooled,
            3,
            4),
        new Case("quadratic", new Quadratic(), target, shape, 4, 60),
        new Case("tracking", new Tracking(new double[] {1, 0, 2.5, 0.1}), target, shape, 4, 3));
  }

  private final Workspace workspace = new Workspace(new PlainKernels(), 100);
  private final Random random = new Random(5);

  private double[] random(int n) {
    return random.doubles(n, -1.5, 1.5).toArray();
  }

  private double value(Case c, double[] y) {
    return c.cost().value(Slice.of(y), c.shape(), c.batch(), SCALE, workspace);
  }

  private double[] gradient(Case c, double[] y) {
    double[] g = new double[y.length];
    c.cost().addGradient(Slice.of(y), c.shape(), c.batch(), SCALE, Slice.of(g), workspace);
    return g;
  }

  private double[] second(Case c, double[] y, double[] dy) {
    double[] h = new double[y.length];
    c.cost()
        .addSecond(Slice.of(y), c.shape(), c.batch(), SCALE, Slice.of(dy), Slice.of(h), workspace);
    return h;
  }

  private static double[] along(double[] y, double h, double[] v) {
    double[] moved = y.clone();
    for (int i = 0; i < y.length; i++) {
      moved[i] += h * v[i];
    }
    return moved;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void countsItsTerms(Case c) {
    assertEquals(c.sum(), c.cost().count(c.batch(), c.shape()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientIsTheCentralDifferenceOfTheValue(Case c) {
    double[] y = random(c.shape().size(c.width()));
    double[] g = gradient(c, y);
    for (int i = 0; i < y.length; i++) {
      double[] e = new double[y.length];
      e[i] = 1;
      double h = 1e-5;
      double difference = (value(c, along(y, h, e)) - value(c, along(y, -h, e))) / (2 * h);
      assertEquals(difference, g[i], 1e-9, "element " + i);
    }
    assertTrue(dot(g, g) > 1e-6);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void secondIsTheCentralDifferenceOfTheGradient(Case c) {
    double[] y = random(c.shape().size(c.width()));
    double[] v = random(y.length);
    double[] h = second(c, y, v);
    double[] up = gradient(c, along(y, 1e-5, v));
    double[] down = gradient(c, along(y, -1e-5, v));
    for (int i = 0; i < y.length; i++) {
      assertEquals((up[i] - down[i]) / 2e-5, h[i], 1e-9, "element " + i);
    }
    assertTrue(dot(h, h) > 1e-6);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void taylorRemaindersHaveTheirSlopes(Case c) {
    double[] best = {0, 0, 0};
    for (int direction = 0; direction < 3; direction++) {
      double[] slopes = slopes(c, random(c.shape().size(c.width())));
      for (int order = 0; order < 3; order++) {
        best[order] = Math.max(best[order], slopes[order]);
      }
    }
    assertTrue(best[0] >= 0.95, "order 0: " + best[0]);
    assertTrue(best[1] >= 1.95, "order 1: " + best[1]);
    assertTrue(best[2] >= 2.95, "order 2: " + best[2]);
  }

  /// The least of the last three rates of each remainder above round-off; infinite for a remainder
  /// that is nothing but round-off from the beginning.
  private double[] slopes(Case c, double[] y) {
    double[] v = random(y.length);
    double j = value(c, y);
    double first = dot(gradient(c, y), v);
    double second = dot(second(c, y, v), v);
    double[][] remainders = new double[3][13];
    for (int i = 0; i < 13; i++) {
      double h = 0.01 / (1 << i);
      double r0 = value(c, along(y, h, v)) - j;
      remainders[0][i] = Math.abs(r0);
      remainders[1][i] = Math.abs(r0 - h * first);
      remainders[2][i] = Math.abs(r0 - h * first - 0.5 * h * h * second);
    }
    double[] slopes = new double[3];
    for (int order = 0; order < 3; order++) {
      double[] r = remainders[order];
      int end = 0;
      while (end < r.length && r[end] > 3e-13 * Math.abs(j)) {
        end++;
      }
      slopes[order] = Double.POSITIVE_INFINITY;
      for (int i = Math.max(1, end - 3); i < end; i++) {
        slopes[order] = Math.min(slopes[order], Math.log(r[i - 1] / r[i]) / Math.log(2));
      }
    }
    return slopes;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void secondIsSymmetric(Case c) {
    double[] y = random(c.shape().size(c.width()));
    double[] v = random(y.length);
    double[] w = random(y.length);
    double a = dot(w, second(c, y, v));
    double b = dot(v, second(c, y, w));
    assertEquals(a, b, 1e-14 * Math.sqrt(dot(v, v) * dot(w, w)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void derivativesAddAndTheInputsStay(Case c) {
    double[] y = random(c.shape().size(c.width()));
    double[] v = random(y.length);
    double[] yBefore = y.clone();
    double[] vBefore = v.clone();
    java.util.Arrays.fill(workspace.scratch(), Double.NaN);
    double[] start = random(y.length);
    double[] g = gradient(c, y);
    double[] h = second(c, y, v);
    double[] sum = start.clone();
    c.cost().addGradient(Slice.of(y), c.shape(), c.batch(), SCALE, Slice.of(sum), workspace);
    c.cost()
        .addSecond(Slice.of(y), c.shape(), c.batch(), SCALE, Slice.of(v), Slice.of(sum), workspace);
    for (int i = 0; i < y.length; i++) {
      assertEquals(start[i] + g[i] + h[i], sum[i], 1e-14);
    }
    assertArrayEquals(yBefore, y);
    assertArrayEquals(vBefore, v);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void scratchSufficesAndOffsetsAreRespected(Case c) {
    int size = c.shape().size(c.width());
    double[] y = random(size + 6);
    Slice inner = Slice.of(y, 4, size);
    Workspace exact = new Workspace(new PlainKernels(), c.cost().workSize(c.shape()));
    double[] g = new double[size + 6];
    c.cost().addGradient(inner, c.shape(), c.batch(), SCALE, Slice.of(g, 2, size), exact);
    double[] alone = gradient(c, inner.toArray());
    assertArrayEquals(alone, Slice.of(g, 2, size).toArray());
    assertEquals(
        value(c, inner.toArray()), c.cost().value(inner, c.shape(), c.batch(), SCALE, exact));
    assertEquals(0, g[0] + g[1] + g[size + 2] + g[size + 5]);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nothingIsAllocated(Case c) {
    int size = c.shape().size(c.width());
    Slice y = Slice.of(random(size));
    Slice v = Slice.of(random(size));
    Slice g = Slice.of(new double[size]);
    Runnable sweep =
        () -> {
          c.cost().count(c.batch(), c.shape());
          c.cost().value(y, c.shape(), c.batch(), SCALE, workspace);
          c.cost().addGradient(y, c.shape(), c.batch(), SCALE, g, workspace);
          c.cost().addSecond(y, c.shape(), c.batch(), SCALE, v, g, workspace);
        };
    Allocation.assertNone(sweep);
  }
}
