package org.costate.control.particles;

import org.costate.model.NumericalException;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.kernel.Kernels;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Step;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;

/// One sequence of tokens that a scheme of the suite moves, with controls that do not change in
/// time. Holds scratch: one thread uses it at a time.
final class TokenMotion {
  private final Shape shape;
  private final Batch batch;
  private final Step step;
  private final ControlLayout layout;
  private final double[] controls;
  private final Workspace workspace;

  /// @param tokens number of tokens
  TokenMotion(ContinuousEquation equation, Scheme scheme, int tokens, Kernels kernels) {
    shape = new Shape(1, tokens);
    batch = Batch.empty(shape);
    step = new Step(scheme, equation.width());
    layout = ControlLayout.builder().blocks(equation.blocks(), new Constant()).build();
    controls = new double[layout.size()];
    int work = Math.addExact(step.workSize(shape), layout.workSize(step.slots()));
    workspace = new Workspace(kernels, work);
  }

  /// Sets controls of `block`, from number `from` on.
  void set(String block, int from, double... values) {
    System.arraycopy(values, 0, controls, layout.block(block).at(0) + from, values.length);
  }

  /// `next := Φ(u)`, a step of size `h` from time `t`.
  void step(double[] u, double t, double h, double[] next) {
    workspace.reset();
    workspace.enter();
    step.apply(point(u, t, h), Slice.of(next), Slice.NONE, workspace);
    workspace.leave();
  }

  /// @param u the tokens before step `k`
  /// @param next the tokens behind it
  /// @throws NumericalException if one of them is not finite
  void requireFinite(double[] u, double[] next, double t, double h, long k) {
    for (int i = 0; i < next.length; i++) {
      if (!Double.isFinite(next[i])) {
        int number = (int) Math.min(k, Integer.MAX_VALUE);
        workspace.reset();
        workspace.enter();
        int substep = step.firstFault(point(u, t, h), workspace).map(f -> f.line()).orElse(-1);
        workspace.leave();
        throw new NumericalException(
                step.name(),
                0,
                i / step.inputWidth(),
                "found " + next[i] + ", expected a finite position. Maybe a smaller --step?")
            .inStep(number, substep);
      }
    }
  }

  private Point point(double[] u, double t, double h) {
    Slice theta = layout.at(controls, step.slots(), t, h, workspace);
    return workspace.point(t, h, shape, workspace.view(u, 0, u.length), theta, batch);
  }
}
