package org.costate.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.MemoryPlan;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.cli.assembly.Budgets;
import org.costate.cli.bench.BenchCase.Task;
import org.costate.control.cost.Quadratic;
import org.costate.control.stability.GolubKahan;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchTest {
  private static final Preset.Kind KIND = Preset.Kind.ENCODER_PRELN_GELU;

  private static MemoryPlan plan(int batch, int tokens, int width, int layers, String budget) {
    return plan(KIND, batch, tokens, width, layers, budget);
  }

  /// Sequences, tokens, width, layers; four heads, a hidden layer four times as wide.
  private static MemoryPlan plan(
      Preset.Kind kind, int batch, int tokens, int width, int layers, String budget) {
    Preset preset =
        Preset.of("%dx%dx%dx4x%dx%d".formatted(batch, tokens, width, 4 * width, layers));
    Model model = preset.architecture(kind).model();
    SweepOptions options =
        SweepOptions.with(new PlainKernels())
            .withCheckpointing(Budgets.checkpointing("--budget", Optional.of(budget)));
    Shape shape = preset.shape();
    Batch batchOf =
        Batch.ofInput(shape, new double[shape.size(width)])
            .withTarget(new double[shape.size(width)]);
    try (EnsembleSweep sweep = new EnsembleSweep(model, Costs.of(new Quadratic()), options)) {
      return sweep.plan(sweep.prepare(batchOf));
    }
  }

  /// What is kept grows linearly with tokens and layers, to the byte, but for a constant: the
  /// working record is as long as the largest. Records hold nothing of size N².
  @Test
  void memoryGrowsLinearlyWithLayersAndTokens() {
    long two = plan(1, 8, 16, 2, "1").bytes();
    long twoMore = plan(1, 8, 16, 4, "1").bytes() - two;
    for (int factor : new int[] {2, 5, 16}) {
      long layers = plan(1, 8, 16, 2 * factor, "1").bytes();
      assertEquals(two + (factor - 1) * twoMore, layers, "layers " + factor);
      assertEquals(factor * two, plan(1, 8 * factor, 16, 2, "1").bytes(), "tokens " + factor);
    }
  }

  /// Per layer and position: two states, queries, keys, values, head outputs, activations and
  /// slopes of a hidden layer four times as wide, which is 14 times the width; log-sum-exps and
  /// scales of rows beside them.
  @Test
  void aLayerKeepsAboutFourteenStates() {
    double states = statesOfALayer(KIND);
    assertTrue(states >= 14 && states < 14.25, "states per layer: " + states);
  }

  /// With ReLU no slopes, which are four times the width; with norms behind the sums also what
  /// stands before these, two states.
  @Test
  void aLayerWithReluKeepsNoSlopes() {
    double states = statesOfALayer(Preset.Kind.ENCODER_POSTLN_RELU);
    assertTrue(states >= 12 && states < 12.25, "states per layer: " + states);
  }

  private static double statesOfALayer(Preset.Kind kind) {
    long bytes = plan(kind, 1, 32, 64, 4, "1").bytes() - plan(kind, 1, 32, 64, 3, "1").bytes();
    return bytes / (8.0 * 32 * 64);
  }

  /// Requirement of the schedule, not of a clock: with an eighth of the memory at most one more
  /// forward sweep is run, which costs less than 0.4 of a sweep there and back.
  @Test
  void anEighthOfTheMemoryRunsAtMostOneForwardSweepAgain() {
    MemoryPlan plan = plan(4, 32, 64, 96, "1/8");
    assertTrue(plan.bytes() <= plan.storeAllBytes() / 8);
    assertTrue(plan.chunk().repeatedSweeps() <= 1, plan.summary());
    assertEquals(plan.chunk().cost(), plan.chunk().optimum());
  }

  @Test
  void readsPresetsAndShapes() {
    assertEquals(Preset.ALL.get(1), Preset.of("medium"));
    Preset custom = Preset.of("1x16384x64x4x256x4");
    assertEquals(new Shape(1, 16384), custom.shape());
    assertEquals(256, custom.hidden());
  }

  @ParameterizedTest
  @ValueSource(strings = {"smal", "1x2x3", "0x8x16x4x64x2", "1x8x16x4x64x99999999999", ""})
  void refusesOtherShapes(String text) {
    assertThrows(InputException.class, () -> Preset.of(text));
  }

  @Test
  void refusesUnknownTasksWithTheNearestKnownOne() {
    InputException e =
        assertThrows(
            InputException.class, () -> BenchCase.named("--task", "hesian", Task.values()));
    assertTrue(e.getMessage().contains("hessian"), e.getMessage());
    assertEquals(List.of(Task.values()), BenchCase.named("--task", "all", Task.values()));
  }

  @Test
  void fitsTheExponentOfAPower() {
    List<Integer> x = List.of(2, 4, 8, 16, 32);
    List<Double> y = x.stream().map(n -> 3 * Math.pow(n, 1.5)).toList();
    assertEquals(1.5, Scaling.slope(x, y), 1e-12);
  }

  /// Every task on a small shape in this process: finite figures where they apply.
  @Test
  void measuresEveryTask() {
    for (Task task : Task.values()) {
      BenchCase example =
          new BenchCase(Preset.of("1x4x8x2x16x2"), KIND, task, Optional.of("0.9"), 1);
      Measurement m = CaseRun.glance(example, new PlainKernels());
      assertTrue(m.forwardS() > 0 && m.gradientS() > 0 && m.gflops() > 0);
      assertEquals(task == Task.HESSIAN, Double.isFinite(m.hessianVectorS()));
      assertEquals(task == Task.SINGULAR, Double.isFinite(m.singularS()));
      assertEquals(task == Task.SINGULAR, m.singularProducts() > 0);
      assertTrue(m.memoryMb() <= 0.9 * m.storeAllMb());
    }
  }

  /// The tolerance of the timed iteration: residuals of 1e-6 give values to 1e-11 or better here.
  @Test
  void theTimedSingularValuesAreRight() {
    double[] diagonal = new double[60];
    for (int i = 0; i < diagonal.length; i++) {
      diagonal[i] = 1 + 0.3 * Math.cos(i);
    }
    GolubKahan.Triplets found =
        CaseRun.SINGULAR.leading(DiagonalMap.of(diagonal), CaseRun.SINGULAR_VALUES);
    double[] sorted = diagonal.clone();
    java.util.Arrays.sort(sorted);
    for (int i = 0; i < CaseRun.SINGULAR_VALUES; i++) {
      assertEquals(sorted[sorted.length - 1 - i], found.values()[i], 1e-11);
    }
  }
}
