package org.costate.model.operator;

import java.util.List;
import java.util.Optional;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Parameter.Role;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Type (segment) embedding: `y_i = u_i + E[type_i]`, row `type_i` of the table `weight`
/// `[types, width]`, for the token types of the batch; a batch without types is of type 0
/// throughout.
///
/// @param types rows of the table
/// @param width features of a token
public record TypeEmbedding(int types, int width) implements Operator {
  /// @throws IllegalArgumentException if a size is not positive
  public TypeEmbedding {
    Widths.requirePositive("type embedding", "number of types", types);
    Widths.requirePositive("type embedding", "width", width);
    Widths.requireSize("type embedding", types, width);
  }

  @Override
  public String name() {
    return "type embedding";
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
    return List.of(new Parameter("weight", Role.EMBEDDING, types, width));
  }

  @Override
  public int controlSize() {
    return types * width;
  }

  @Override
  public int workSize(Shape s) {
    return 0;
  }

  @Override
  public int recordSize(Shape s) {
    return 0;
  }

  /// @throws IllegalArgumentException if the types of the batch are too few, or one is outside the
  ///     table
  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    Optional<int[]> index = p.batch().types();
    if (index.isPresent()) {
      Tables.requireRows(name(), p.shape(), index.get(), types);
    }
    y.copyFrom(p.u());
    addRows(p, p.theta(), y, w);
  }

  private void addRows(Point p, Slice table, Slice y, Workspace w) {
    Optional<int[]> index = p.batch().types();
    if (index.isPresent()) {
      Tables.addRows(w.kernels(), width, index.get(), table, y);
    } else if (!table.isNone()) {
      w.enter();
      Dense.addBias(w.kernels(), p.shape().positions(), w.view(table, 0, width), y);
      w.leave();
    }
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    dy.fill(0);
    Tables.add(w.kernels(), v.u(), dy);
    addRows(p, v.theta(), dy, w);
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    Kernels k = w.kernels();
    Tables.add(k, lambda, bar.u());
    Optional<int[]> index = p.batch().types();
    if (index.isPresent()) {
      Tables.addToRows(k, width, index.get(), lambda, bar.theta());
    } else if (!bar.theta().isNone()) {
      w.enter();
      Dense.addBiasAdjoint(k, p.shape().positions(), lambda, w.view(bar.theta(), 0, width));
      w.leave();
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
