package org.costate.control.cost;

import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Cross-entropy of the softmax of the output `z` (logits) against labels:
/// `G = Σ w (log Σ_k e^{z_k} − z_label) / Σ w`, over the rows that carry a label.
///
/// A row counts with the quadrature weight of its token (1 if the batch has none), so padding, of
/// weight 0, does not count; nor does a row with a label below 0.
///
/// @param classes width of the output
/// @param labels where the label of a row comes from
public record CrossEntropy(int classes, Labels labels) implements TerminalCost {
  /// Where the label of row `(b, n)` comes from.
  public enum Labels {
    /// `ids[b, n + 1]`; the last token of a sequence has none, nor has one that precedes padding.
    NEXT_TOKEN,
    /// `labels[b, n]`.
    TOKEN,
    /// `labels[b]`, of an output pooled to one token; token weights do not matter.
    SEQUENCE
  }

  private static final int NOT_COUNTED = -1;

  /// @throws IllegalArgumentException if there are fewer than two classes
  public CrossEntropy {
    if (classes < 2) {
      throw new IllegalArgumentException(
          "cross-entropy: found " + classes + " classes, expected at least 2");
    }
  }

  /// Mean cross-entropy of every token against the next one.
  public static CrossEntropy nextToken(int vocabulary) {
    return new CrossEntropy(vocabulary, Labels.NEXT_TOKEN);
  }

  /// Mean cross-entropy of every token against its own label.
  public static CrossEntropy perToken(int classes) {
    return new CrossEntropy(classes, Labels.TOKEN);
  }

  /// Mean cross-entropy of a pooled output against the label of its sequence.
  public static CrossEntropy classification(int classes) {
    return new CrossEntropy(classes, Labels.SEQUENCE);
  }

  @Override
  public int workSize(Shape s) {
    return classes;
  }

  @Override
  public double count(Batch batch, Shape output) {
    check(batch, output);
    double sum = 0;
    for (int row = 0; row < output.positions(); row++) {
      int label = label(batch, output, row);
      if (label >= classes) {
        throw new IllegalArgumentException(
            "cross-entropy: found label "
                + label
                + " at sequence "
                + row / output.tokens()
                + ", token "
                + row % output.tokens()
                + ", expected below "
                + classes);
      }
      sum += label < 0 ? 0 : weight(batch, output, row);
    }
    return sum;
  }

  @Override
  public double value(Slice output, Shape shape, Batch batch, double scale, Workspace w) {
    double sum = 0;
    w.enter();
    int at = w.claim(classes);
    for (int row = 0; row < shape.positions(); row++) {
      double weight = weight(batch, shape, row);
      int label = label(batch, shape, row);
      if (label >= 0 && weight != 0) {
        double logNormaliser = softmax(output, row, at, w);
        sum += weight * (logNormaliser - output.at(row * classes + label));
      }
    }
    w.leave();
    return scale * sum;
  }

  @Override
  public void addGradient(
      Slice output, Shape shape, Batch batch, double scale, Slice bar, Workspace w) {
    w.enter();
    int at = w.claim(classes);
    for (int row = 0; row < shape.positions(); row++) {
      double factor = scale * weight(batch, shape, row);
      int label = label(batch, shape, row);
      if (label >= 0 && factor != 0) {
        softmax(output, row, at, w);
        w.scratch()[at + label] -= 1;
        w.kernels()
            .axpy(classes, factor, w.scratch(), at, bar.array(), bar.offset() + row * classes);
      }
    }
    w.leave();
  }

  @Override
  public void addSecond(
      Slice output,
      Shape shape,
      Batch batch,
      double scale,
      Slice dOutput,
      Slice barDot,
      Workspace w) {
    w.enter();
    int at = w.claim(classes);
    double[] p = w.scratch();
    for (int row = 0; row < shape.positions(); row++) {
      double factor = scale * weight(batch, shape, row);
      if (label(batch, shape, row) >= 0 && factor != 0) {
        softmax(output, row, at, w);
        int d = dOutput.offset() + row * classes;
        double mean = w.kernels().dot(classes, p, at, dOutput.array(), d);
        int b = barDot.offset() + row * classes;
        w.kernels().multiply(classes, factor, p, at, dOutput.array(), d, 1, barDot.array(), b);
        w.kernels().axpy(classes, -factor * mean, p, at, barDot.array(), b);
      }
    }
    w.leave();
  }

  private double softmax(Slice output, int row, int at, Workspace w) {
    System.arraycopy(output.array(), output.offset() + row * classes, w.scratch(), at, classes);
    return w.kernels().softmax(classes, w.scratch(), at);
  }

  private int label(Batch batch, Shape shape, int row) {
    return switch (labels) {
      case NEXT_TOKEN ->
          (row + 1) % shape.tokens() == 0 ? NOT_COUNTED : batch.ids().orElseThrow()[row + 1];
      case TOKEN, SEQUENCE -> batch.labels().orElseThrow()[row];
    };
  }

  private double weight(Batch batch, Shape shape, int row) {
    if (labels == Labels.SEQUENCE || batch.tokenWeights().isEmpty()) {
      return 1;
    }
    double[] weights = batch.tokenWeights().get();
    if (labels == Labels.TOKEN) {
      return weights[row];
    }
    boolean last = (row + 1) % shape.tokens() == 0;
    return last || weights[row] == 0 ? 0 : weights[row + 1];
  }

  private void check(Batch batch, Shape output) {
    if (labels == Labels.SEQUENCE && output.tokens() != 1) {
      throw new IllegalArgumentException(
          "classification: found an output of "
              + output.tokens()
              + " tokens, expected 1. Maybe a pooling stage is missing");
    }
    var values = labels == Labels.NEXT_TOKEN ? batch.ids() : batch.labels();
    String what = labels == Labels.NEXT_TOKEN ? "ids" : "labels";
    if (values.isEmpty()) {
      throw new IllegalArgumentException(
          "cross-entropy: found no " + what + " in the batch, expected " + output.positions());
    }
    checkLength(what, values.get().length, output);
    if (labels != Labels.SEQUENCE && batch.tokenWeights().isPresent()) {
      checkLength("token weights", batch.tokenWeights().get().length, output);
    }
  }

  private static void checkLength(String what, int found, Shape output) {
    if (found != output.positions()) {
      throw new IllegalArgumentException(
          "cross-entropy: found "
              + found
              + " "
              + what
              + ", expected "
              + output.positions()
              + " ("
              + output.batch()
              + " sequences of "
              + output.tokens()
              + " tokens)");
    }
  }
}
