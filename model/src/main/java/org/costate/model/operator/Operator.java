package org.costate.model.operator;

import java.util.List;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// A discretised, differentiable map `y = F(t, h, u, θ; batch)`: a vector field, a projection, an
/// embedding, a readout or a whole time step.
///
/// States `u`, `y`, `δu`, `λ` are `[batch, tokens, width]`, flat, row-major; input and output
/// widths may differ. `θ` are the controls of this operator, `controlSize()` numbers, laid out as
/// [#parameters] says.
///
/// An operator is immutable, holds no scratch and no size of the data: every size is a function of
/// the [Shape]. It may be used by many threads at once, each with a [Workspace] of its own. No
/// method allocates once the workspace is warm; no method modifies its inputs; outputs do not
/// overlap inputs.
public interface Operator {
  /// Short name for error messages and reports: `attention`, `layer norm`.
  String name();

  /// Features per token of the input; 0 if the operator reads the batch only (token embedding).
  int inputWidth();

  /// Features per token of the output.
  int outputWidth();

  /// The named parts of `θ` in their order.
  List<Parameter> parameters();

  /// Number of controls: the sum of the sizes of [#parameters].
  int controlSize();

  /// Shape of the output for an input of shape `s`; differs only where tokens are pooled, prepended
  /// or patched.
  default Shape outputShape(Shape s) {
    return s;
  }

  /// Number of doubles of scratch that any one call claims at most.
  int workSize(Shape s);

  /// Number of doubles that [#apply] leaves in its record for the derivative actions.
  int recordSize(Shape s);

  /// Number of doubles that [#tangent] leaves in the record of its direction for [#secondAdjoint]:
  /// tangents inside the operator, which would have to be computed again.
  default int tangentRecordSize(Shape s) {
    return 0;
  }

  /// What [#apply] costs on inputs of shape `s`, about, in floating-point operations of a matrix
  /// product: what a planner of repeated work weighs by. Every control multiplies and adds once per
  /// position, and a handful of operations make every output.
  default double work(Shape s) {
    Shape out = outputShape(s);
    return out.positions() * (2.0 * controlSize() + 8.0 * outputWidth());
  }

  /// The value: `y := F(p)`.
  ///
  /// @param record modified: what the derivative actions at the same point will need; [Slice#NONE]
  /// if none will follow
  void apply(Point p, Slice y, Slice record, Workspace w);

  /// Whether [#remake] gives the value again for much less than [#apply] takes, about what it takes
  /// to read the value from memory: then the value need not be kept for the derivative actions of
  /// an operator that reads it.
  default boolean isRemade() {
    return false;
  }

  /// The value once more: `y := F(p)`, the same to the bit as [#apply] left it.
  ///
  /// @param record as [#apply] left it at `p`
  default void remake(Point p, Slice record, Slice y, Workspace w) {
    throw new UnsupportedOperationException(name() + ": is not remade");
  }

  /// The tangent (JVP): `dy := ∂_u F(p) δu + ∂_θ F(p) δθ`.
  ///
  /// @param record as [#apply] left it at `p`
  /// @param v direction; an absent part is zero; its record, if it has one, is overwritten
  void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w);

  /// Value and tangent in one pass: [#apply] and [#tangent], the same to rounding.
  ///
  /// @param record modified as by [#apply]; present
  default void applyWithTangent(
      Point p, Slice y, Slice record, Variation v, Slice dy, Workspace w) {
    apply(p, y, record, w);
    tangent(p, record, v, dy, w);
  }

  /// Whether the adjoints know places for `θ̄` that are fresh, see [Variation]. Others must
  /// be given cleared ones.
  default boolean knowsFresh() {
    return false;
  }

  /// The adjoint (VJP): `ū := ū + (∂_u F(p))ᵀ λ`, `θ̄ := θ̄ + (∂_θ F(p))ᵀ λ`.
  ///
  /// @param lambda costate at the output
  /// @param bar modified: added to, its controls overwritten where they are fresh; an absent part
  ///     is skipped together with its products
  void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w);

  /// The second adjoint: [#adjoint] into `bar`, and into `barDot` the derivative of that adjoint
  /// along `(v, δλ)`: `barDot := barDot + F'(p)ᵀ δλ + (F''(p) v)ᵀ λ`, both in one pass.
  ///
  /// @param v direction of the point; an absent part is zero; its record, if it has one, is as
  ///     [#tangent] left it at `p` along `v`, and the result is the same to the bit without it
  /// @param lambda costate at the output
  /// @param dLambda direction of the costate at the output
  /// @param bar modified: added to; may be absent in both parts
  /// @param barDot modified: added to; an absent part is skipped
  void secondAdjoint(
      Point p,
      Slice record,
      Variation v,
      Slice lambda,
      Slice dLambda,
      Variation bar,
      Variation barDot,
      Workspace w);
}
