package org.costate.model.operator;

import java.util.List;
import java.util.Optional;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// Attentions in the settings that change their formulas.
final class AttentionCases {
  private static final Optional<Rotary> NO_ROTARY = Optional.empty();

  private AttentionCases() {}

  static List<OperatorCase> all() {
    Mask full = new Mask.Full();
    Mask causal = new Mask.Causal();
    Shape small = new Shape(2, 5);
    return List.of(
        OperatorCase.of("attention full", Attention.standard(12, 3, full), small),
        OperatorCase.of("attention causal", Attention.standard(8, 2, causal), new Shape(3, 6)),
        OperatorCase.of(
            "attention window", Attention.standard(8, 2, new Mask.Window(2, 1)), new Shape(2, 7)),
        OperatorCase.of("attention one head", Attention.standard(5, 1, full), small),
        OperatorCase.of("attention one token", Attention.standard(6, 2, causal), new Shape(3, 1)),
        OperatorCase.of("attention padding", Attention.standard(8, 2, full), small)
            .with(weights(small, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0)),
        OperatorCase.of("attention rows without keys", Attention.standard(8, 2, causal), small)
            .with(weights(small, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1)),
        OperatorCase.of("attention quadrature", Attention.standard(8, 4, full), small)
            .with(weights(small, .1, .3, .2, .3, .1, .05, .5, .2, .2, .05)),
        OperatorCase.of(
            "attention grouped heads, no biases",
            new Attention(8, 6, 2, 3, 0.4, causal, NO_ROTARY, false, true, false),
            small),
        OperatorCase.of(
            "attention without output map",
            new Attention(8, 2, 1, 4, 0.5, full, NO_ROTARY, true, false, false),
            small),
        OperatorCase.of(
            "attention full rotary in halves",
            new Attention(8, 2, 2, 4, 0.5, causal, rotary(4, true), true, true, true),
            small),
        OperatorCase.of(
            "attention partial rotary in halves, grouped heads",
            new Attention(8, 4, 2, 6, 0.4, causal, rotary(4, true), true, true, true),
            small),
        OperatorCase.of(
            "attention partial rotary in neighbours",
            new Attention(8, 2, 2, 5, 0.4, full, rotary(4, false), false, true, true),
            small),
        OperatorCase.of(
            "attention two tiles, full", Attention.standard(3, 1, full), new Shape(1, 260)),
        OperatorCase.of(
            "attention two tiles, causal", Attention.standard(4, 2, causal), new Shape(2, 70)),
        OperatorCase.of(
            "attention two tiles, window",
            Attention.standard(4, 2, new Mask.Window(30, 9)),
            new Shape(2, 70)),
        OperatorCase.of(
            "attention two tiles, causal, grouped heads",
            new Attention(4, 4, 2, 2, 0.4, causal, NO_ROTARY, true, true, true),
            new Shape(2, 70)),
        OperatorCase.of(
            "attention two tiles, full, grouped heads",
            new Attention(3, 2, 1, 2, 0.4, full, NO_ROTARY, true, true, true),
            new Shape(1, 260)),
        OperatorCase.of(
            "linear attention full",
            new LinearAttention(6, 2, 4, 0.2, full, true, true, true),
            small),
        OperatorCase.of(
                "linear attention quadrature",
                new LinearAttention(6, 2, 3, 0.2, full, false, false, false),
                small)
            .with(weights(small, .1, .3, .2, .3, .1, .05, .5, .2, 0, .05)),
        OperatorCase.of(
            "linear attention causal",
            new LinearAttention(6, 2, 4, 0.2, causal, true, true, false),
            new Shape(2, 70)),
        OperatorCase.of(
                "linear attention window, quadrature",
                new LinearAttention(6, 1, 4, 0.2, new Mask.Window(1, 2), true, true, true),
                small)
            .with(weights(small, .1, .3, .2, .3, .1, .05, .5, .2, 0, .05)),
        OperatorCase.of(
            "L2 attention full", new L2Attention(6, 2, 4, 0.2, full, true, true, true), small),
        OperatorCase.of(
                "L2 attention causal, rows without keys",
                new L2Attention(6, 2, 3, 0.3, causal, false, false, false),
                small)
            .with(weights(small, 0, .3, .2, .3, .1, .05, .5, .2, 0, .05)));
  }

  private static Optional<Rotary> rotary(int dimensions, boolean halves) {
    return Optional.of(new Rotary(dimensions, 100, halves));
  }

  private static Batch weights(Shape shape, double... weights) {
    return Batch.empty(shape).withTokenWeights(weights);
  }
}
