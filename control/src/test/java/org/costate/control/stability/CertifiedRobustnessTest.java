package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.costate.adjoint.sweep.Outputs;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Pooling;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is certified holds against whatever an adversary, or chance, finds.
class CertifiedRobustnessTest {
  private static final int SEQUENCES = 12;

  private static Model model(Arrangement arrangement) {
    Norm norm = new Norm(Norm.Kind.LAYER, 0.5, true, true);
    Block block =
        new Block(
            arrangement,
            Attention.standard(4, 2, new Mask.Full()),
            new FeedForward(4, 6, Activation.GELU_TANH, false, true),
            norm);
    return new Architecture(
            new Entry.Patches(4, 4, 1, 2, 4, false, true, true),
            block,
            new Depth(2, 0.5, Depth.Basis.PIECEWISE_CONSTANT, 2),
            new Exit(
                Optional.of(norm),
                Optional.of(Pooling.Kind.MEAN),
                false,
                Optional.of(new Exit.Readout(3, true, false))))
        .model();
  }

  private static double[] normal(int n, double scale, long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    double[] x = new double[n];
    Arrays.setAll(x, i -> scale * random.nextGaussian());
    return x;
  }

  private static Batch batch() {
    int[] labels = new int[SEQUENCES];
    Arrays.setAll(labels, i -> i % 3);
    return Batch.ofInput(new Shape(SEQUENCES, 16), normal(16 * SEQUENCES, 1, 2)).withLabels(labels);
  }

  /// Pairs of inputs near and far, and the adversary: none is above the constant.
  @ParameterizedTest
  @EnumSource(
      value = Arrangement.class,
      names = {"PRE_NORM", "PARALLEL", "MACARON", "MIDPOINT"})
  void noGainIsAboveTheConstant(Arrangement arrangement) {
    Model model = model(arrangement);
    PlainKernels kernels = new PlainKernels();
    double[] c = normal(model.layout().size(), 0.3, 1);
    Batch batch = batch();
    CertifiedRobustness found = CertifiedRobustness.of(model, c, batch, 3, List.of(), kernels);
    double bound = found.bound().whole();
    assertTrue(Double.isFinite(bound) && found.bound().steps().size() == 2, found.toString());
    double largest = found.gain();
    double[] y = Outputs.of(model, c, batch, kernels);
    for (double size : new double[] {1e-3, 0.1, 1, 10}) {
      double[] delta = normal(16 * SEQUENCES, size, 3);
      double[] x = batch.input().orElseThrow().clone();
      for (int i = 0; i < x.length; i++) {
        x[i] += delta[i];
      }
      double[] moved = Outputs.of(model, c, batch.withInput(x), kernels);
      for (int b = 0; b < SEQUENCES; b++) {
        largest = Math.max(largest, distance(moved, y, b, 3) / norm(delta, b, 16));
      }
    }
    assertTrue(largest <= bound, largest + " <= " + bound);
    assertTrue(largest > 1e-3 * bound, "not vacuous: " + largest + " of " + bound);
  }

  private static double distance(double[] y, double[] z, int b, int each) {
    double square = 0;
    for (int i = b * each; i < (b + 1) * each; i++) {
      square += (y[i] - z[i]) * (y[i] - z[i]);
    }
    return Math.sqrt(square);
  }

  private static double norm(double[] x, int b, int each) {
    return distance(x, new double[x.length], b, each);
  }

  private static int[] classes(double[] y) {
    int[] labels = new int[SEQUENCES];
    for (int b = 0; b < SEQUENCES; b++) {
      for (int k = 1; k < 3; k++) {
        labels[b] = y[3 * b + k] > y[3 * b + labels[b]] ? k : labels[b];
      }
    }
    return labels;
  }

  @Test
  void certifiedIsBelowAttackedIsBelowAccuracy() {
    Model model = model(Arrangement.PRE_NORM);
    PlainKernels kernels = new PlainKernels();
    double[] c = new double[0];
    int[] labels = new int[SEQUENCES];
    for (long seed = 1; Arrays.stream(labels).distinct().count() < 2; seed++) {
      c = normal(model.layout().size(), 0.5, seed);
      labels = classes(Outputs.of(model, c, batch(), kernels));
    }
    labels[0] = (labels[0] + 1) % 3;
    Batch batch = batch().withLabels(labels);
    List<Double> radii = List.of(0.0, 1e-7, 1e-2, 0.1, 1.0, 100.0);
    List<CertifiedRobustness.Row> rows =
        CertifiedRobustness.of(model, c, batch, 1, radii, kernels).rows();
    double right = (SEQUENCES - 1.0) / SEQUENCES;
    assertEquals(right, rows.getFirst().certified());
    assertEquals(right, rows.getFirst().attacked());
    for (int i = 0; i < rows.size(); i++) {
      assertTrue(rows.get(i).certified() <= rows.get(i).attacked(), rows.get(i).toString());
      if (i > 0) {
        assertTrue(rows.get(i).certified() <= rows.get(i - 1).certified());
        assertTrue(rows.get(i).attacked() <= rows.get(i - 1).attacked());
      }
    }
    assertTrue(rows.get(1).certified() > 0.5, "certified at all: " + rows);
    assertTrue(rows.getLast().attacked() < right, "the adversary finds something: " + rows);
  }

  /// Without a norm in front, softmax attention has no Lipschitz constant on the whole space.
  @Test
  void withoutABoundThereIsNone() {
    Model model = model(Arrangement.PRE_NORM);
    CertifiedBound bound =
        CertifiedBound.of(
            new Model(List.of(), model.step(), model.grid(), model.layout(), List.of()),
            normal(model.layout().size(), 0.3, 1),
            new Shape(1, 4),
            new PlainKernels());
    assertTrue(Double.isFinite(bound.whole()));
    assertEquals(1, bound.entry());
    Model zero =
        new Architecture(
                new Entry.State(4),
                new Block(
                    Arrangement.PRE_NORM,
                    Attention.standard(4, 2, new Mask.Full()),
                    new FeedForward(4, 6, Activation.GELU_TANH, false, true),
                    new Norm(Norm.Kind.LAYER, 0, true, true)),
                Depth.layers(1),
                Exit.NONE)
            .model();
    double[] c = normal(zero.layout().size(), 0.3, 1);
    CertifiedBound none = CertifiedBound.of(zero, c, new Shape(1, 4), new PlainKernels());
    assertEquals(Double.POSITIVE_INFINITY, none.whole(), "a norm without floor has no constant");
  }
}
