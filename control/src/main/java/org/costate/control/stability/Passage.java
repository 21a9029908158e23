package org.costate.control.stability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.Vectors;
import org.costate.control.replay.StepReplay;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Term;
import org.costate.model.state.Batch;

/// What the substeps of one step make of one perturbation on its way through the layers: the
/// tangent of the step, line by line.
///
/// @param step number of the step
/// @param front `‖δu_n‖`
/// @param behind `‖δu_{n+1}‖`
/// @param stops the operators of the step, in the order of the lines
public record Passage(int step, double front, double behind, List<Stop> stops) {
  /// What one operator makes of it.
  ///
  /// @param line number of the line of the scheme, from 0
  /// @param operator its name
  /// @param part `‖w ∂F δr‖`, `w` the weight of the line and `r` what the operator reads: what the
  ///     substep puts into its line
  public record Stop(int line, String operator, double part) {}

  public Passage {
    stops = List.copyOf(stops);
  }

  /// The passage of `direction`, a perturbation of the first state, through all steps.
  ///
  /// @param c the controls of `model`, not modified
  /// @param batch the one sequence of the trajectory
  static List<Passage> of(
      Model model,
      double[] c,
      Batch batch,
      Linearisation trajectory,
      Kernels kernels,
      double[] direction) {
    List<Passage> passages = new ArrayList<>();
    double[] v = direction;
    for (int n = 0; n < trajectory.steps(); n++) {
      StepReplay replay = new StepReplay(model, c, batch, n, kernels, trajectory.stateShape());
      Carrier carrier = new Carrier(v);
      replay.run(trajectory.state(n), carrier);
      double[] image = carrier.last();
      passages.add(new Passage(n, Vectors.norm(v), Vectors.norm(image), carrier.stops));
      v = image;
    }
    return passages;
  }

  /// The substep that puts most into its line.
  public Stop largest() {
    return stops.stream().reduce((a, b) -> b.part > a.part ? b : a).orElseThrow();
  }

  /// Carries a perturbation through the registers of a step.
  private static final class Carrier implements StepReplay.Listener {
    private final Map<Integer, double[]> tangents = new HashMap<>();
    private final List<Stop> stops = new ArrayList<>();
    private int target;

    Carrier(double[] v) {
      tangents.put(0, v);
    }

    @Override
    public void line(int number, Line line, double h, Optional<StepReplay.Visit> visit) {
      double[] sum = visit.map(this::image).orElse(new double[0]);
      visit.ifPresent(v -> stops.add(new Stop(number, v.operator().name(), Vectors.norm(sum))));
      double[] total = sum;
      for (Term term : line.combination()) {
        double[] source = tangents.get(term.register());
        total = total.length == 0 ? new double[source.length] : total;
        Vectors.axpy(term.coefficient().value(h), source, total);
      }
      tangents.put(line.target(), total);
      target = line.target();
    }

    private double[] image(StepReplay.Visit visit) {
      double[] image = new double[visit.value().length];
      new OperatorMap(visit.operator(), visit.point(), visit.record(), image.length, visit.w())
          .apply(tangents.get(visit.field().input()), image);
      Vectors.scale(visit.weight(), image);
      return image;
    }

    double[] last() {
      return tangents.get(target);
    }
  }
}
