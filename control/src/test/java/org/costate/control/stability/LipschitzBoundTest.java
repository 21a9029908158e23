package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Affine;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.L2Attention;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.LinearAttention;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Operator;
import org.costate.model.operator.RmsNorm;
import org.costate.model.operator.Rotary;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// No measured gain is above its certified bound, not even where states are sought that make it so.
class LipschitzBoundTest {
  private static final int WIDTH = 4;

  private static Attention attention(int heads, int keyHeads, Mask mask, boolean rotary) {
    return new Attention(
        WIDTH,
        heads,
        keyHeads,
        WIDTH / heads,
        1 / Math.sqrt(WIDTH / (double) heads),
        mask,
        rotary ? Optional.of(new Rotary(WIDTH / heads, 10_000, true)) : Optional.empty(),
        true,
        true,
        true);
  }

  static Stream<Operator> operators() {
    return Stream.of(
        attention(1, 1, new Mask.Full(), false),
        attention(2, 2, new Mask.Causal(), false),
        attention(2, 1, new Mask.Full(), true),
        new L2Attention(WIDTH, 1, WIDTH, 0.5, new Mask.Full(), true, true, true),
        new L2Attention(WIDTH, 2, 2, 0.7, new Mask.Causal(), true, false, false),
        new LinearAttention(WIDTH, 2, 2, 0.2, new Mask.Full(), true, true, false),
        new FeedForward(WIDTH, 6, Activation.GELU_ERF, false, true),
        new FeedForward(WIDTH, 6, Activation.SILU, true, true),
        LayerNorm.standard(WIDTH, 1e-3),
        LayerNorm.standard(WIDTH, 0),
        new RmsNorm(WIDTH, 1e-3, true),
        new Affine(WIDTH, WIDTH, true, false));
  }

  private static OperatorMap jacobian(Operator f, double[] u, double[] theta) {
    Shape shape = new Shape(1, u.length / f.inputWidth());
    Point p = Point.of(0, 1, shape, Slice.of(u), Slice.of(theta), Batch.empty(shape));
    Workspace w = new Workspace(new PlainKernels(), f.workSize(shape));
    Slice record = Slice.of(new double[f.recordSize(shape)]);
    double[] y = new double[shape.size(f.outputWidth())];
    f.apply(p, Slice.of(y), record, w);
    return new OperatorMap(f, p, record, y.length, w);
  }

  private static double gain(Operator f, double[] u, double[] theta) {
    return Assembled.singularValues(Assembled.matrix(jacobian(f, u, theta)))[0];
  }

  private static double[] tokens(int count, double radius, Random random) {
    double[] u = new double[count * WIDTH];
    for (int i = 0; i < count; i++) {
      double square = 0;
      for (int k = 0; k < WIDTH; k++) {
        double x = random.nextGaussian();
        u[i * WIDTH + k] = x;
        square += x * x;
      }
      for (int k = 0; k < WIDTH; k++) {
        u[i * WIDTH + k] *= radius / Math.sqrt(square);
      }
    }
    return u;
  }

  /// Random steps that are kept when they raise the ratio of the gain to the bound.
  private static double sought(Operator f, double[] theta, double[] start, Random random) {
    double[] u = start;
    double best = ratio(f, u, theta);
    double size = 0.5;
    for (int k = 0; k < 60; k++) {
      double[] tried = u.clone();
      for (int i = 0; i < tried.length; i++) {
        tried[i] += size * random.nextGaussian();
      }
      double found = ratio(f, tried, theta);
      if (found > best) {
        best = found;
        u = tried;
      } else {
        size *= 0.95;
      }
    }
    return best;
  }

  private static double ratio(Operator f, double[] u, double[] theta) {
    Ball ball = Ball.around(Slice.of(u), u.length / WIDTH, f).loosened(1 + 1e-12);
    return gain(f, u, theta) / LipschitzBound.of(f, theta, ball, 1, 1);
  }

  @ParameterizedTest
  @MethodSource("operators")
  void isNotBelowAnyGain(Operator f) {
    Random random = new Random(77);
    double largest = 0;
    for (int trial = 0; trial < 40; trial++) {
      double spread = Math.exp(2 * random.nextGaussian());
      double[] theta = new double[f.controlSize()];
      Arrays.setAll(theta, i -> spread * random.nextGaussian());
      double radius = Math.exp(1.5 * random.nextGaussian());
      double[] u = tokens(1 + random.nextInt(6), radius, random);
      double ratio = sought(f, theta, u, random);
      assertTrue(ratio <= 1, f + " exceeds its bound: " + ratio);
      largest = Math.max(largest, ratio);
    }
    assertTrue(largest > 0.02, f.name() + ": a bound that means something, found " + largest);
  }

  @Test
  void ofOneHeadIsBelowThatOfTheSource() {
    Random random = new Random(5);
    Operator f =
        new Attention(
            WIDTH, 1, 1, WIDTH, 0.5, new Mask.Full(), Optional.empty(), false, false, false);
    for (int trial = 0; trial < 50; trial++) {
      double scale = Math.exp(2 * random.nextGaussian());
      double[] theta = new double[f.controlSize()];
      Arrays.setAll(theta, i -> scale * random.nextGaussian());
      Weights w = new Weights(f, theta);
      int n = 1 + random.nextInt(20);
      double r = Math.exp(random.nextGaussian());
      double a =
          0.5
              * Weights.norm(
                  w.columns("qkv.weight", 0, WIDTH)
                      .multiply(w.columns("qkv.weight", WIDTH, WIDTH).transpose()));
      double v = Weights.norm(w.columns("qkv.weight", 2 * WIDTH, WIDTH));
      double source = Math.sqrt(3) * v * Math.sqrt(a * a * Math.pow(r, 4) * (4 * n + 1) + n);
      double own = LipschitzBound.of(f, theta, new Ball(n, r, 0), 1, 1);
      assertEquals(v * (Math.sqrt(n) + (1 + Math.sqrt(n)) * a * r * r), own, 1e-9 * own);
      assertTrue(own <= source, own + " " + source);
    }
  }

  @Test
  void spreadInvertsItsFunctionFromAbove() {
    for (double y : new double[] {0, 1e-6, 1, 7, 1000}) {
      double c = AttentionBound.spread(y);
      assertEquals(y, c * Math.exp(c + 1), 1e-10 * Math.max(y, 1e-3));
      assertTrue(c * Math.exp(c + 1) >= y);
    }
  }

  @Test
  void slopesAreThoseOfTheActivations() {
    for (Activation f : Activation.values()) {
      double largest = 0;
      double[] x = new double[1];
      double[] y = new double[1];
      for (double at = -6; at < 6; at += 1e-3) {
        x[0] = at;
        new PlainKernels().activateTangent(f, 1, x, 0, new double[] {1}, 0, y, 0);
        largest = Math.max(largest, Math.abs(y[0]));
      }
      double bound = LipschitzBound.slope(f);
      assertTrue(largest <= bound * (1 + 1e-15), f + " " + largest);
      assertTrue(largest > 0.999 * bound, f + " " + largest);
    }
  }
}
