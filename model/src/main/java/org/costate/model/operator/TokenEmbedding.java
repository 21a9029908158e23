package org.costate.model.operator;

import java.util.List;
import org.costate.model.operator.Parameter.Role;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Token embedding: `y_i = E[id_i]`, row `id_i` of the table `weight` `[vocabulary, width]`, for
/// the token identities of the batch. It reads no state. A readout shares the table as an [Affine]
/// that is `transposed`.
///
/// @param vocabulary rows of the table
/// @param width features of a token
public record TokenEmbedding(int vocabulary, int width) implements Operator {
  /// @throws IllegalArgumentException if a size is not positive
  public TokenEmbedding {
    Widths.requirePositive("token embedding", "vocabulary", vocabulary);
    Widths.requirePositive("token embedding", "width", width);
    Widths.requireSize("token embedding", vocabulary, width);
  }

  @Override
  public String name() {
    return "token embedding";
  }

  @Override
  public int inputWidth() {
    return 0;
  }

  @Override
  public int outputWidth() {
    return width;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(new Parameter("weight", Role.EMBEDDING, vocabulary, width));
  }

  @Override
  public int controlSize() {
    return vocabulary * width;
  }

  @Override
  public int workSize(Shape s) {
    return 0;
  }

  @Override
  public int recordSize(Shape s) {
    return 0;
  }

  /// @throws IllegalArgumentException if the batch has no ids, too few, or one outside the table
  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    Tables.requireRows(name(), p.shape(), ids(p.batch()), vocabulary);
    y.fill(0);
    Tables.addRows(w.kernels(), width, ids(p.batch()), p.theta(), y);
  }

  private static int[] ids(Batch batch) {
    return Tables.require("token embedding", "ids", batch.ids());
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    dy.fill(0);
    Tables.addRows(w.kernels(), width, ids(p.batch()), v.theta(), dy);
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    Tables.addToRows(w.kernels(), width, ids(p.batch()), lambda, bar.theta());
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
