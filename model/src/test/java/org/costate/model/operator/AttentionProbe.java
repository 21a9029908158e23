package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.costate.model.kernel.Kernels;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// An operator with seeded controls, applied to single sequences.
final class AttentionProbe {
  private final Operator operator;
  private final SplittableRandom random;
  private final double[] theta;

  AttentionProbe(Operator operator, long seed) {
    this.operator = operator;
    this.random = new SplittableRandom(seed);
    this.theta = normal(operator.controlSize());
    for (int i = 0; i < theta.length; i++) {
      theta[i] *= 0.5;
    }
  }

  double[] theta() {
    return theta;
  }

  double[] normal(int n) {
    return random.doubles(n).map(x -> 3.4 * (x - 0.5)).toArray();
  }

  double[] uniform(int n) {
    return random.doubles(n, 0.2, 2).toArray();
  }

  double[] apply(double[] u) {
    return apply(u, Batch.empty(shape(u)));
  }

  double[] apply(double[] u, double[] tokenWeights) {
    return apply(u, Batch.empty(shape(u)).withTokenWeights(tokenWeights));
  }

  private double[] apply(double[] u, Batch batch) {
    return apply(operator, theta, u, batch);
  }

  static double[] apply(Operator operator, double[] theta, double[] u, double[] tokenWeights) {
    Shape s = new Shape(1, u.length / operator.inputWidth());
    return apply(operator, theta, u, Batch.empty(s).withTokenWeights(tokenWeights));
  }

  private static double[] apply(Operator operator, double[] theta, double[] u, Batch batch) {
    Shape s = batch.shape();
    Point p = Point.of(0, 1, s, Slice.of(u), Slice.of(theta), batch);
    double[] y = new double[s.size(operator.outputWidth())];
    Kernels kernels = new PlainKernels();
    operator.apply(p, Slice.of(y), Slice.NONE, new Workspace(kernels, operator.workSize(s)));
    return y;
  }

  private Shape shape(double[] u) {
    return new Shape(1, u.length / operator.inputWidth());
  }

  /// Largest difference within `tolerance` of the largest entry.
  static void assertClose(double[] expected, double[] found, double tolerance) {
    assertEquals(expected.length, found.length);
    double scale = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      scale = Math.max(scale, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - found[i]));
      assertTrue(Double.isFinite(found[i]), "entry " + i + " is " + found[i]);
    }
    assertTrue(scale > 0, "nothing was compared: all zero");
    assertTrue(
        difference <= tolerance * scale,
        "difference " + difference + " of " + scale + ", tolerance " + tolerance);
  }
}
