package org.costate.model.operator;

import java.util.List;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Parameter.Role;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Learned position embedding: `y_i = u_i + P[i + offset]` with the table `weight`
/// `[positions, width]`.
///
/// @param positions rows of the table
/// @param width features of a token
/// @param offset row of the first token
public record PositionEmbedding(int positions, int width, int offset) implements Operator {
  /// @throws IllegalArgumentException if a size is out of range
  public PositionEmbedding {
    Widths.requirePositive("position embedding", "number of positions", positions);
    Widths.requirePositive("position embedding", "width", width);
    Widths.requireSize("position embedding", positions, width);
    if (offset < 0 || offset >= positions) {
      throw new IllegalArgumentException(
          "position embedding: found offset " + offset + ", expected 0 to " + (positions - 1));
    }
  }

  @Override
  public String name() {
    return "position embedding";
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
    return List.of(new Parameter("weight", Role.EMBEDDING, positions, width));
  }

  @Override
  public int controlSize() {
    return positions * width;
  }

  @Override
  public int workSize(Shape s) {
    return 0;
  }

  @Override
  public int recordSize(Shape s) {
    return 0;
  }

  /// @throws IllegalArgumentException if there are more tokens than positions
  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    if (p.shape().tokens() > positions - offset) {
      throw new IllegalArgumentException(
          "position embedding: found "
              + p.shape().tokens()
              + " tokens, expected at most "
              + (positions - offset)
              + ". Maybe shorten the sequences.");
    }
    y.copyFrom(p.u());
    addRows(p.shape(), p.theta(), y, w.kernels());
  }

  private void addRows(Shape s, Slice table, Slice y, Kernels k) {
    if (table.isNone()) {
      return;
    }
    int n = s.tokens() * width;
    int from = table.offset() + offset * width;
    for (int i = 0; i < s.batch(); i++) {
      k.axpy(n, 1, table.array(), from, y.array(), y.offset() + i * n);
    }
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    dy.fill(0);
    Tables.add(w.kernels(), v.u(), dy);
    addRows(p.shape(), v.theta(), dy, w.kernels());
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    Tables.add(w.kernels(), lambda, bar.u());
    if (!bar.theta().isNone()) {
      int n = p.shape().tokens() * width;
      w.kernels()
          .addColumnSums(
              p.shape().batch(),
              n,
              lambda.array(),
              lambda.offset(),
              n,
              bar.theta().array(),
              bar.theta().offset() + offset * width);
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
}
