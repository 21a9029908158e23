package org.costate.adjoint.sweep;

import java.util.List;
import org.costate.adjoint.cost.RunningCost;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Point;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Scalars of every step of the last sweep, and on demand all its states and costates.
final class StepObserver {
  private final List<RunningCost> running;
  private final double[] runningCost;
  private final double[] costateSquare;
  private final double[] hamiltonian;
  private final double[][] states;
  private final double[][] costates;

  StepObserver(List<RunningCost> running, int steps, int stateSize, SweepOptions options) {
    this.running = running;
    runningCost = new double[steps];
    costateSquare = new double[steps + 1];
    hamiltonian = new double[steps];
    states = arrays(steps + 1, options.has(SweepOptions.Extra.STATES) ? stateSize : 0);
    costates = arrays(steps + 1, options.has(SweepOptions.Extra.COSTATES) ? stateSize : 0);
  }

  private static double[][] arrays(int count, int size) {
    double[][] arrays = new double[count][];
    for (int i = 0; i < count; i++) {
      arrays[i] = new double[size];
    }
    return arrays;
  }

  void state(int n, Slice u) {
    keep(states[n], u);
  }

  void costate(int n, Slice lambda, Kernels k) {
    costateSquare[n] =
        k.dot(lambda.length(), lambda.array(), lambda.offset(), lambda.array(), lambda.offset());
    keep(costates[n], lambda);
  }

  private static void keep(double[] array, Slice values) {
    if (array.length > 0) {
      System.arraycopy(values.array(), values.offset(), array, 0, values.length());
    }
  }

  /// The running costs of step `n`.
  void cost(int n, Point p, Slice next, double scale, Workspace w) {
    double sum = 0;
    for (int i = 0; scale != 0 && i < running.size(); i++) {
      sum += running.get(i).value(p, next, scale, w);
    }
    runningCost[n] = sum;
  }

  /// `H_n = −<λ_{n+1}, (u_{n+1} − u_n)/h> − ℓ_n`, after [#cost].
  void hamiltonian(int n, Point p, Slice next, Slice lambda, Kernels k) {
    double ahead =
        k.dot(next.length(), lambda.array(), lambda.offset(), next.array(), next.offset());
    double here =
        k.dot(next.length(), lambda.array(), lambda.offset(), p.u().array(), p.u().offset());
    hamiltonian[n] = -(ahead - here) / p.h() - runningCost[n] / p.h();
  }

  /// `Σ_n h ℓ_n`, added in the order of the steps.
  double totalRunningCost() {
    double sum = 0;
    for (double cost : runningCost) {
      sum += cost;
    }
    return sum;
  }

  double runningCost(int n) {
    return runningCost[n];
  }

  double costateSquare(int n) {
    return costateSquare[n];
  }

  double hamiltonian(int n) {
    return hamiltonian[n];
  }

  Slice state(int n, int size) {
    return kept(states[n], size, SweepOptions.Extra.STATES);
  }

  Slice costate(int n, int size) {
    return kept(costates[n], size, SweepOptions.Extra.COSTATES);
  }

  private static Slice kept(double[] array, int size, SweepOptions.Extra extra) {
    if (array.length == 0) {
      throw new IllegalStateException(
          "sweep: found no kept values, expected the option " + extra + " when it was made");
    }
    return Slice.of(array, 0, size);
  }
}
