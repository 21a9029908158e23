package org.costate.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Affine;
import org.costate.model.operator.FieldLayer;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Pooling;
import org.costate.model.operator.TokenEmbedding;
import org.costate.model.scheme.Schemes;
import org.costate.model.scheme.Step;
import org.costate.model.state.Shape;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.TimeGrid;
import org.junit.jupiter.api.Test;

class ModelTest {
  private static final int WIDTH = 3;
  private static final TokenEmbedding EMBEDDING = new TokenEmbedding(11, WIDTH);
  private static final Affine READOUT = new Affine(WIDTH, 11, false, true);
  private static final FieldLayer LAYER = new FieldLayer(WIDTH, Activation.TANH, true);

  private static ControlLayout layout(Operator layer) {
    return ControlLayout.builder()
        .block("embedding", EMBEDDING.parameters(), new Constant())
        .block("layer", layer.parameters(), new PiecewiseConstant(2, 1))
        .build();
  }

  private static Model model(List<Stage> entry, ControlLayout layout, List<Stage> exit) {
    Field field = Field.of(Controlled.of(LAYER, "layer"));
    Step step = new Step(Schemes.euler(ContinuousEquation.of(field)), WIDTH);
    return new Model(entry, step, TimeGrid.uniform(6, 1), layout, exit);
  }

  private static Stage stage(Operator operator, String... blocks) {
    return new Stage(operator, List.of(blocks));
  }

  @Test
  void widthsAndShapesAreThoseOfItsParts() {
    Pooling mean = new Pooling(WIDTH, Pooling.Kind.MEAN);
    Model model =
        model(
            List.of(stage(EMBEDDING, "embedding")),
            layout(LAYER),
            List.of(stage(mean), stage(READOUT, "embedding")));
    assertEquals(
        List.of(0, 3, 11), List.of(model.inputWidth(), model.stateWidth(), model.outputWidth()));
    assertEquals(new Shape(4, 7), model.stateShape(new Shape(4, 7)));
    assertEquals(new Shape(4, 1), model.outputShape(new Shape(4, 7)));
    Model bare = model(List.of(), layout(LAYER), List.of());
    assertEquals(List.of(3, 3), List.of(bare.inputWidth(), bare.outputWidth()));
  }

  @Test
  void partsThatDoNotFitAreNamed() {
    Stage embedding = stage(EMBEDDING, "embedding");
    assertRefused(
        "entry stage 2 (affine): found an input of 3 features, expected 5",
        List.of(embedding, stage(new Affine(5, WIDTH, false, false), "embedding")),
        layout(LAYER),
        List.of());
    assertRefused(
        "step euler: found an input of 11 features",
        List.of(embedding, stage(READOUT, "embedding")),
        layout(LAYER),
        List.of());
    assertRefused(
        "exit stage 1 (affine): found the blocks [embedding] with [weight 11 x 3]",
        List.of(embedding),
        layout(LAYER),
        List.of(stage(new Affine(WIDTH, 10, false, true), "embedding")));
    assertRefused(
        "step euler: found the blocks [layer]",
        List.of(),
        layout(new FieldLayer(WIDTH + 1, Activation.TANH, true)),
        List.of());
    assertRefused(
        "2 functions of time, expected a constant",
        List.of(stage(LAYER, "layer")),
        layout(LAYER),
        List.of());
  }

  private static void assertRefused(
      String why, List<Stage> entry, ControlLayout layout, List<Stage> exit) {
    String found =
        assertThrows(IllegalArgumentException.class, () -> model(entry, layout, exit)).getMessage();
    assertTrue(found.contains(why), found);
  }
}
