package org.costate.control.whatif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.costate.adjoint.LinearMap;
import org.costate.adjoint.reference.PlainModel;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.cost.Quadratic;
import org.costate.control.stability.GolubKahan;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.time.ControlLayout;
import org.hipparchus.analysis.differentiation.DSFactory;
import org.hipparchus.analysis.differentiation.DerivativeStructure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Derivatives of effects against central differences of recomputed designs and against numbers
/// with two infinitesimals in the reference interpreter.
class DesignStudyTest {
  private static final PlainKernels KERNELS = new PlainKernels();
  private static final Optional<Loss> LOSS = Optional.of(new Loss(new Quadratic(), 0));

  private static DesignStudy study(Design design) {
    return new DesignStudy(design, Designs.batch(), LOSS, KERNELS, 5);
  }

  static Stream<Design> designs() {
    List<Design> all = new ArrayList<>();
    for (Arrangement arrangement : Arrangement.values()) {
      all.add(Designs.of(arrangement));
    }
    Depth smooth = new Depth(4, 2, Depth.Basis.LEGENDRE, 3);
    all.add(Designs.of(Arrangement.PRE_NORM, smooth, Norm.rms(1e-6)));
    Depth tied = new Depth(4, 4, Depth.Basis.CONSTANT, 1);
    all.add(Designs.of(Arrangement.POST_NORM, tied, Designs.NORM));
    all.add(Designs.stacked(Arrangement.PRE_NORM));
    all.add(Designs.stacked(Arrangement.POST_NORM));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("designs")
  void slopesAreCentralDifferencesOfOtherDesigns(Design design) {
    DesignStudy study = study(design);
    List<Slopes> slopes = study.slopes();
    for (Slopes s : slopes) {
      assertDifference("exponent", study, design, s, Effect::exponent);
      assertDifference("gain", study, design, s, Effect::gain);
      assertDifference("rank", study, design, s, Effect::effectiveRank);
      assertDifference("loss", study, design, s, Effect::loss);
    }
    assertEquals(4, slopes.size());
  }

  private static void assertDifference(
      String what,
      DesignStudy study,
      Design design,
      Slopes slopes,
      ToDoubleFunction<Effect> effect) {
    double here = design.value(slopes.parameter());
    double expected = effect.applyAsDouble(slopes.total());
    double best = Double.POSITIVE_INFINITY;
    for (double h = 1e-3; h > 5e-6; h /= 5) {
      WhatIf around = study.sweep(slopes.parameter(), new double[] {here - h, here + h}, List.of());
      double before = effect.applyAsDouble(around.trials().get(0).effect().orElseThrow());
      double behind = effect.applyAsDouble(around.trials().get(1).effect().orElseThrow());
      best = Math.min(best, Math.abs((behind - before) / (2 * h) - expected));
    }
    String where = design.architecture().block().arrangement() + " " + slopes.parameter() + what;
    assertTrue(Math.abs(expected) > 1e-6, where + ": vacuous, " + expected);
    assertTrue(
        best <= 1e-6 * Math.max(0.1, Math.abs(expected)), where + ": " + best + " of " + expected);
  }

  @ParameterizedTest
  @MethodSource("designs")
  void slopesOfGainAndExponentAreThoseOfNumbersWithTwoInfinitesimals(Design design) {
    ControlledDesign controlled = ControlledDesign.of(design);
    Linearisation trajectory =
        new Linearisation(controlled.model(), controlled.controls(), Designs.batch(), KERNELS);
    LinearMap map = trajectory.propagator(0, trajectory.steps());
    GolubKahan.Triplets sigma = new GolubKahan(1e-12, 400, 1).leading(map, 1);
    double[] v = sigma.right()[0];
    double[] x = sigma.left()[0];
    double[][] found = trajectory.growthDerivatives(v, x, controlled.directions());
    double[][] plain = trajectory.derivatives(x, controlled.directions());
    for (int i = 0; i < found.length; i++) {
      DerivativeStructure expected = mixed(controlled, i, v, x);
      double size = Math.max(1, Math.abs(expected.getPartialDerivative(1, 1)));
      assertEquals(expected.getPartialDerivative(1, 1), sum(found[i]), 1e-11 * size);
      assertEquals(expected.getPartialDerivative(0, 1), sum(plain[i]), 1e-11 * size);
      assertEquals(expected.getPartialDerivative(1, 0), sigma.values()[0], 1e-10 * size);
    }
  }

  /// `<x, u_N>` at `u_0 + ε v` and controls `c + δ d_i`.
  private static DerivativeStructure mixed(
      ControlledDesign controlled, int i, double[] v, double[] x) {
    DSFactory factory = new DSFactory(2, 2);
    DerivativeStructure epsilon = factory.variable(0, 0);
    DerivativeStructure delta = factory.variable(1, 0);
    PlainModel<DerivativeStructure> reference =
        new PlainModel<>(controlled.model(), factory.getDerivativeField());
    DerivativeStructure[] c = reference.arithmetic().numbers(controlled.controls());
    double[] d = controlled.directions().get(i);
    for (int k = 0; k < c.length; k++) {
      c[k] = d[k] == 0 ? c[k] : c[k].add(delta.multiply(d[k]));
    }
    double[] input = Designs.batch().input().orElseThrow();
    DerivativeStructure[] u = reference.arithmetic().numbers(input);
    for (int k = 0; k < u.length; k++) {
      u[k] = u[k].add(epsilon.multiply(v[k]));
    }
    DerivativeStructure[] output = reference.sweep(c, u, Designs.batch()).output();
    DerivativeStructure sum = factory.constant(0);
    for (int k = 0; k < output.length; k++) {
      sum = sum.add(output[k].multiply(x[k]));
    }
    return sum;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("designs")
  void theControlledModelIsTheModel(Design design) {
    ControlledDesign controlled = ControlledDesign.of(design);
    double[] expected = output(design.model(), design.controls());
    assertArrayEquals(expected, output(controlled.model(), controlled.controls()), 1e-13);
  }

  @ParameterizedTest
  @EnumSource(Arrangement.class)
  void aDesignWithAllItsOwnValuesIsTheDesign(Arrangement arrangement) {
    Design design = Designs.of(arrangement);
    double[] expected = output(design.model(), design.controls());
    for (DesignParameter p : DesignParameter.values()) {
      Design same = design.with(p, design.value(p));
      assertArrayEquals(expected, output(same.model(), same.controls()), 1e-13, p.option());
    }
  }

  private static double[] output(Model model, double[] c) {
    return new Linearisation(model, c, Designs.batch(), KERNELS).output().toArray();
  }

  @Test
  void aScaledNormLeavesItsBiasAndWeightsWithoutItsOwnControlsAlone() {
    Design design = Designs.of(Arrangement.PRE_NORM);
    double[] c = design.controls();
    double[] scaled = design.with(DesignParameter.NORM_SCALE, 3).controls();
    int changed = 0;
    for (int i = 0; i < c.length; i++) {
      changed += c[i] == scaled[i] ? 0 : 1;
      assertTrue(c[i] == scaled[i] || scaled[i] == 3 * c[i]);
    }
    assertEquals(2 * Designs.STEPS * Designs.WIDTH, changed);
  }

  /// With steps of size 1 a stack is its blocks one after the other, whatever its residuals weigh.
  @ParameterizedTest
  @EnumSource(names = {"PRE_NORM", "POST_NORM", "PARALLEL"})
  void theResidualsOfAStackAreThoseOfItsBlocks(Arrangement arrangement) {
    Design stack =
        Designs.stacked(arrangement)
            .with(DesignParameter.STEP_SIZE, 1)
            .with(DesignParameter.RESIDUAL, 0.3);
    Depth layers = Depth.layers(4);
    Design plain = Designs.of(arrangement, layers, Designs.NORM);
    ControlLayout from = stack.model().layout();
    ControlLayout to = plain.model().layout();
    double[] c = new double[to.size()];
    for (ControlLayout.Block block : to.blocks()) {
      for (int layer = 0; layer < 4; layer++) {
        ControlLayout.Block source = from.block(block.name() + "-" + (1 + layer % 2));
        int begin = source.at(layer / 2);
        System.arraycopy(stack.controls(), begin, c, block.at(layer), block.size());
      }
    }
    Design one = Design.of(plain.architecture(), c).with(DesignParameter.RESIDUAL, 0.3);
    double[] found = output(stack.model(), stack.controls());
    assertArrayEquals(output(one.model(), c), found, 1e-13);
  }

  @Test
  void theFirstLayersAloneGiveTheStateThere() {
    Design design = Designs.of(Arrangement.POST_NORM);
    Linearisation whole =
        new Linearisation(design.model(), design.controls(), Designs.batch(), KERNELS);
    Design first = design.with(DesignParameter.LAYERS, 2);
    double[] output = output(first.model(), first.controls());
    assertArrayEquals(whole.state(2).toArray(), output, 1e-14);
  }

  @Test
  void moreStepsOverTheSameTimeComeNearerToTheFlow() {
    Design design = Designs.of(Arrangement.MIDPOINT);
    double[] coarse = deviation(design, 6);
    double[] fine = deviation(design, 12);
    double ratio = norm(coarse) / norm(fine);
    assertTrue(ratio > 3 && ratio < 5.5, "an order of two: " + ratio);
  }

  /// From the state with eight times as many steps.
  private static double[] deviation(Design design, int steps) {
    Design few = design.with(DesignParameter.DEPTH, steps);
    Design many = design.with(DesignParameter.DEPTH, 96);
    double[] a = output(few.model(), few.controls());
    double[] b = output(many.model(), many.controls());
    for (int i = 0; i < a.length; i++) {
      a[i] -= b[i];
    }
    return a;
  }

  private static double norm(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  @Test
  void discreteParametersHaveNoPrediction() {
    DesignStudy study = study(Designs.of(Arrangement.PRE_NORM));
    WhatIf placed = study.sweep(DesignParameter.PLACEMENT, new double[] {0, 1, 2}, study.slopes());
    assertTrue(placed.slopes().isEmpty());
    assertEquals(study.base(), placed.trials().get(0).effect().orElseThrow());
    for (Trial trial : placed.trials()) {
      assertTrue(trial.predicted().isEmpty());
      assertTrue(trial.effect().isPresent());
    }
  }

  @Test
  void aDesignThatBlowsUpIsToldAndTheOthersAreKept() {
    DesignStudy study = study(Designs.of(Arrangement.PRE_NORM));
    WhatIf swept = study.sweep(DesignParameter.RESIDUAL, new double[] {1, 1e200}, List.of());
    assertEquals(study.base(), swept.trials().get(0).effect().orElseThrow());
    assertTrue(swept.trials().get(1).effect().isEmpty());
    assertTrue(swept.trials().get(1).failure().contains("step"), swept.trials().get(1).failure());
  }

  @ParameterizedTest
  @CsvSource({
    "heads, 3, divides the 8",
    "heads, 8, at least the 2",
    "heads, 1, divides the 4",
    "head-width, 3, divides the 8",
    "layers, 4, 1 to 3",
  })
  void aDesignThatCannotBeIsRefused(String name, double value, String expected) {
    Design design = Designs.of(Arrangement.PRE_NORM);
    InputException e =
        assertThrows(
            InputException.class, () -> design.with(DesignParameter.named(name), value).model());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  @Test
  void twoHeadsOfTwiceTheWidthReadTheSameColumns() {
    Design design = Designs.of(Arrangement.PRE_NORM);
    Design two = design.with(DesignParameter.HEAD_WIDTH, 4);
    assertEquals(2, two.architecture().block().attention().heads());
    assertEquals(1, two.architecture().block().attention().keyHeads());
    assertEquals(0.5, two.architecture().block().attention().scale(), 1e-15);
    double[] before = output(design.model(), design.controls());
    assertFalse(java.util.Arrays.equals(before, output(two.model(), two.controls())));
  }
}
