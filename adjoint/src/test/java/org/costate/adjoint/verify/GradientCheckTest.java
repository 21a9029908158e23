package org.costate.adjoint.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.reference.PlainModel;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.adjoint.sweep.TestCosts;
import org.costate.model.architecture.Arrangement;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Operator;
import org.hipparchus.util.Binary64;
import org.hipparchus.util.Binary64Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class GradientCheckTest {
  /// All kinds of costs, none of them so large that it hides the others.
  private static final Costs COSTS =
      new Costs(
          Optional.of(new TestCosts.Terminal()),
          List.of(new TestCosts.Running(0.7, 1e-4)),
          List.of(new TestCosts.Energy(1e-3)));

  static List<CheckedModels> models() {
    return CheckedModels.all();
  }

  private static CheckReport check(CheckedModels m, Costs costs, long seed) {
    CheckOptions options =
        CheckOptions.with(new PlainKernels()).withPlainCosts(new TestPlainCosts()).withSeed(seed);
    return GradientCheck.of(m.model(), costs, m.batch(), m.controls(3), options).run();
  }

  private static String lines(CheckReport report) {
    return report.checks().stream().map(CheckResult::toString).collect(Collectors.joining("\n"));
  }

  @ParameterizedTest
  @MethodSource("models")
  void correctGradientsPass(CheckedModels m) {
    CheckReport report = check(m, COSTS, 1);
    assertTrue(report.pass(), () -> m + "\n" + lines(report));
    assertEquals(10, report.checks().size());
    for (CheckResult each : report.checks()) {
      assertTrue(Double.isFinite(each.violation()), () -> m + ": nothing measured: " + each);
    }
    assertEquals(13, report.taylor().size());
    int changes = report.taylor().stream().mapToInt(TaylorRow::activeSetChanges).sum();
    assertTrue(m.kinked() || changes == 0, () -> m + ": kinks seen in a smooth model");
  }

  /// The plain interpreter at full size: all steps, all functions of time.
  @ParameterizedTest
  @MethodSource("models")
  void sweepsAndPlainLoopsAgree(CheckedModels m) {
    double[] c = m.controls(8);
    ModelSweep sweep =
        new ModelSweep(m.model(), COSTS, m.batch().shape(), SweepOptions.with(new PlainKernels()));
    sweep.value(c, m.batch(), Scales.ONE);
    double[] fast = sweep.output().toArray();
    PlainModel<Binary64> plain = new PlainModel<>(m.model(), Binary64Field.getInstance());
    PlainModel.Sweep<Binary64> slow = plain.sweep(plain.arithmetic().numbers(c), m.batch());
    assertEquals(m.model().outputShape(m.batch().shape()), slow.shape());
    assertEquals(fast.length, slow.output().length);
    double largest = 0;
    for (double y : fast) {
      largest = Math.max(largest, Math.abs(y));
    }
    for (int i = 0; i < fast.length; i++) {
      assertEquals(slow.output()[i].getReal(), fast[i], 1e-12 * largest, m + ", " + i);
    }
  }

  /// Every fault in one kind of operator fails every method that can see it, and no other.
  @ParameterizedTest
  @EnumSource
  void faultsAreSeenByTheMethodsThatCan(Fault fault) {
    for (Class<? extends Operator> broken : List.of(FeedForward.class, LayerNorm.class)) {
      CheckedModels sound = CheckedModels.language(Arrangement.PRE_NORM, Activation.GELU_TANH);
      CheckedModels faulty = sound.with(f -> broken.isInstance(f) ? new Faulty(f, fault) : f);
      if (fault == Fault.FORGETS_TO_ADD && broken == FeedForward.class) {
        continue; // its input and its weights are its own: there is nothing to add to
      }
      CheckReport report = check(faulty, COSTS, 1);
      Set<String> failed =
          report.checks().stream()
              .filter(each -> !each.pass())
              .map(CheckResult::method)
              .collect(Collectors.toCollection(TreeSet::new));
      String all = fault + " of " + broken.getSimpleName() + "\n" + lines(report);
      assertTrue(failed.containsAll(fault.seenBy()), all);
      assertTrue(!report.pass(), all);
      if (!fault.inGradient()) {
        // a part per thousand of the curvature may lie below the rounding of J
        failed.removeIf(method -> fault == Fault.TANGENT && method.equals("Taylor remainder 2"));
        assertEquals(new TreeSet<>(fault.seenBy()), failed, all);
      }
    }
  }

  /// A cost with a wrong gradient is seen by everything but the dot product, which knows no cost.
  @Test
  void faultyCostsAreSeen() {
    CheckedModels m = CheckedModels.language(Arrangement.PRE_NORM, Activation.GELU_TANH);
    Costs faulty =
        new Costs(Optional.of(new FaultyCost(new TestCosts.Terminal())), List.of(), List.of());
    CheckReport report = check(m, faulty, 1);
    Set<String> failed =
        report.checks().stream()
            .filter(each -> !each.pass())
            .map(CheckResult::method)
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(
        failed.containsAll(Set.of("Taylor remainder 1", "central differences", "dual numbers")),
        () -> lines(report));
    assertTrue(!failed.contains("dot product"), () -> lines(report));
  }

  /// An operator nobody knows: the check says so and does not pass.
  @Test
  void unknownOperatorsAreNamed() {
    CheckedModels m = CheckedModels.language(Arrangement.PRE_NORM, Activation.TANH);
    CheckedModels strange = m.with(f -> f instanceof FeedForward ? new Stranger(f) : f);
    CheckReport report = check(strange, COSTS, 1);
    CheckResult last = report.checks().getLast();
    assertTrue(!last.pass() && last.method().equals("dual numbers"), last::toString);
    assertTrue(last.witness().contains("unknown operator stranger (Stranger)"), last::toString);
    assertEquals(1, report.checks().stream().filter(each -> !each.pass()).count());
  }

  /// A check changes no bit of what it checks.
  @Test
  void nothingIsChanged() {
    CheckedModels m = CheckedModels.language(Arrangement.POST_NORM, Activation.RELU);
    double[] c = m.controls(3);
    double[] before = c.clone();
    int[] ids = m.batch().ids().orElseThrow().clone();
    double[] g = new double[c.length];
    double[] again = new double[c.length];
    try (EnsembleSweep sweep =
        new EnsembleSweep(m.model(), COSTS, SweepOptions.with(new PlainKernels()))) {
      sweep.gradient(c, m.batch(), g);
      CheckReport report =
          GradientCheck.of(m.model(), COSTS, m.batch(), c, CheckOptions.with(new PlainKernels()))
              .run();
      assertTrue(report.pass(), () -> lines(report));
      sweep.gradient(c, m.batch(), again);
    }
    assertArrayEquals(bits(before), bits(c));
    assertArrayEquals(bits(g), bits(again));
    assertArrayEquals(ids, m.batch().ids().orElseThrow());
  }

  private static long[] bits(double[] x) {
    return java.util.Arrays.stream(x).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  /// The same seed gives the same numbers, another seed others.
  @Test
  void verdictsDependOnTheSeedAlone() {
    CheckedModels m = CheckedModels.language(Arrangement.PARALLEL, Activation.RELU);
    assertEquals(check(m, COSTS, 5), check(m, COSTS, 5));
    assertTrue(!check(m, COSTS, 5).equals(check(m, COSTS, 6)));
  }

  @Test
  void whatIsLeftOutIsSaid() {
    CheckedModels m = CheckedModels.language(Arrangement.PARALLEL, Activation.TANH);
    CheckOptions options = CheckOptions.with(new PlainKernels());
    CheckReport report =
        GradientCheck.of(m.model(), COSTS, m.batch(), m.controls(1), options).run();
    String notes = String.join("\n", report.notes());
    assertTrue(report.pass(), () -> lines(report));
    assertTrue(notes.contains("checked on 2 of 3 sequences"), notes);
    assertTrue(notes.contains("leave out the terminal cost"), notes);
    assertTrue(notes.contains("leave out 1 running costs"), notes);
  }

  @Test
  void controlsOfAnotherSizeAreRefused() {
    CheckedModels m = CheckedModels.language(Arrangement.PARALLEL, Activation.TANH);
    CheckOptions options = CheckOptions.with(new PlainKernels());
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> GradientCheck.of(m.model(), COSTS, m.batch(), new double[3], options));
    assertTrue(refused.getMessage().contains("found 3 controls"), refused.getMessage());
  }
}
