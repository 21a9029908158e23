package org.costate.adjoint.sweep;

import static org.costate.adjoint.sweep.Cases.batch;
import static org.costate.adjoint.sweep.Cases.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.costate.adjoint.checkpoint.Checkpointing;
import org.costate.adjoint.checkpoint.Mixed;
import org.costate.adjoint.checkpoint.Revolve;
import org.costate.adjoint.checkpoint.StoreAll;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.cost.RunningCost;
import org.costate.adjoint.sweep.SweepOptions.Extra;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.NumericalException;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.Allocation;
import org.costate.model.kernel.Kernels;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.kernel.SinglePrecisionKernels;
import org.costate.model.kernel.Tiers;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;
import org.costate.model.time.PiecewiseLinear;
import org.junit.jupiter.api.Test;

class EnsembleSweepTest {
  private static final Model MODEL = Cases.tied(new PiecewiseLinear(4, 2));
  private static final SweepOptions OPTIONS =
      SweepOptions.with(new PlainKernels()).withExtras(Extra.TANGENTS);

  private static EnsembleSweep ensemble(int threads, int chunk) {
    return new EnsembleSweep(MODEL, TestCosts.all(), OPTIONS.withThreads(threads).withChunk(chunk));
  }

  private static double[] controls() {
    return random(1, MODEL.layout().size());
  }

  @Test
  void threadsDoNotChangeABit() {
    double[] c = controls();
    double[] v = random(2, c.length);
    Batch batch = batch(11);
    double[][] first = new double[2][c.length];
    double cost = 0;
    double lambda = 0;
    double hamiltonian = 0;
    for (int threads = 1; threads <= 3; threads++) {
      try (EnsembleSweep sweep = ensemble(threads, 2)) {
        for (int round = 0; round < 20; round++) {
          double[] g = random(round, c.length);
          double[] hv = random(round, c.length);
          double now = sweep.gradient(c, batch, g);
          if (threads == 1 && round == 0) {
            first[0] = g.clone();
            cost = now;
            lambda = sweep.costateNorm(3);
            hamiltonian = sweep.hamiltonian(3);
          }
          assertArrayEquals(first[0], g);
          assertEquals(cost, now);
          assertEquals(cost, sweep.value(c, batch));
          sweep.gradient(c, batch, g);
          assertEquals(lambda, sweep.costateNorm(3));
          assertEquals(hamiltonian, sweep.hamiltonian(3));
          sweep.hessianVector(c, batch, v, hv);
          if (threads == 1 && round == 0) {
            first[1] = hv.clone();
          }
          assertArrayEquals(first[1], hv);
        }
      }
    }
  }

  /// Real operators, another schedule on every number of threads.
  @Test
  void threadsAndCheckpointsDoNotChangeABitOfATransformer() {
    Model model = Transformers.preNorm(6, Activation.SILU);
    double[] c = Transformers.controls(model, 1);
    double[] expected = new double[c.length];
    double cost = Double.NaN;
    List<Checkpointing> choices = List.of(new StoreAll(), new Revolve(2), new Mixed(3));
    for (int threads = 1; threads <= 3; threads++) {
      SweepOptions options =
          OPTIONS.withThreads(threads).withChunk(3).withCheckpointing(choices.get(threads - 1));
      try (EnsembleSweep sweep = new EnsembleSweep(model, TestCosts.all(), options)) {
        double[] g = new double[c.length];
        double now = sweep.gradient(c, Transformers.batch(13), g);
        if (threads == 1) {
          expected = g;
          cost = now;
        }
        assertArrayEquals(expected, g);
        assertEquals(cost, now);
        assertEquals(6, sweep.plan().recordedSteps());
      }
    }
  }

  /// Without running costs the layers overwrite their parts of the result: nothing of what the
  /// array held may be left, in the first chunk and in those behind it. A running cost of zero
  /// makes them add to zeros instead.
  @Test
  void layersOverwriteWhatTheResultHeld() {
    Model model = Transformers.preNorm(4, Activation.GELU_ERF);
    double[] c = Transformers.controls(model, 1);
    double[] v = random(2, c.length);
    Batch batch = Transformers.batch(13);
    Costs adding =
        new Costs(Optional.of(new TestCosts.Terminal()), List.of(new Nothing()), List.of());
    double[][] expected = derivatives(model, adding, 1, c, v, batch, 0);
    for (int threads = 1; threads <= 3; threads++) {
      double[][] found =
          derivatives(model, TestCosts.terminalOnly(), threads, c, v, batch, Double.NaN);
      for (int i = 0; i < found.length; i++) {
        assertArrayEquals(expected[i], found[i], 1e-13, "derivative " + i);
      }
    }
  }

  /// Gradient, Hessian–vector and Gauss–Newton product into arrays that hold `before`, after a
  /// first time into zeros.
  private static double[][] derivatives(
      Model model, Costs costs, int threads, double[] c, double[] v, Batch batch, double before) {
    SweepOptions options = OPTIONS.withThreads(threads).withChunk(3);
    try (EnsembleSweep sweep = new EnsembleSweep(model, costs, options)) {
      Ensemble e = sweep.prepare(batch);
      double[][] all = new double[3][c.length];
      for (int round = 0; round < 2; round++) {
        for (double[] each : all) {
          Arrays.fill(each, round * before);
        }
        assertTrue(Double.isFinite(sweep.gradient(c, e, all[0])));
        sweep.hessianVector(c, e, v, all[1]);
        sweep.gaussNewtonVector(c, e, v, all[2]);
      }
      return all;
    }
  }

  /// A single sequence, large enough that products and pointwise functions are divided too.
  @Test
  void threadsInsideOneSequenceDoNotChangeABit() {
    Kernels single = new SinglePrecisionKernels(new PlainKernels());
    for (Kernels kernels : Stream.concat(Tiers.all(), Stream.of(single)).toList()) {
      Model model = Transformers.preNorm(2, Activation.GELU_ERF, 32, 300);
      double[] c = Transformers.controls(model, 1);
      double[] v = random(2, c.length);
      double[][] expected = new double[2][c.length];
      double cost = 0;
      for (int threads = 1; threads <= 3; threads++) {
        SweepOptions options =
            SweepOptions.with(kernels).withExtras(Extra.TANGENTS).withThreads(threads);
        try (EnsembleSweep sweep = new EnsembleSweep(model, TestCosts.all(), options)) {
          double[] g = random(threads, c.length);
          double[] hv = random(threads, c.length);
          double now = sweep.gradient(c, Transformers.batch(1, 300), g);
          sweep.hessianVector(c, Transformers.batch(1, 300), v, hv);
          if (threads == 1) {
            expected = new double[][] {g, hv};
            cost = now;
          }
          assertArrayEquals(expected[0], g, kernels.tier());
          assertArrayEquals(expected[1], hv, kernels.tier());
          assertEquals(cost, now);
          assertEquals(cost, sweep.value(c, Transformers.batch(1, 300)));
        }
      }
    }
  }

  @Test
  void singlePrecisionGivesNearlyTheSameGradient() {
    Model model = Transformers.preNorm(4, Activation.GELU_ERF, 32, 300);
    double[] c = Transformers.controls(model, 1);
    double[] exact = new double[c.length];
    double[] single = new double[c.length];
    Batch batch = Transformers.batch(1, 300);
    Kernels plain = new PlainKernels();
    try (EnsembleSweep sweep = sweep(model, plain);
        EnsembleSweep rounded = sweep(model, new SinglePrecisionKernels(plain))) {
      double cost = sweep.gradient(c, batch, exact);
      assertEquals(cost, rounded.gradient(c, batch, single), 1e-6 * cost);
    }
    double norm = Math.sqrt(plain.dot(c.length, exact, 0, exact, 0));
    plain.axpy(c.length, -1, exact, 0, single, 0);
    double difference = Math.sqrt(plain.dot(c.length, single, 0, single, 0));
    assertTrue(difference > 0 && difference < 3e-6 * norm, "difference " + difference / norm);
  }

  private static EnsembleSweep sweep(Model model, Kernels kernels) {
    return new EnsembleSweep(model, TestCosts.all(), SweepOptions.with(kernels));
  }

  /// The mean over 11 sequences in chunks of 4, 4 and 3 is that of one sweep over all of them.
  @Test
  void theLastSmallerChunkCountsAsItShould() {
    double[] c = controls();
    double[] g = new double[c.length];
    try (EnsembleSweep sweep = ensemble(2, 4)) {
      double cost = sweep.gradient(c, batch(11), g);
      ModelSweep whole = new ModelSweep(MODEL, TestCosts.all(), new Shape(11, 2), OPTIONS);
      double[] expected = new double[c.length];
      TestCosts.Energy energy = new TestCosts.Energy(0.1);
      energy.addGradient(c, expected);
      double mean = whole.gradient(c, batch(11), new Scales(1.0 / 11, 1.0 / 11), expected);
      assertEquals(mean + energy.value(c), cost, 1e-14 * cost);
      for (int i = 0; i < c.length; i++) {
        assertEquals(expected[i], g[i], 1e-14);
      }
    }
  }

  @Test
  void theChunkDependsOnTheShapeAlone() {
    assertEquals(6, Ensemble.chunkSize(new Shape(12, 64)));
    assertEquals(8, Ensemble.chunkSize(new Shape(32, 64)));
    assertEquals(2, Ensemble.chunkSize(new Shape(8, 256)));
    assertEquals(1, Ensemble.chunkSize(new Shape(1, 2048)));
    assertEquals(1, Ensemble.chunkSize(new Shape(2, 16)));
    assertEquals(1, Ensemble.chunkSize(new Shape(5, 5000)));
  }

  @Test
  void moreThreadsThanChunksAreNoHarm() {
    double[] c = controls();
    double[] expected = new double[c.length];
    double[] g = new double[c.length];
    try (EnsembleSweep one = ensemble(1, 2);
        EnsembleSweep many = ensemble(5, 2)) {
      one.gradient(c, batch(3), expected);
      for (int round = 0; round < 200; round++) {
        many.gradient(c, batch(3), g);
        assertArrayEquals(expected, g);
      }
      one.gradient(c, batch(7), expected);
      many.value(c, batch(7));
      many.gradient(c, batch(7), g);
      assertArrayEquals(expected, g);
    }
  }

  @Test
  void ensemblesOfOtherShapesMayFollow() {
    double[] c = controls();
    double[] g = new double[c.length];
    try (EnsembleSweep sweep = ensemble(2, 0);
        EnsembleSweep fresh = ensemble(1, 0)) {
      sweep.gradient(c, batch(3), g);
      sweep.gradient(c, batch(20), g);
      sweep.gradient(c, batch(3), g);
      double[] expected = new double[c.length];
      fresh.gradient(c, batch(3), expected);
      assertArrayEquals(expected, g);
      Shape longer = new Shape(1, 200);
      Batch one = Batch.ofInput(longer, random(3, longer.size(Cases.WIDTH)));
      fresh.gradient(c, one, expected);
      sweep.gradient(c, one, g);
      assertArrayEquals(expected, g);
    }
  }

  @Test
  void namesTheSequenceOfTheWholeEnsembleThatFailed() {
    double[] c = controls();
    double[] input = batch(11).input().orElseThrow().clone();
    input[9 * 2 * Cases.WIDTH + 4] = Double.NaN;
    input[10 * 2 * Cases.WIDTH] = Double.NaN;
    Batch bad = Batch.ofInput(new Shape(11, 2), input);
    for (int threads = 1; threads <= 3; threads++) {
      try (EnsembleSweep sweep = ensemble(threads, 2)) {
        NumericalException failure =
            assertThrows(
                NumericalException.class, () -> sweep.gradient(c, bad, new double[c.length]));
        assertEquals(9, failure.sequence());
        double[] g = new double[c.length];
        assertTrue(Double.isFinite(sweep.gradient(c, batch(11), g)));
      }
    }
  }

  @Test
  void refusesAClosedSweepAndTheWrongRoom() {
    EnsembleSweep sweep = ensemble(2, 2);
    assertThrows(
        IllegalArgumentException.class, () -> sweep.gradient(controls(), batch(3), new double[2]));
    Batch huge = Batch.empty(new Shape(1 << 15, 1 << 15));
    try (EnsembleSweep whole = ensemble(1, 1 << 15)) {
      InputException refusal =
          assertThrows(InputException.class, () -> whole.value(controls(), huge));
      assertTrue(refusal.getMessage().contains("Maybe"), refusal.getMessage());
    }
    sweep.close();
    assertThrows(IllegalStateException.class, () -> sweep.value(controls(), batch(3)));
  }

  /// With the real operators: those of the tests allocate.
  @Test
  void nothingIsAllocatedOnceWarm() {
    Model model = Transformers.preNorm(4, Activation.GELU_ERF);
    double[] c = Transformers.controls(model, 1);
    double[] g = new double[c.length];
    double[] v = random(2, c.length);
    SweepOptions options = OPTIONS.withThreads(2).withChunk(2).withCheckpointing(new Revolve(2));
    assertAllocatesNothing(model, options, Transformers.batch(7), c, g, v);
  }

  @Test
  void nothingIsAllocatedInsideOneSequenceOnceWarm() {
    Model model = Transformers.preNorm(1, Activation.TANH, 32, 130);
    double[] c = Transformers.controls(model, 1);
    assertAllocatesNothing(
        model,
        OPTIONS.withThreads(3),
        Transformers.batch(1, 130),
        c,
        new double[c.length],
        random(2, c.length));
  }

  private static void assertAllocatesNothing(
      Model model, SweepOptions options, Batch batch, double[] c, double[] g, double[] v) {
    try (EnsembleSweep sweep = new EnsembleSweep(model, TestCosts.all(), options)) {
      Ensemble ensemble = sweep.prepare(batch);
      Allocation.assertGetsToNothing(
          60,
          "60 sweeps",
          () -> {
            for (int i = 0; i < 20; i++) {
              sweep.value(c, ensemble);
              sweep.gradient(c, ensemble, g);
              sweep.hessianVector(c, ensemble, v, g);
            }
          });
    }
  }

  /// A running cost of zero.
  private record Nothing() implements RunningCost {
    @Override
    public double value(Point p, Slice next, double scale, Workspace w) {
      return 0;
    }

    @Override
    public void addAdjoint(
        Point p, Slice next, double scale, Variation bar, Slice nextBar, Workspace w) {
      // nothing to add
    }

    @Override
    public void addSecond(
        Point p,
        Slice next,
        Variation v,
        Slice dNext,
        double scale,
        Variation barDot,
        Slice nextBarDot,
        Workspace w) {
      // nothing to add
    }
  }
}
