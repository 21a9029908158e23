package org.costate.model.state;

import java.util.Arrays;
import java.util.Optional;

/// What comes with an ensemble of sequences and is never differentiated with respect to. Any part
/// may be absent.
///
/// @param shape sequences and tokens of the raw input
/// @param ids token identities, `[batch, tokens]`
/// @param types token types (segments), `[batch, tokens]`
/// @param input real input, `[batch, tokens, input width]`
/// @param tokenWeights quadrature weight of every token of the state, `[batch, state tokens]`:
///     attention uses `γ_ij = w_j e^{s_ij} / Σ_l w_l e^{s_il}`; weight 0 hides a padding token as a
///     key; absent: all equal
/// @param labels classes, `[batch]`, or `[batch, tokens]` (below 0: not counted)
/// @param target what the output shall be, in the shape of the output
public record Batch(
    Shape shape,
    Optional<int[]> ids,
    Optional<int[]> types,
    Optional<double[]> input,
    Optional<double[]> tokenWeights,
    Optional<int[]> labels,
    Optional<double[]> target) {

  /// A batch of token sequences, nothing else.
  public static Batch ofIds(Shape shape, int[] ids) {
    requireLength("ids", ids.length, shape.positions());
    return empty(shape).withIds(ids);
  }

  /// A batch of real sequences, nothing else.
  public static Batch ofInput(Shape shape, double[] input) {
    return empty(shape).withInput(input);
  }

  /// A batch of which only the shape is known.
  public static Batch empty(Shape shape) {
    return new Batch(
        shape,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /// This batch with other token identities.
  public Batch withIds(int[] newIds) {
    return new Batch(shape, Optional.of(newIds), types, input, tokenWeights, labels, target);
  }

  /// This batch with other token types.
  public Batch withTypes(int[] newTypes) {
    return new Batch(shape, ids, Optional.of(newTypes), input, tokenWeights, labels, target);
  }

  /// This batch with other real input.
  public Batch withInput(double[] newInput) {
    return new Batch(shape, ids, types, Optional.of(newInput), tokenWeights, labels, target);
  }

  /// This batch with other token quadrature weights.
  public Batch withTokenWeights(double[] newWeights) {
    return new Batch(shape, ids, types, input, Optional.of(newWeights), labels, target);
  }

  /// This batch with other labels.
  public Batch withLabels(int[] newLabels) {
    return new Batch(shape, ids, types, input, tokenWeights, Optional.of(newLabels), target);
  }

  /// This batch with another target.
  public Batch withTarget(double[] newTarget) {
    return new Batch(shape, ids, types, input, tokenWeights, labels, Optional.of(newTarget));
  }

  /// Sequences `from … from + count − 1` as a batch of their own; every part is copied.
  public Batch sequences(int from, int count) {
    return new Batch(
        new Shape(count, shape.tokens()),
        ids.map(a -> cut(a, from, count)),
        types.map(a -> cut(a, from, count)),
        input.map(a -> cut(a, from, count)),
        tokenWeights.map(a -> cut(a, from, count)),
        labels.map(a -> cut(a, from, count)),
        target.map(a -> cut(a, from, count)));
  }

  /// The first `count` tokens of every sequence as a batch of their own; labels and targets, which
  /// may belong to whole sequences, are left out. Every part must have a number per token of the
  /// raw input.
  public Batch firstTokens(int count) {
    return new Batch(
        new Shape(shape.batch(), count),
        ids.map(a -> head(a, count)),
        types.map(a -> head(a, count)),
        input.map(a -> head(a, count)),
        tokenWeights.map(a -> head(a, count)),
        Optional.empty(),
        Optional.empty());
  }

  private int[] head(int[] all, int count) {
    int[] cut = new int[shape.batch() * count];
    for (int b = 0; b < shape.batch(); b++) {
      System.arraycopy(all, b * shape.tokens(), cut, b * count, count);
    }
    return cut;
  }

  private double[] head(double[] all, int count) {
    int width = all.length / shape.positions();
    double[] cut = new double[shape.batch() * count * width];
    for (int b = 0; b < shape.batch(); b++) {
      System.arraycopy(all, b * shape.tokens() * width, cut, b * count * width, count * width);
    }
    return cut;
  }

  private int[] cut(int[] all, int from, int count) {
    int each = all.length / shape.batch();
    return Arrays.copyOfRange(all, from * each, (from + count) * each);
  }

  private double[] cut(double[] all, int from, int count) {
    int each = all.length / shape.batch();
    return Arrays.copyOfRange(all, from * each, (from + count) * each);
  }

  private static void requireLength(String what, int found, int expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "batch: found " + found + " " + what + ", expected " + expected);
    }
  }
}
