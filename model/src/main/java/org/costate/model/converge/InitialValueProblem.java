package org.costate.model.converge;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.kernel.Kernels;
import org.costate.model.scheme.Schemes;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Step;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.TimeGrid;
import org.hipparchus.ode.ODEState;
import org.hipparchus.ode.OrdinaryDifferentialEquation;
import org.hipparchus.ode.nonstiff.DormandPrince853Integrator;

/// A first state and given controls: what schemes of different order solve in the same way as the
/// step goes to zero. For studies of convergence; allocates.
///
/// @param layout where the unknowns of the controls lie
/// @param c the unknowns
/// @param shape sequences and tokens of the state
/// @param batch data beside the state
/// @param start the state at time 0
/// @param kernels the arithmetic
public record InitialValueProblem(
    ControlLayout layout, double[] c, Shape shape, Batch batch, double[] start, Kernels kernels) {

  /// The state at the end of `grid`, one step of the scheme after the other.
  public double[] solve(Step step, TimeGrid grid) {
    Workspace w =
        new Workspace(kernels, Math.addExact(step.workSize(shape), layout.workSize(step.slots())));
    Slice u = Slice.of(start.clone());
    Slice next = Slice.of(new double[start.length]);
    for (int n = 0; n < grid.steps(); n++) {
      w.enter();
      Slice theta = layout.at(c, step.slots(), grid.time(n), grid.step(n), w);
      step.apply(Point.of(grid.time(n), grid.step(n), shape, u, theta, batch), next, Slice.NONE, w);
      w.leave();
      Slice swap = u;
      u = next;
      next = swap;
    }
    return u.toArray();
  }

  /// The state at `end` by Dormand–Prince 8(5,3) with step control, restarted wherever a control
  /// jumps or has a kink; on the constraint set, where the equation has one.
  ///
  /// @param tolerance absolute and relative
  public double[] integrate(ContinuousEquation e, double end, double tolerance) {
    Step field = new Step(Schemes.field(e), e.width());
    TreeSet<Double> stops = new TreeSet<>();
    for (ControlLayout.Block block : layout.blocks()) {
      for (double stop : block.basis().breaks()) {
        if (stop < end) {
          stops.add(stop);
        }
      }
    }
    stops.add(end);
    double[] u = start.clone();
    double from = 0;
    for (double to : stops) {
      var integrator = new DormandPrince853Integrator(0, to - from, tolerance, tolerance);
      u = integrator.integrate(piece(field, from, to), new ODEState(from, u), to).getPrimaryState();
      from = to;
    }
    return u;
  }

  /// The right-hand side between two stops, whose controls are those from within.
  private OrdinaryDifferentialEquation piece(Step field, double from, double to) {
    int size = start.length;
    Workspace w =
        new Workspace(
            kernels, Math.addExact(field.workSize(shape), layout.workSize(field.slots())));
    return new OrdinaryDifferentialEquation() {
      @Override
      public int getDimension() {
        return size;
      }

      @Override
      public double[] computeDerivatives(double t, double[] u) {
        List<Slot> now = new ArrayList<>();
        for (Slot slot : field.slots()) {
          now.add(new Slot(slot.controls(), (t - from) / (to - from), slot.parameters()));
        }
        double[] slope = new double[size];
        w.enter();
        Slice theta = layout.at(c, now, from, to - from, w);
        Point p = Point.of(t, to - from, shape, Slice.of(u), theta, batch);
        field.apply(p, Slice.of(slope), Slice.NONE, w);
        w.leave();
        return slope;
      }
    };
  }

  /// The order of a scheme on uniform grids to `end` against a reference.
  ///
  /// @param reference the exact state at `end`, for example of [#integrate]
  /// @param steps numbers of steps
  public Convergence order(Step step, double end, double[] reference, int... steps) {
    double[] errors = new double[steps.length];
    for (int i = 0; i < steps.length; i++) {
      errors[i] = distance(solve(step, TimeGrid.uniform(steps[i], end)), reference);
    }
    return new Convergence(step.name(), step.scheme().order(), steps, errors);
  }

  /// The order of a scheme by itself, where there is no equation to integrate: differences between
  /// a grid and the same grid with every step halved.
  ///
  /// @param refinements how many steps every step of `grid` is split into
  public Convergence selfConvergence(Step step, TimeGrid grid, int... refinements) {
    int[] steps = new int[refinements.length];
    double[] errors = new double[refinements.length];
    for (int i = 0; i < refinements.length; i++) {
      TimeGrid finer = grid.refined(refinements[i]);
      steps[i] = finer.steps();
      errors[i] = distance(solve(step, finer), solve(step, finer.refined(2)));
    }
    return new Convergence(step.name(), step.scheme().order(), steps, errors);
  }

  /// The largest absolute difference; not a number if one of the two is not finite.
  public static double distance(double[] x, double[] y) {
    double largest = 0;
    for (int i = 0; i < x.length; i++) {
      largest = Math.max(largest, Math.abs(x[i] - y[i]));
    }
    return largest;
  }
}
