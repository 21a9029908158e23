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
/// @param stops the lines of the scheme, in their order
public record Passage(int step, double front, double behind, List<Stop> stops) {
  /// What one line makes of it.
  ///
  /// The stream is followed back from the last line: to the longest term of its sum, or to what its
  /// operator reads where there is no sum. The factors of the lines on it multiply to the growth of
  /// the step. A norm in front of a branch lies beside the stream; it counts to the branch.
  ///
  /// @param line number of the line of the scheme, from 0
  /// @param operator its name, `sum` where there is none
  /// @param part `‖w ∂F δr‖`, `w` the weight of the line and `r` what the operator reads: what the
  ///     operator puts into the line
  /// @param factor by which the line lengthens the perturbation on the stream; not a number beside
  ///     it
  public record Stop(int line, String operator, double part, double factor) {}

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
      passages.add(new Passage(n, Vectors.norm(v), Vectors.norm(image), carrier.stops()));
      v = image;
    }
    return passages;
  }

  /// The line that lengthens it most.
  public Stop largest() {
    return stops.stream()
        .filter(stop -> !Double.isNaN(stop.factor))
        .reduce((a, b) -> b.factor > a.factor ? b : a)
        .orElse(stops.getLast());
  }

  /// Carries a perturbation through the registers of a step.
  private static final class Carrier implements StepReplay.Listener {
    private final Map<Integer, double[]> tangents = new HashMap<>();
    private final Map<Integer, Integer> writer = new HashMap<>();
    private final List<Ran> ran = new ArrayList<>();
    private int target;

    /// @param read length of the perturbation that the line continues
    /// @param source the line that this one comes from, −1 for the state in front
    private record Ran(
        int line, String operator, double part, double read, double result, int source) {}

    Carrier(double[] v) {
      tangents.put(0, v);
    }

    @Override
    public void line(int number, Line line, double h, Optional<StepReplay.Visit> visit) {
      double[] part = visit.map(this::image).orElse(new double[0]);
      double[] total = part.clone();
      int source = visit.map(v -> v.field().input()).orElse(0);
      double most = -1;
      for (Term term : line.combination()) {
        double[] read = tangents.get(term.register());
        double c = term.coefficient().value(h);
        total = total.length == 0 ? new double[read.length] : total;
        Vectors.axpy(c, read, total);
        if (Math.abs(c) * Vectors.norm(read) > most) {
          most = Math.abs(c) * Vectors.norm(read);
          source = term.register();
        }
      }
      ran.add(
          new Ran(
              number,
              visit.map(v -> v.operator().name()).orElse("sum"),
              Vectors.norm(part),
              Vectors.norm(tangents.get(source)),
              Vectors.norm(total),
              writer.getOrDefault(source, -1)));
      tangents.put(line.target(), total);
      writer.put(line.target(), ran.size() - 1);
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

    List<Stop> stops() {
      boolean[] stream = new boolean[ran.size()];
      for (int i = ran.size() - 1; i >= 0; i = ran.get(i).source) {
        stream[i] = true;
      }
      List<Stop> stops = new ArrayList<>();
      for (int i = 0; i < stream.length; i++) {
        Ran r = ran.get(i);
        double factor = stream[i] ? r.result / r.read : Double.NaN;
        stops.add(new Stop(r.line, r.operator, r.part, factor));
      }
      return stops;
    }
  }
}
