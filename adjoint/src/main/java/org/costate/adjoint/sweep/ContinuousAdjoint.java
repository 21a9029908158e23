package org.costate.adjoint.sweep;

import java.util.List;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Operator;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Coefficient;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Term;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The gradient of optimise-then-discretise, for comparison: the adjoint *equation* of
/// `u' = F(t, u, θ)`,
///
///     −λ' = (∂_u F)ᵀ λ,   λ(T) = ∇G(u(T)),   ∇_{c_k} J = ∫ φ_k (∂_θ F)ᵀ λ dt,
///
/// solved backwards by explicit Euler steps of its own, from `(t_{n+1}, u_{n+1})`, as a solver of
/// differential equations would. The state comes from explicit Euler too, but the gradient is not
/// that of the discrete cost: the gap closes with order 1 in the step, and Taylor remainders with
/// it fall with slope 1. [ModelSweep] gives the exact gradient of what ran.
///
/// Only terminal costs; only schemes of the one line `r1 := r0 + h F(t, r0)`. Allocates freely.
public final class ContinuousAdjoint {
  private final Model model;
  private final TerminalCost terminal;
  private final Kernels kernels;
  private final Operator field;
  private final List<Slot> atEnd;

  /// @throws IllegalArgumentException if the scheme of the model is not explicit Euler
  public ContinuousAdjoint(Model model, TerminalCost terminal, Kernels kernels) {
    this.model = model;
    this.terminal = terminal;
    this.kernels = kernels;
    List<Line> lines = model.step().scheme().lines();
    Line line = lines.getFirst();
    Application f = line.field().orElse(null);
    boolean euler =
        lines.size() == 1
            && line.combination().equals(List.of(new Term(0, Coefficient.ONE)))
            && f != null
            && f.input() == 0
            && f.weight().equals(Coefficient.step(1))
            && f.at() == 0;
    if (!euler) {
      throw new IllegalArgumentException(
          "continuous adjoint: found the scheme "
              + model.step().scheme().name()
              + ", expected explicit Euler on one field");
    }
    field = f.operator();
    atEnd =
        model.step().slots().stream()
            .map(slot -> new Slot(slot.controls(), 1, slot.parameters()))
            .toList();
  }

  /// Adds this gradient to `g`; returns the cost of the discrete forward sweep.
  ///
  /// @param scale factor of the terminal cost
  public double gradient(double[] c, Batch batch, double scale, double[] g) {
    Shape state = model.stateShape(batch.shape());
    Shape output = model.outputShape(batch.shape());
    Linearisation forward = new Linearisation(model, c, batch, kernels);
    Workspace w = new Workspace(kernels, workSize(batch.shape(), state, output));
    Run run = Run.alone().over(c, batch);
    run.gradient = g;
    StageChain exit =
        new StageChain(model.exit(), model.layout(), model.grid().end(), state, false);
    Slice last = forward.state(forward.steps());
    exit.forward(run, last, true, w);
    Slice lambda = Slice.of(new double[last.length()]);
    Slice y = exit.output(last, w);
    terminal.addGradient(y, output, batch, scale, exit.outputCostate(lambda, w), w);
    exit.adjoint(run, last, lambda, w);
    for (int n = forward.steps() - 1; n >= 0; n--) {
      stepBack(n, run, forward.state(n + 1), state, lambda, w);
    }
    StageChain entry =
        new StageChain(model.entry(), model.layout(), model.grid().time(0), batch.shape(), false);
    if (!entry.isEmpty()) {
      Slice input = Slice.of(batch.input().orElse(Run.ABSENT));
      Slice read = model.inputWidth() == 0 ? Slice.NONE : input;
      entry.forward(run, read, true, w);
      entry.outputCostate(Slice.NONE, w).copyFrom(lambda);
      entry.adjoint(run, read, Slice.NONE, w);
    }
    return terminal.value(y, output, batch, scale, w);
  }

  /// `λ_n = λ_{n+1} + h (∂_u F(t_{n+1}, u_{n+1}))ᵀ λ_{n+1}`, and the right-hand rectangle of the
  /// integral.
  private void stepBack(int n, Run run, Slice u, Shape s, Slice lambda, Workspace w) {
    double t = model.grid().time(n);
    double h = model.grid().step(n);
    w.enter();
    Slice theta = model.layout().at(run.c, atEnd, t, h, w);
    Point p = w.point(t + h, h, s, u, theta, run.batch);
    Slice record = Slice.of(new double[field.recordSize(s)]);
    field.apply(p, Slice.of(new double[lambda.length()]), record, w);
    Slice weighted = Slice.of(lambda.toArray());
    for (int i = 0; i < weighted.length(); i++) {
      weighted.array()[i] *= h;
    }
    Slice thetaBar = model.layout().barAt(run.gradient, atEnd, t, h, w);
    field.adjoint(p, record, weighted, w.variation(lambda, thetaBar), w);
    model.layout().addAdjoint(thetaBar, atEnd, t, h, run.gradient);
    w.leave();
  }

  private int workSize(Shape input, Shape state, Shape output) {
    int stages =
        Math.max(
            StageChain.workSize(model.entry(), model.layout(), input),
            StageChain.workSize(model.exit(), model.layout(), state));
    // this sweep reads controls at other times than the steps of the grid do
    int controls = Math.multiplyExact(4, model.layout().workSize(model.step().slots()));
    int step = Math.addExact(controls, StepSweep.workSize(model, state, List.of()));
    int own = Math.max(step, terminal.workSize(output));
    return Math.max(stages, own);
  }
}
