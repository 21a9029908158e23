package org.costate.model.operator;

import java.util.List;
import java.util.Optional;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Pooling of the tokens of a sequence to one: `[batch, tokens, width]` to `[batch, 1, width]`, the
/// integral of the state over the token domain or its value at one end.
///
/// @param width features of a token
/// @param kind which functional of the tokens
public record Pooling(int width, Kind kind) implements Operator {
  /// Functionals of the tokens.
  public enum Kind {
    /// The first token.
    FIRST,
    /// `Σ w_i u_i / Σ w_i` with the token weights of the batch, all equal if it has none.
    MEAN,
    /// The last token whose weight is not 0.
    LAST
  }

  /// @throws IllegalArgumentException if the width is not positive
  public Pooling {
    Widths.requirePositive("pooling", "width", width);
  }

  @Override
  public String name() {
    return "pooling";
  }

  @Override
  public int inputWidth() {
    return width;
  }

  @Override
  public int outputWidth() {
    return width;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public int controlSize() {
    return 0;
  }

  /// One token a sequence.
  @Override
  public Shape outputShape(Shape s) {
    return new Shape(s.batch(), 1);
  }

  @Override
  public int workSize(Shape s) {
    return 0;
  }

  @Override
  public int recordSize(Shape s) {
    return 0;
  }

  /// @throws IllegalArgumentException if the token weights are not one a token, or all 0 in a
  ///     sequence that needs them
  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    Optional<double[]> weights = p.batch().tokenWeights();
    if (weights.isPresent() && weights.get().length != p.shape().positions()) {
      throw new IllegalArgumentException(
          "pooling: found "
              + weights.get().length
              + " token weights, expected "
              + p.shape().positions());
    }
    for (int b = 0; b < p.shape().batch(); b++) {
      if (kind != Kind.FIRST && !(total(p, b) > 0)) {
        throw new IllegalArgumentException(
            "pooling: found no token of positive weight in sequence "
                + b
                + ", expected at least one. Maybe drop sequences of padding only.");
      }
    }
    pool(p, p.u(), y, w);
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    if (v.u().isNone()) {
      dy.fill(0);
    } else {
      pool(p, v.u(), dy, w);
    }
  }

  /// `y_b := Σ_i a_i u_bi`.
  private void pool(Point p, Slice u, Slice y, Workspace w) {
    y.fill(0);
    int tokens = p.shape().tokens();
    for (int b = 0; b < p.shape().batch(); b++) {
      double total = total(p, b);
      int last = last(p, b);
      for (int i = 0; i < tokens; i++) {
        double share = share(p, b, i, total, last);
        if (share != 0) {
          int from = u.offset() + (b * tokens + i) * width;
          w.kernels().axpy(width, share, u.array(), from, y.array(), y.offset() + b * width);
        }
      }
    }
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    Slice out = bar.u();
    if (out.isNone()) {
      return;
    }
    int tokens = p.shape().tokens();
    for (int b = 0; b < p.shape().batch(); b++) {
      double total = total(p, b);
      int last = last(p, b);
      for (int i = 0; i < tokens; i++) {
        double share = share(p, b, i, total, last);
        if (share != 0) {
          int to = out.offset() + (b * tokens + i) * width;
          int from = lambda.offset() + b * width;
          w.kernels().axpy(width, share, lambda.array(), from, out.array(), to);
        }
      }
    }
  }

  @Override
  public void secondAdjoint(
      Point p,
      Slice record,
      Variation v,
      Slice lambda,
      Slice dLambda,
      Variation bar,
      Variation barDot,
      Workspace w) {
    adjoint(p, record, lambda, bar, w);
    adjoint(p, record, dLambda, barDot, w);
  }

  /// The factor `a_i` of token `i`.
  private double share(Point p, int b, int i, double total, int last) {
    return switch (kind) {
      case FIRST -> i == 0 ? 1 : 0;
      case LAST -> i == last ? 1 : 0;
      case MEAN -> weight(p, b, i) / total;
    };
  }

  private static double weight(Point p, int b, int i) {
    Optional<double[]> weights = p.batch().tokenWeights();
    return weights.isPresent() ? weights.get()[b * p.shape().tokens() + i] : 1;
  }

  private static double total(Point p, int b) {
    double total = 0;
    for (int i = 0; i < p.shape().tokens(); i++) {
      total += weight(p, b, i);
    }
    return total;
  }

  private static int last(Point p, int b) {
    int i = p.shape().tokens() - 1;
    while (i > 0 && weight(p, b, i) == 0) {
      i--;
    }
    return i;
  }
}
