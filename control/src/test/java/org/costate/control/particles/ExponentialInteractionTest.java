package org.costate.control.particles;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;
import org.junit.jupiter.api.Test;

/// Derivatives by two routes: central differences, and adjoints against tangents.
class ExponentialInteractionTest {
  private static final int D = 3;
  private static final Shape SHAPE = new Shape(2, 4);
  private static final int N = SHAPE.size(D);
  private static final ExponentialInteraction FIELD =
      new ExponentialInteraction(D, draw(D * D, 1), draw(D * D, 2));
  private final Workspace w = new Workspace(new PlainKernels(), 2 * FIELD.workSize(SHAPE));

  private static double[] draw(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = 0.5 * random.nextGaussian();
    }
    return x;
  }

  private static Point at(double[] u) {
    return Point.of(0, 1, SHAPE, Slice.of(u), Slice.NONE, Batch.empty(SHAPE));
  }

  private double[] value(double[] u) {
    Slice y = Slice.of(new double[N]);
    FIELD.apply(at(u), y, Slice.NONE, w);
    return y.array();
  }

  private double[] tangent(double[] u, double[] du) {
    Slice dy = Slice.of(new double[N]);
    FIELD.tangent(at(u), Slice.NONE, Variation.of(Slice.of(du), Slice.NONE), dy, w);
    return dy.array();
  }

  private double[] adjoint(double[] u, double[] lambda) {
    double[] bar = new double[N];
    FIELD.adjoint(at(u), Slice.NONE, Slice.of(lambda), Variation.of(Slice.of(bar), Slice.NONE), w);
    return bar;
  }

  private static double[] along(double[] u, double h, double[] du) {
    double[] moved = u.clone();
    for (int i = 0; i < u.length; i++) {
      moved[i] += h * du[i];
    }
    return moved;
  }

  private static double[] difference(double[] plus, double[] minus, double h) {
    double[] rate = new double[plus.length];
    for (int i = 0; i < rate.length; i++) {
      rate[i] = (plus[i] - minus[i]) / (2 * h);
    }
    return rate;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void theTangentIsTheLimitOfDifferences() {
    double[] u = draw(N, 3);
    double[] du = draw(N, 4);
    double h = 1e-5;
    double[] expected = difference(value(along(u, h, du)), value(along(u, -h, du)), h);
    assertArrayEquals(expected, tangent(u, du), 1e-9);
  }

  @Test
  void theAdjointIsTheTransposeOfTheTangent() {
    double[] u = draw(N, 3);
    double[] du = draw(N, 4);
    double[] lambda = draw(N, 5);
    double there = dot(lambda, tangent(u, du));
    assertTrue(Math.abs(there) > 1e-3);
    assertEquals(there, dot(adjoint(u, lambda), du), 1e-14);
  }

  @Test
  void theSecondAdjointIsTheDerivativeOfTheAdjoint() {
    double[] u = draw(N, 3);
    double[] du = draw(N, 4);
    double[] lambda = draw(N, 5);
    double[] dLambda = draw(N, 6);
    double h = 1e-5;
    double[] expected =
        difference(
            adjoint(along(u, h, du), along(lambda, h, dLambda)),
            adjoint(along(u, -h, du), along(lambda, -h, dLambda)),
            h);
    double[] bar = new double[N];
    double[] barDot = new double[N];
    FIELD.secondAdjoint(
        at(u),
        Slice.NONE,
        Variation.of(Slice.of(du), Slice.NONE),
        Slice.of(lambda),
        Slice.of(dLambda),
        Variation.of(Slice.of(bar), Slice.NONE),
        Variation.of(Slice.of(barDot), Slice.NONE),
        w);
    assertArrayEquals(expected, barDot, 1e-8);
    assertArrayEquals(adjoint(u, lambda), bar, 0);
  }

  @Test
  void matricesOfAnotherSizeAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new ExponentialInteraction(2, new double[4], new double[9]));
  }
}
