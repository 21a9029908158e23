package org.costate.control;

import java.util.Arrays;
import java.util.List;
import org.costate.adjoint.cost.ControlCost;
import org.costate.adjoint.sweep.Ensemble;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.LinkSweep;
import org.costate.adjoint.sweep.Trajectories;
import org.costate.model.Model;
import org.costate.model.NumericalException;

/// The Hamiltonians of a model by its sweeps. Embedding and readout are layers too: links with a
/// "step" of size 1.
///
/// Costs `R(c)` of the controls are counted in every layer with all other layers held, so control
/// energy acts as a part of the running cost, and control variation sees its neighbours frozen.
final class ModelHamiltonians implements Hamiltonians {
  private final Model model;
  private final EnsembleSweep sweep;
  private final double[] controls;
  private final Trajectories held;
  private final List<ControlGroups.Group> groups;

  /// @param c the controls, copied
  /// @param g overwritten with `∇J(c)`
  ModelHamiltonians(Model model, EnsembleSweep sweep, Ensemble ensemble, double[] c, double[] g) {
    this.model = model;
    this.sweep = sweep;
    this.controls = c.clone();
    this.held = sweep.trajectories(c, ensemble, g);
    this.groups = ControlGroups.of(model);
  }

  @Override
  public double value() {
    return held.value();
  }

  @Override
  public int layers() {
    return groups.size();
  }

  @Override
  public int size(int k) {
    return groups.get(k).size();
  }

  @Override
  public String name(int k) {
    return groups.get(k).name(model.grid().steps());
  }

  @Override
  public void gather(int k, double[] all, double[] x) {
    groups.get(k).gather(all, x);
  }

  @Override
  public void scatter(int k, double[] x, double[] all) {
    groups.get(k).scatter(x, all);
  }

  @Override
  public Evaluator evaluator() {
    return new LinkEvaluator();
  }

  private final class LinkEvaluator implements Evaluator {
    private final LinkSweep links = sweep.links(held);
    private final double[] all = controls.clone();
    private final double[] gradient = new double[controls.length];
    private double negative;
    private double state;
    private double costate;

    @Override
    public double augmented(int k, double[] x, double penalty, double[] g) {
      ControlGroups.Group group = groups.get(k);
      Arrays.fill(gradient, 0);
      group.scatter(x, all);
      try {
        return evaluate(group, penalty, g);
      } catch (NumericalException e) {
        return Double.NaN;
      } finally {
        for (ControlGroups.Stretch s : group.stretches()) {
          System.arraycopy(controls, s.from(), all, s.from(), s.count());
        }
      }
    }

    private double evaluate(ControlGroups.Group group, double penalty, double[] g) {
      negative = 0;
      state = 0;
      costate = 0;
      double sum = 0;
      for (int link : group.links()) {
        sum += links.evaluate(link, all, penalty, gradient);
        negative += links.negativeHamiltonian();
        state += links.stateTerm();
        costate += links.costateTerm();
      }
      for (ControlCost cost : sweep.costs().controls()) {
        double value = cost.value(all);
        sum += value;
        negative += value;
        cost.addGradient(all, gradient);
      }
      group.gather(gradient, g);
      return sum;
    }

    @Override
    public double negativeHamiltonian() {
      return negative;
    }

    @Override
    public double stateTerm() {
      return state;
    }

    @Override
    public double costateTerm() {
      return costate;
    }
  }
}
