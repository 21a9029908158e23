package org.costate.cli.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.adjoint.cost.RunningCost;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.cli.experiment.DataConfig;
import org.costate.cli.experiment.ModelConfig;
import org.costate.cli.experiment.ObjectiveConfig;
import org.costate.cli.experiment.TimeConfig;
import org.costate.control.cost.StateEnergy;
import org.costate.control.cost.Tracking;
import org.costate.control.principle.RiccatiRecursion;
import org.costate.control.train.Dataset;
import org.costate.control.train.Sequences;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.architecture.Depth;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.operator.LinearSystem;
import org.costate.model.scheme.Schemes;
import org.costate.model.scheme.Step;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.PiecewiseConstant;

/// The linear–quadratic problem `u' = u A + θ B`, `J = k/2 ‖u(T)‖² + ∫ κ/2 ‖u‖² dt` from one
/// initial state, by explicit Euler; the energy of the control comes from the objective.
///
/// @param system its numbers
public record LinearQuadraticData(DataConfig.LinearSystemConfig system) implements DynamicsData {
  /// The problem of an experiment.
  ///
  /// @throws InputException if sizes do not fit together or a weight is negative
  public static LinearQuadraticData of(DataConfig config) {
    DataConfig.LinearSystemConfig s = config.system();
    int width = s.start().size();
    require("start", width >= 1, width + " numbers", "the initial state, at least 1 number");
    require("a", s.a().size() == width * width, s.a().size() + " numbers", width + " x " + width);
    require(
        "b",
        !s.b().isEmpty() && s.b().size() % width == 0,
        s.b().size() + " numbers",
        "a multiple of " + width + ", one row per input");
    require("terminal", s.terminal() >= 0, String.valueOf(s.terminal()), "at least 0");
    require("running", s.running() >= 0, String.valueOf(s.running()), "at least 0");
    return new LinearQuadraticData(s);
  }

  private static void require(String key, boolean holds, String found, String expected) {
    if (!holds) {
      throw new InputException("data.system." + key + ": found " + found, expected, "");
    }
  }

  private int width() {
    return system.start().size();
  }

  @Override
  public Model model(ModelConfig model, TimeConfig time) {
    LinearSystem field =
        new LinearSystem(
            width(), system.b().size() / width(), numbers(system.a()), numbers(system.b()));
    Step step =
        new Step(
            Schemes.lie(ContinuousEquation.of(Field.of(Controlled.of(field, "input")))), width());
    ControlLayout layout = ControlLayout.builder().blocksOf(step, time.depth().functions()).build();
    return new Model(List.of(), step, time.depth().grid(), layout, List.of());
  }

  private static double[] numbers(List<Double> list) {
    return list.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Override
  public List<RunningCost> running() {
    return system.running() > 0 ? List.of(new StateEnergy(system.running())) : List.of();
  }

  @Override
  public TerminalCost cost() {
    return new Tracking(new double[] {system.terminal()});
  }

  /// By the Riccati recursion, where every step has controls of its own and nothing but their
  /// energy is added.
  @Override
  public Optional<Double> leastCost(ObjectiveConfig objective, TimeConfig time) {
    Depth depth = time.depth();
    boolean own =
        depth.functions() instanceof PiecewiseConstant basis && basis.count() == depth.steps();
    if (!own || objective.transport() > 0 || objective.variation() > 0) {
      return Optional.empty();
    }
    double h = depth.end() / depth.steps();
    int n = width();
    int inputs = system.b().size() / n;
    double[][] f = new double[n][n];
    double[][] g = new double[inputs][n];
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < n; i++) {
        f[i][j] = (i == j ? 1 : 0) + h * system.a().get(i * n + j);
      }
      for (int i = 0; i < inputs; i++) {
        g[i][j] = h * system.b().get(i * n + j);
      }
    }
    double state = h * system.running();
    double energy = h * objective.energy();
    return new RiccatiRecursion(f, g, state, energy, system.terminal())
        .leastCost(numbers(system.start()), depth.steps());
  }

  @Override
  public Dataset training() {
    return new Sequences(validation());
  }

  @Override
  public Shape shape(int count) {
    return new Shape(count, 1);
  }

  @Override
  public Batch validation() {
    return Batch.ofInput(new Shape(1, 1), numbers(system.start())).withTarget(new double[width()]);
  }

  @Override
  public boolean holdsOut() {
    return false;
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("dynamics", "u' = u A + θ B");
    facts.put("states", String.valueOf(width()));
    facts.put("inputs", String.valueOf(system.b().size() / width()));
    return facts;
  }
}
