package org.costate.control.stability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.Vectors;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Operator;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Step;
import org.costate.model.scheme.Term;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// A step of a trajectory taken apart into the lines of its scheme: the gain of every operator in
/// it, beside a bound, and a bound of the whole step, composed of those:
/// `L[target] := Σ_k |c_k| L[source_k] + |weight| bound(F) L[input]`, `L[state] = 1`.
///
/// A bound holds for the Jacobian of every trajectory whose operators read states of the sets that
/// are named beside it.
///
/// @param step number of the step
/// @param substeps its operators, in the order of the lines
/// @param bound of the Jacobian of the whole step
public record StepAnatomy(int step, List<Substep> substeps, double bound) {
  /// States lie on the edge of the smallest set around them, up to rounding.
  private static final double EDGE = 1 + 1e-12;

  public StepAnatomy {
    substeps = List.copyOf(substeps);
  }

  /// Takes all steps of `trajectory` apart.
  ///
  /// @param c the controls of `model`, not modified
  /// @param batch the one sequence of the trajectory
  static List<StepAnatomy> of(
      Model model,
      double[] c,
      Batch batch,
      Linearisation trajectory,
      Kernels kernels,
      GolubKahan solver) {
    List<StepAnatomy> all = new ArrayList<>();
    for (int n = 0; n < trajectory.steps(); n++) {
      Replay replay = new Replay(model, c, batch, n, kernels, trajectory.stateShape());
      all.add(replay.run(trajectory.state(n), solver));
    }
    return all;
  }

  /// Runs the lines of one step again, one by one.
  private static final class Replay {
    private final Model model;
    private final double[] c;
    private final Batch batch;
    private final int step;
    private final Kernels kernels;
    private final Shape shape;
    private final double t;
    private final double h;
    private final Map<Integer, double[]> register = new HashMap<>();
    private final Map<Integer, Double> lipschitz = new HashMap<>();
    private final List<Substep> substeps = new ArrayList<>();

    Replay(Model model, double[] c, Batch batch, int step, Kernels kernels, Shape shape) {
      this.model = model;
      this.c = c;
      this.batch = batch;
      this.step = step;
      this.kernels = kernels;
      this.shape = shape;
      this.t = model.grid().time(step);
      this.h = model.grid().step(step);
    }

    StepAnatomy run(Slice state, GolubKahan solver) {
      register.put(0, state.toArray());
      lipschitz.put(0, 1.0);
      List<Line> lines = model.step().scheme().lines();
      for (int i = 0; i < lines.size(); i++) {
        line(i, lines.get(i), solver);
      }
      return new StepAnatomy(step, substeps, lipschitz.get(lines.getLast().target()));
    }

    private void line(int number, Line line, GolubKahan solver) {
      double[] sum = new double[0];
      double bound = 0;
      if (line.field().isPresent()) {
        Application field = line.field().get();
        sum = field(number, field, solver);
        bound = substeps.getLast().bound() * lipschitz.get(field.input());
      }
      for (Term term : line.combination()) {
        double[] source = register.get(term.register());
        double factor = term.coefficient().value(h);
        sum = sum.length == 0 ? new double[source.length] : sum;
        Vectors.axpy(factor, source, sum);
        bound += Math.abs(factor) * lipschitz.get(term.register());
      }
      register.put(line.target(), sum);
      lipschitz.put(line.target(), bound);
    }

    /// The weighted result of an operator, whose gain and bound are noted.
    private double[] field(int number, Application field, GolubKahan solver) {
      double weight = field.weight().value(h);
      Slice theta = Slice.of(theta(field));
      Slice input = Slice.of(register.get(field.input()));
      Point p = Point.of(t + field.at() * h, field.span() * h, shape, input, theta, batch);
      Operator f = field.operator();
      Workspace w = new Workspace(kernels, f.workSize(shape));
      Slice record = Slice.of(new double[f.recordSize(shape)]);
      double[] value = new double[shape.size(f.outputWidth())];
      f.apply(p, Slice.of(value), record, w);
      OperatorMap map = new OperatorMap(f, p, record, value.length, w);
      Ball ball = Ball.around(input, shape.tokens(), f);
      double scale = Math.abs(weight);
      double gain = scale * solver.leading(map, 1).values()[0];
      double bound = scale * bound(f, theta.array(), ball.loosened(EDGE));
      substeps.add(new Substep(step, number, f.name(), gain, bound, ball));
      Vectors.scale(weight, value);
      return value;
    }

    private double bound(Operator f, double[] theta, Ball ball) {
      double largest = 1;
      double smallest = 1;
      if (batch.tokenWeights().isPresent()) {
        smallest = Double.POSITIVE_INFINITY;
        largest = 0;
        for (double weight : batch.tokenWeights().get()) {
          largest = Math.max(largest, weight);
          smallest = Math.min(smallest, weight);
        }
      }
      return LipschitzBound.of(f, theta, ball, largest / smallest, largest);
    }

    private double[] theta(Application field) {
      List<Slot> slots = new ArrayList<>();
      if (field.operator() instanceof Step inner) {
        for (Slot slot : inner.slots()) {
          double at = field.at() + field.span() * slot.at();
          slots.add(new Slot(slot.controls(), at, slot.parameters()));
        }
      } else {
        slots.add(new Slot(field.controls(), field.at(), field.operator().parameters()));
      }
      if (field.operator().controlSize() == 0) {
        return new double[0];
      }
      Workspace w = new Workspace(kernels, field.operator().controlSize());
      return model.layout().at(c, slots, t, h, w).toArray();
    }
  }
}
