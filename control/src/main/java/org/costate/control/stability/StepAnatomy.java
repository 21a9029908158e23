package org.costate.control.stability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.replay.StepReplay;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Operator;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Term;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;

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

  /// Takes step `n` of `trajectory` apart.
  ///
  /// @param c the controls of `model`, not modified
  /// @param batch the one sequence of the trajectory
  static StepAnatomy of(
      Model model,
      double[] c,
      Batch batch,
      Linearisation trajectory,
      int n,
      Kernels kernels,
      GolubKahan solver) {
    StepReplay replay = new StepReplay(model, c, batch, n, kernels, trajectory.stateShape());
    Composition composition = new Composition(n, batch, solver);
    replay.run(trajectory.state(n), composition);
    return composition.anatomy();
  }

  /// Gains and bounds of the operators of one step, composed line by line.
  private static final class Composition implements StepReplay.Listener {
    private final int step;
    private final Batch batch;
    private final GolubKahan solver;
    private final Map<Integer, Double> lipschitz = new HashMap<>(Map.of(0, 1.0));
    private final List<Substep> substeps = new ArrayList<>();
    private int last;

    Composition(int step, Batch batch, GolubKahan solver) {
      this.step = step;
      this.batch = batch;
      this.solver = solver;
    }

    StepAnatomy anatomy() {
      return new StepAnatomy(step, substeps, lipschitz.get(last));
    }

    @Override
    public void line(int number, Line line, double h, Optional<StepReplay.Visit> visit) {
      double bound = 0;
      if (visit.isPresent()) {
        Substep substep = substep(number, visit.get());
        substeps.add(substep);
        bound = substep.bound() * lipschitz.get(visit.get().field().input());
      }
      for (Term term : line.combination()) {
        bound += Math.abs(term.coefficient().value(h)) * lipschitz.get(term.register());
      }
      lipschitz.put(line.target(), bound);
      last = line.target();
    }

    private Substep substep(int number, StepReplay.Visit visit) {
      Operator f = visit.operator();
      Point p = visit.point();
      OperatorMap map = new OperatorMap(f, p, visit.record(), visit.value().length, visit.w());
      Ball ball = Ball.around(p.u(), p.shape().tokens(), f);
      double scale = Math.abs(visit.weight());
      double gain = scale * solver.leading(map, 1).values()[0];
      double bound = scale * bound(f, p.theta().toArray(), ball.loosened(EDGE));
      return new Substep(step, number, f.name(), gain, bound, ball);
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
  }
}
