package org.costate.control.diagnose;

import java.util.ArrayList;
import java.util.List;
import org.costate.adjoint.cost.RunningCost;
import org.costate.control.Vectors;
import org.costate.control.replay.StepCostates;
import org.costate.control.replay.StepReplay;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// The costates inside one step: `∂J/∂r` of the result `r` of every line of its scheme, running
/// costs included.
final class SubstepCostates {
  private final Model model;
  private final double[] c;
  private final Batch batch;
  private final int n;
  private final Kernels kernels;

  /// @param n number of the step
  SubstepCostates(Model model, double[] c, Batch batch, int n, Kernels kernels) {
    this.model = model;
    this.c = c;
    this.batch = batch;
    this.n = n;
    this.kernels = kernels;
  }

  /// The costate of every line.
  ///
  /// @param state `u_n`, not modified
  /// @param next `u_{n+1}`, not modified
  /// @param above `λ_{n+1}`, not modified
  /// @param running costs of the step, at `scale`
  /// @param below overwritten with `λ_n`: a witness
  List<OptimalityProfile.Substep> run(
      Slice state,
      Slice next,
      Slice above,
      List<RunningCost> running,
      double scale,
      double[] below) {
    Shape shape = model.stateShape(batch.shape());
    double[] behind = above.toArray();
    double[] before = new double[below.length];
    Workspace w = new Workspace(kernels, model.step().workSize(shape));
    Slice none = Slice.of(new double[model.step().controlSize()]);
    Point p = Point.of(model.grid().time(n), model.grid().step(n), shape, state, none, batch);
    Variation bar = Variation.of(Slice.of(before), Slice.NONE);
    for (RunningCost cost : running) {
      cost.addAdjoint(p, next, scale, bar, Slice.of(behind), w);
    }
    StepReplay replay = new StepReplay(model, c, batch, n, kernels, shape);
    StepCostates costates = new StepCostates(replay, state, behind);
    Vectors.axpy(1, costates.front(), before);
    System.arraycopy(before, 0, below, 0, below.length);
    List<OptimalityProfile.Substep> substeps = new ArrayList<>();
    for (StepCostates.Result r : costates.results()) {
      substeps.add(new OptimalityProfile.Substep(n, r.line(), r.name(), Vectors.norm(r.costate())));
    }
    return substeps;
  }
}
