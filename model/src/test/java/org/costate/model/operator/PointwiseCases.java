package org.costate.model.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.model.kernel.Activation;
import org.costate.model.state.Shape;

/// Operators that act on every token by itself.
final class PointwiseCases {
  private static final Shape SHAPE = new Shape(2, 3);

  private PointwiseCases() {}

  static List<OperatorCase> all() {
    List<OperatorCase> all = new ArrayList<>();
    for (Activation f : Activation.values()) {
      add(all, f, "feed-forward " + f, new FeedForward(4, 6, f, false, true));
      add(all, f, "feed-forward gated " + f, new FeedForward(4, 5, f, true, true));
      add(all, f, "field layer " + f, new FieldLayer(4, f, true));
      add(all, f, "pointwise " + f, new Pointwise(5, f));
    }
    all.add(
        OperatorCase.of(
            "feed-forward without bias",
            new FeedForward(3, 7, Activation.GELU_TANH, false, false),
            SHAPE));
    all.add(
        OperatorCase.of(
            "feed-forward of more tokens than a block",
            new FeedForward(3, 4, Activation.SILU, true, false),
            new Shape(2, 100)));
    for (Activation f : new Activation[] {Activation.GELU_ERF, Activation.IDENTITY}) {
      all.add(
          OperatorCase.of(
              "feed-forward without a gate of more tokens than a block " + f,
              new FeedForward(3, 4, f, false, true),
              new Shape(2, 100)));
    }
    all.add(
        OperatorCase.of(
            "field layer without bias", new FieldLayer(3, Activation.TANH, false), SHAPE));
    addNorms(all);
    all.add(OperatorCase.of("affine", new Affine(4, 5, true, false), SHAPE));
    all.add(OperatorCase.of("affine transposed", new Affine(4, 5, true, true), SHAPE));
    double[] a = {0.3, -1, 0.5, 0.2, 0, 0.7, -0.4, 1, 0.1};
    double[] b = {1, 0.5, -0.25, 0, 2, -1};
    all.add(OperatorCase.of("linear system", new LinearSystem(3, 2, a, b), SHAPE));
    all.add(OperatorCase.of("affine without bias", new Affine(4, 2, false, false), SHAPE));
    return all;
  }

  private static void add(List<OperatorCase> all, Activation f, String name, Operator operator) {
    OperatorCase entry = OperatorCase.of(name, operator, SHAPE);
    all.add(f == Activation.RELU ? entry.withKinks() : entry);
  }

  private static void addNorms(List<OperatorCase> all) {
    Optional<FeatureWeights> weights =
        Optional.of(FeatureWeights.of(0.5, 1, 2, 1.5, 0.25, 1, 0.75));
    all.add(OperatorCase.of("layer norm", LayerNorm.standard(7, 1e-5), SHAPE));
    all.add(
        OperatorCase.of(
            "layer norm of more tokens than a block",
            LayerNorm.standard(5, 1e-5),
            new Shape(2, 100)));
    all.add(OperatorCase.of("projection onto S1", LayerNorm.projection(7, 0), SHAPE));
    all.add(
        OperatorCase.of(
            "layer norm with all controls",
            new LayerNorm(7, 1e-2, true, true, true, Optional.empty()),
            SHAPE));
    all.add(
        OperatorCase.of(
            "layer norm without controls",
            new LayerNorm(7, 1e-5, false, false, false, Optional.empty()),
            SHAPE));
    all.add(
        OperatorCase.of(
            "layer norm with feature weights",
            new LayerNorm(7, 1e-2, true, true, true, weights),
            SHAPE));
    all.add(
        OperatorCase.of(
            "projection onto S1 with feature weights",
            new LayerNorm(7, 0, false, false, true, weights),
            SHAPE));
    all.add(OperatorCase.of("rms norm", new RmsNorm(7, 1e-6, true), SHAPE));
    all.add(OperatorCase.of("projection onto the sphere", new RmsNorm(7, 0, false), SHAPE));
  }
}
