package org.costate.control.train;

import java.util.Optional;
import java.util.OptionalDouble;
import org.costate.adjoint.LinearMap;
import org.costate.adjoint.checkpoint.Revolve;
import org.costate.adjoint.cost.ControlCost;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.Ensemble;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.MemoryPlan;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.Hamiltonians;
import org.costate.control.ModelObjective;
import org.costate.control.Objective;
import org.costate.control.principle.HamiltonianGradient;
import org.costate.model.Model;
import org.costate.model.state.Batch;

/// Training of a model on mini-batches: in every iteration the whole cost of another ensemble; on
/// the held-out data the terminal cost alone.
///
/// Owns the threads of its sweeps until [#close].
public final class ModelProblem implements Problem, AutoCloseable {
  private final Model model;
  private final Costs costs;
  private final MiniBatches batches;
  private final EnsembleSweep sweep;
  private final Optional<EnsembleSweep> heldOutSweep;
  private final Optional<Ensemble> heldOut;
  private final HamiltonianGradient hamiltonians;
  private Optional<Ensemble> whole = Optional.empty();
  private Optional<Tracked> last = Optional.empty();

  /// @param batches where the ensembles come from
  /// @param validation held-out data, on which the terminal cost is evaluated
  /// @throws IllegalArgumentException if there are held-out data but no terminal cost
  public ModelProblem(
      Model model,
      Costs costs,
      MiniBatches batches,
      Optional<Batch> validation,
      SweepOptions options) {
    if (validation.isPresent() && costs.terminal().isEmpty()) {
      throw new IllegalArgumentException(
          "training: found held-out data without a terminal cost, expected one to evaluate there");
    }
    this.model = model;
    this.costs = costs;
    this.batches = batches;
    this.sweep = new EnsembleSweep(model, costs, options);
    // only ever run forwards: one record is more than it needs
    SweepOptions forward = options.withCheckpointing(new Revolve(1));
    this.heldOutSweep =
        validation.map(
            batch -> new EnsembleSweep(model, Costs.of(costs.terminal().orElseThrow()), forward));
    this.hamiltonians = HamiltonianGradient.of(model);
    this.heldOut = heldOutSweep.map(s -> s.prepare(validation.orElseThrow()));
  }

  @Override
  public int size() {
    return model.layout().size();
  }

  @Override
  public Objective objective(long iteration) {
    Ensemble ensemble =
        isFixed()
            ? whole.orElseGet(() -> sweep.prepare(batches.draw(iteration)))
            : sweep.prepare(batches.draw(iteration));
    whole = isFixed() ? Optional.of(ensemble) : whole;
    Tracked objective = new Tracked(new ModelObjective(model, sweep, ensemble));
    last = Optional.of(objective);
    return objective;
  }

  /// What the gradient of a mini-batch keeps and runs again.
  ///
  /// @throws org.costate.model.InputException if it does not fit into the memory of the options
  public MemoryPlan plan() {
    return sweep.plan(sweep.prepare(batches.draw(0)));
  }

  @Override
  public boolean isFixed() {
    return batches.isWhole();
  }

  @Override
  public Parts parts() {
    return last.map(objective -> objective.parts).orElse(Parts.UNKNOWN);
  }

  @Override
  public double hamiltonianGradient(double[] g) {
    return hamiltonians.largest(g);
  }

  @Override
  public OptionalDouble validation(double[] c) {
    return heldOut.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(heldOutSweep.orElseThrow().value(c, heldOut.get()));
  }

  /// The sweep over the mini-batches: after an iteration it knows costates and Hamiltonian of it.
  public EnsembleSweep sweep() {
    return sweep;
  }

  @Override
  public void close() {
    sweep.close();
    heldOutSweep.ifPresent(EnsembleSweep::close);
  }

  /// Keeps how the value splits.
  private final class Tracked implements Objective {
    private final ModelObjective inner;
    private Parts parts = Parts.UNKNOWN;

    Tracked(ModelObjective inner) {
      this.inner = inner;
    }

    @Override
    public int size() {
      return inner.size();
    }

    @Override
    public double value(double[] c) {
      return split(inner.value(c), c);
    }

    @Override
    public double gradient(double[] c, double[] g) {
      return split(inner.gradient(c, g), c);
    }

    @Override
    public LinearMap hessian(double[] c) {
      return inner.hessian(c);
    }

    @Override
    public LinearMap gaussNewton(double[] c) {
      return inner.gaussNewton(c);
    }

    @Override
    public Hamiltonians hamiltonians(double[] c, double[] g) {
      return inner.hamiltonians(c, g);
    }

    private double split(double value, double[] c) {
      double running = 0;
      for (int n = 0; n < model.grid().steps(); n++) {
        running += sweep.runningCost(n);
      }
      double controls = 0;
      for (ControlCost cost : costs.controls()) {
        controls += cost.value(c);
      }
      parts = new Parts(value - running - controls, running + controls);
      return value;
    }
  }
}
