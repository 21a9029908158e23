package org.costate.model.operator;

import java.util.List;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// Operators between data and states.
final class EmbeddingCases {
  private static final Shape SHAPE = new Shape(2, 3);

  private EmbeddingCases() {}

  static List<OperatorCase> all() {
    Batch ids = Batch.ofIds(SHAPE, new int[] {4, 0, 4, 1, 2, 4});
    Batch types = Batch.empty(SHAPE).withTypes(new int[] {0, 1, 1, 1, 0, 1});
    Batch padded = Batch.empty(SHAPE).withTokenWeights(new double[] {1, 0.5, 2, 1, 1, 0});
    Shape pixels = new Shape(2, 4 * 6);
    return List.of(
        OperatorCase.of("token embedding", new TokenEmbedding(5, 4), SHAPE).with(ids),
        OperatorCase.of("position embedding", new PositionEmbedding(6, 4, 2), SHAPE),
        OperatorCase.of("type embedding", new TypeEmbedding(2, 4), SHAPE).with(types),
        OperatorCase.of("type embedding without types", new TypeEmbedding(2, 4), SHAPE),
        OperatorCase.of("patch embedding", new PatchEmbedding(4, 6, 3, 2, 5, true, true), pixels),
        OperatorCase.of(
            "patch embedding without class token",
            new PatchEmbedding(4, 6, 1, 2, 3, false, false),
            pixels),
        OperatorCase.of("pooling first", new Pooling(4, Pooling.Kind.FIRST), SHAPE),
        OperatorCase.of("pooling mean", new Pooling(4, Pooling.Kind.MEAN), SHAPE),
        OperatorCase.of("pooling weighted mean", new Pooling(4, Pooling.Kind.MEAN), SHAPE)
            .with(padded),
        OperatorCase.of("pooling last", new Pooling(4, Pooling.Kind.LAST), SHAPE).with(padded));
  }
}
