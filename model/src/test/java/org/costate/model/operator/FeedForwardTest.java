package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Shape;
import org.hipparchus.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Values of the feed-forward operators against loops over the formulas.
class FeedForwardTest {
  private static final int WIDTH = 3;
  private static final Shape SHAPE = new Shape(2, 4);
  private final Draw draw = new Draw(9);

  private static double[] apply(Operator operator, double[] u, double... theta) {
    OperatorCase entry = OperatorCase.of(operator.name(), operator, SHAPE);
    return new Probe(entry, new PlainKernels()).apply(new Pair(u, theta));
  }

  private static double activate(Activation f, double x) {
    return switch (f) {
      case IDENTITY -> x;
      case RELU -> Math.max(x, 0);
      case GELU_ERF -> x * (1 + Erf.erf(x / Math.sqrt(2))) / 2;
      case GELU_TANH ->
          x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2;
      case SILU -> x / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
    };
  }

  /// `b_j + Σ_i x_i W_ij` with `W` `[in, out]` at `at` in `theta` and the bias behind it.
  private static double[] affine(double[] x, double[] theta, int at, int out) {
    double[] y = new double[out];
    for (int j = 0; j < out; j++) {
      y[j] = theta[at + x.length * out + j];
      for (int i = 0; i < x.length; i++) {
        y[j] += x[i] * theta[at + i * out + j];
      }
    }
    return y;
  }

  private static double[] token(double[] u, int i) {
    return Arrays.copyOfRange(u, i * WIDTH, (i + 1) * WIDTH);
  }

  @ParameterizedTest
  @EnumSource
  void valueIsTheFormula(Activation f) {
    int hidden = 5;
    FeedForward net = new FeedForward(WIDTH, hidden, f, false, true);
    double[] u = draw.normal(SHAPE.size(WIDTH));
    double[] theta = draw.controls(net.parameters());
    double[] y = apply(net, u, theta);
    for (int i = 0; i < SHAPE.positions(); i++) {
      double[] x = affine(token(u, i), theta, 0, hidden);
      double[] a = Arrays.stream(x).map(s -> activate(f, s)).toArray();
      double[] expected = affine(a, theta, (WIDTH + 1) * hidden, WIDTH);
      assertArrayEquals(expected, token(y, i), 1e-14);
    }
  }

  @ParameterizedTest
  @EnumSource
  void gateComesBeforeFactor(Activation f) {
    int hidden = 5;
    FeedForward net = new FeedForward(WIDTH, hidden, f, true, true);
    double[] u = draw.normal(SHAPE.size(WIDTH));
    double[] theta = draw.controls(net.parameters());
    double[] y = apply(net, u, theta);
    for (int i = 0; i < SHAPE.positions(); i++) {
      double[] x = affine(token(u, i), theta, 0, 2 * hidden);
      double[] a = new double[hidden];
      for (int j = 0; j < hidden; j++) {
        a[j] = activate(f, x[j]) * x[hidden + j];
      }
      double[] expected = affine(a, theta, (WIDTH + 1) * 2 * hidden, WIDTH);
      assertArrayEquals(expected, token(y, i), 1e-14);
    }
  }

  /// `ReLU(u + (u W_1 + b_1))`, then `v + (v W_2 + b_2)`, with `W_j = W_FFN − I`: the substeps of
  /// the continuous equation at `dt = 1` are the square feed-forward network.
  @Test
  void fieldLayersAreTheSubstepsOfASquareNetwork() {
    FeedForward net = new FeedForward(WIDTH, WIDTH, Activation.RELU, false, true);
    FieldLayer field = new FieldLayer(WIDTH, Activation.IDENTITY, true);
    Pointwise projection = new Pointwise(WIDTH, Activation.RELU);
    double[] u = draw.normal(SHAPE.size(WIDTH));
    double[] theta = draw.controls(net.parameters());
    int half = theta.length / 2;
    double[] first = minusIdentity(Arrays.copyOfRange(theta, 0, half));
    double[] second = minusIdentity(Arrays.copyOfRange(theta, half, 2 * half));
    double[] v = apply(projection, Pair.plus(u, 1, apply(field, u, first)));
    double[] y = Pair.plus(v, 1, apply(field, v, second));
    assertArrayEquals(apply(net, u, theta), y, 1e-13);
  }

  private static double[] minusIdentity(double[] theta) {
    for (int i = 0; i < WIDTH; i++) {
      theta[i * WIDTH + i] -= 1;
    }
    return theta;
  }

  @Test
  void reluIsTheProjectionOntoNonNegativeStates() {
    double[] u = draw.normal(SHAPE.size(WIDTH));
    double[] y = apply(new Pointwise(WIDTH, Activation.RELU), u);
    for (int i = 0; i < u.length; i++) {
      assertEquals(Math.max(0, u[i]), y[i]);
    }
    OperatorCase entry = OperatorCase.of("relu", new Pointwise(1, Activation.RELU), SHAPE);
    Probe probe = new Probe(entry, new PlainKernels());
    double[] ones = new double[SHAPE.positions()];
    Arrays.fill(ones, 1);
    Pair kink = new Pair(new double[SHAPE.positions()], new double[0]);
    assertArrayEquals(
        new double[SHAPE.positions()], probe.tangent(kink, new Pair(ones, kink.theta())));
    assertArrayEquals(new double[SHAPE.positions()], probe.adjoint(kink, ones).u());
  }

  @Test
  void badSizesAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new FeedForward(0, 4, Activation.RELU, false, true));
    assertThrows(
        IllegalArgumentException.class,
        () -> new FeedForward(1 << 16, 1 << 16, Activation.RELU, true, true));
    assertThrows(IllegalArgumentException.class, () -> new FieldLayer(-1, Activation.RELU, true));
    assertThrows(IllegalArgumentException.class, () -> new Affine(4, 0, true, false));
  }
}
