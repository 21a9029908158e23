package org.costate.control.stability;

import java.util.ArrayList;
import java.util.List;
import org.costate.adjoint.sweep.Linearisation;

/// How far perturbations of the first state can grow on their way, whatever becomes of them later:
/// `σ_1(∂u_n/∂u_0)` over the depth `n`. A model may end with a small gain and yet let perturbations
/// grow in between.
///
/// @param depths `n`, ascending, the last one all steps
/// @param gains `σ_1(∂u_n/∂u_0)`
public record TransientGrowth(int[] depths, double[] gains) {
  /// At most so many depths are looked at, evenly spread.
  public static final int MOST = 12;

  /// The depths that are looked at.
  static int[] depths(int steps) {
    List<Integer> depths = new ArrayList<>();
    for (int k = 1; k <= Math.min(steps, MOST); k++) {
      depths.add((int) ((long) steps * k / Math.min(steps, MOST)));
    }
    return depths.stream().mapToInt(n -> n).toArray();
  }

  /// The growth up to every depth.
  ///
  /// @param whole `σ_1(∂u_N/∂u_0)`
  static TransientGrowth of(Linearisation trajectory, double whole, GolubKahan solver) {
    int[] depths = depths(trajectory.steps());
    double[] gains = new double[depths.length];
    for (int k = 0; k + 1 < depths.length; k++) {
      gains[k] = solver.leading(trajectory.propagator(0, depths[k]), 1).values()[0];
    }
    gains[depths.length - 1] = whole;
    return new TransientGrowth(depths, gains);
  }

  /// The depth of the largest growth.
  public int peak() {
    return depths[place()];
  }

  /// The largest growth.
  public double largest() {
    return gains[place()];
  }

  private int place() {
    int place = 0;
    for (int k = 1; k < gains.length; k++) {
      place = gains[k] > gains[place] ? k : place;
    }
    return place;
  }
}
