package org.costate.adjoint.cost;

import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// A cost `G` of the output of a model, a sum of terms of which the ensemble takes the mean:
/// `G = scale · Σ terms` with `scale = 1 / Σ count` over all chunks of the ensemble.
///
/// Immutable, without scratch of its own; no method allocates.
public interface TerminalCost {
  /// The measure of the terms in this part of the ensemble: what the sum is divided by. Checks the
  /// data that the cost needs.
  ///
  /// @param output shape of the output
  /// @throws IllegalArgumentException if the batch lacks what the cost needs, or it does not fit
  double count(Batch batch, Shape output);

  /// `scale · Σ terms`.
  double value(Slice output, Shape shape, Batch batch, double scale, Workspace w);

  /// `ȳ := ȳ + scale · ∇Σ terms`.
  ///
  /// @param bar modified: added to
  void addGradient(Slice output, Shape shape, Batch batch, double scale, Slice bar, Workspace w);

  /// `ẏ̄ := ẏ̄ + scale · ∇²Σ terms · δy`.
  ///
  /// @param dOutput direction `δy`
  /// @param barDot modified: added to
  void addSecond(
      Slice output,
      Shape shape,
      Batch batch,
      double scale,
      Slice dOutput,
      Slice barDot,
      Workspace w);

  /// Number of doubles of scratch that any one call claims at most.
  int workSize(Shape s);
}
