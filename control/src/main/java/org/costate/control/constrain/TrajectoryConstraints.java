package org.costate.control.constrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.Ensemble;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;

/// Constraints on what the model does with its controls, over one ensemble: terminal ones on the
/// mean output, and sets that its states must lie in. Values come from forward sweeps, gradients
/// from adjoint ones, Hessian–vector products from second-order ones, one sweep a constraint. Not
/// thread-safe.
public final class TrajectoryConstraints implements ConstraintFunction {
  /// One constraint.
  public sealed interface Item {
    /// What messages call it.
    String name();

    /// The mean of an output feature equals a value: a terminal equality.
    ///
    /// @param feature index of the feature
    record Equal(String name, int feature, double value) implements Item {}

    /// The mean of an output feature is at most a value.
    record AtMost(String name, int feature, double value) implements Item {}

    /// The mean of an output feature is at least a value.
    record AtLeast(String name, int feature, double value) implements Item {}

    /// Every token of every state `u_1 … u_N` lies in a box or ball, up to a root mean square
    /// distance: `mean ½ dist²(u_n, S) ≤ ½ tolerance²`. A distance of exactly 0 would be a
    /// constraint without an interior.
    record States(String name, ConstraintSet set, double tolerance) implements Item {}
  }

  private final List<Item> items;
  private final int equalities;
  private final List<EnsembleSweep> sweeps = new ArrayList<>();
  private final List<Ensemble> ensembles = new ArrayList<>();

  /// @param items constraints in any order
  /// @throws IllegalArgumentException if an output feature does not exist
  public TrajectoryConstraints(Model model, List<Item> items, Batch batch, Kernels kernels) {
    List<Item> sorted = new ArrayList<>(items);
    sorted.sort(java.util.Comparator.comparing(i -> i instanceof Item.Equal ? 0 : 1));
    this.items = List.copyOf(sorted);
    this.equalities = (int) items.stream().filter(i -> i instanceof Item.Equal).count();
    SweepOptions options = SweepOptions.with(kernels).withExtras(SweepOptions.Extra.TANGENTS);
    for (Item item : this.items) {
      EnsembleSweep sweep = new EnsembleSweep(model, costs(item, model), options);
      sweeps.add(sweep);
      ensembles.add(sweep.prepare(batch));
    }
  }

  private static Costs costs(Item item, Model model) {
    return switch (item) {
      case Item.Equal e -> output(e.feature(), model);
      case Item.AtMost e -> output(e.feature(), model);
      case Item.AtLeast e -> output(e.feature(), model);
      case Item.States s ->
          new Costs(
              Optional.empty(),
              List.of(new StateDistance(s.set(), model.grid().steps())),
              List.of());
    };
  }

  private static Costs output(int feature, Model model) {
    if (feature < 0 || feature >= model.outputWidth()) {
      throw new IllegalArgumentException(
          "terminal constraint: found feature "
              + feature
              + ", expected one of the "
              + model.outputWidth()
              + " of the output, from 0");
    }
    return Costs.of(new MeanOutput(feature));
  }

  @Override
  public int equalities() {
    return equalities;
  }

  @Override
  public int count() {
    return items.size();
  }

  @Override
  public String name(int k) {
    return items.get(k).name();
  }

  @Override
  public void values(double[] c, double[] h) {
    for (int k = 0; k < h.length; k++) {
      h[k] = shifted(k, sweeps.get(k).value(c, ensembles.get(k)));
    }
  }

  private double shifted(int k, double value) {
    return switch (items.get(k)) {
      case Item.Equal e -> value - e.value();
      case Item.AtMost e -> value - e.value();
      case Item.AtLeast e -> e.value() - value;
      case Item.States s -> value - 0.5 * s.tolerance() * s.tolerance();
    };
  }

  private double sign(int k) {
    return items.get(k) instanceof Item.AtLeast ? -1 : 1;
  }

  @Override
  public void jacobian(double[] c, double[] h, double[][] rows) {
    for (int k = 0; k < h.length; k++) {
      h[k] = shifted(k, sweeps.get(k).gradient(c, ensembles.get(k), rows[k]));
      for (int i = 0; i < c.length; i++) {
        rows[k][i] *= sign(k);
      }
    }
  }

  @Override
  public void addHessian(double[] c, double[] y, double[] v, double[] out) {
    double[] product = new double[c.length];
    for (int k = 0; k < y.length; k++) {
      if (y[k] != 0) {
        sweeps.get(k).hessianVector(c, ensembles.get(k), v, product);
        for (int i = 0; i < out.length; i++) {
          out[i] += sign(k) * y[k] * product[i];
        }
      }
    }
  }
}
