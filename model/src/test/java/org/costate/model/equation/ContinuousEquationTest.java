package org.costate.model.equation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.FieldLayer;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Pointwise;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Schemes;
import org.costate.model.scheme.Step;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.PiecewiseConstant;
import org.junit.jupiter.api.Test;

class ContinuousEquationTest {
  private static Field field(int width, String block) {
    return Field.of(Controlled.of(new FieldLayer(width, Activation.TANH, true), block));
  }

  private static final ContinuousEquation TWO =
      ContinuousEquation.of(field(3, "a"), field(3, "b"))
          .on(new Sphere(LayerNorm.projection(3, 0), "sphere", 0, true));

  @Test
  void blocksComeInTheOrderOfTheStep() {
    Controlled norm = Controlled.of(LayerNorm.standard(3, 0), "norm");
    Controlled closing = Controlled.of(LayerNorm.standard(3, 0), "closing");
    ContinuousEquation e =
        new ContinuousEquation(
            List.of(field(3, "a").reading(norm).followedBy(closing), field(3, "b").reading(norm)),
            TWO.sphere(),
            Optional.empty());
    assertEquals(
        List.of("norm", "a", "closing", "b", "sphere"), new ArrayList<>(e.blocks().keySet()));
  }

  /// A layer that is an interval: the controls of the pre-norm block are used in place.
  @Test
  void thePreNormBlockReadsOneStretchOfItsLayer() {
    ContinuousEquation e =
        ContinuousEquation.of(
            field(3, "a").reading(Controlled.of(LayerNorm.standard(3, 0), "norm1")),
            field(3, "b").reading(Controlled.of(LayerNorm.standard(3, 0), "norm2")));
    Step step = new Step(Schemes.preNormLie(e), 3);
    ControlLayout layout =
        ControlLayout.builder().blocks(e.blocks(), new PiecewiseConstant(4, 1)).build();
    assertEquals(4 * step.controlSize(), layout.size());
    double[] c = new double[layout.size()];
    var w = new org.costate.model.state.Workspace(new org.costate.model.kernel.PlainKernels(), 0);
    assertEquals(2 * step.controlSize(), layout.at(c, step.slots(), 0.5, 0.25, w).offset());
  }

  @Test
  void aSharedBlockMustHaveOneShape() {
    ContinuousEquation e = ContinuousEquation.of(field(3, "a"), field(4, "a"));
    String found = assertThrows(IllegalArgumentException.class, e::blocks).getMessage();
    assertTrue(found.contains("block a"), found);
  }

  @Test
  void partsThatDoNotFitAreRefused() {
    assertThrows(IllegalArgumentException.class, ContinuousEquation::of);
    Pointwise relu = new Pointwise(3, Activation.RELU);
    assertThrows(IllegalArgumentException.class, () -> Controlled.of(relu, "a"));
    LayerNorm standard = LayerNorm.standard(3, 0);
    assertThrows(IllegalArgumentException.class, () -> Controlled.of(standard));
    assertThrows(IllegalArgumentException.class, () -> new Sphere(standard, "a", 0, false));
    ContinuousEquation free = ContinuousEquation.of(field(3, "a"), field(3, "b"));
    assertThrows(IllegalArgumentException.class, () -> free.positive(standard));
    assertRefused("no projection behind", () -> Schemes.lieProjected(free));
    assertRefused("no constraint set", () -> Schemes.strangTangent(free));
    assertRefused("every field behind a norm", () -> Schemes.preNormLie(free));
    assertRefused("every field behind a norm", () -> Schemes.parallelResidual(free));
    ContinuousEquation one = ContinuousEquation.of(field(3, "a"));
    assertRefused("expected 2", () -> Schemes.macaron(one));
    Field reading = field(3, "a").reading(Controlled.of(standard, "norm"));
    ContinuousEquation behind =
        new ContinuousEquation(List.of(reading), TWO.sphere(), Optional.empty());
    assertRefused("behind a projection", () -> Schemes.rk4Tangent(behind));
  }

  private interface Making {
    Scheme make();
  }

  private static void assertRefused(String why, Making making) {
    String found = assertThrows(IllegalArgumentException.class, making::make).getMessage();
    assertTrue(found.contains(why), found);
  }
}
