package org.costate.control.train;

import java.util.OptionalDouble;
import org.costate.control.Objective;

/// What a training run minimises.
public interface Problem {
  /// Number of controls.
  int size();

  /// The objective of an iteration, from 0: the same for the same iteration, whenever it is asked
  /// for.
  Objective objective(long iteration);

  /// Whether the objective is the same in every iteration.
  boolean isFixed();

  /// How `J` of the last evaluated objective splits.
  Parts parts();

  /// `max_n ‖∂H_n/∂θ_n‖₂` over the steps at the controls whose gradient `g` is; NaN if not known.
  default double hamiltonianGradient(double[] g) {
    return Double.NaN;
  }

  /// The cost on data that were held out; absent if there are none.
  OptionalDouble validation(double[] c);

  /// The two parts of a mean cost.
  ///
  /// @param terminal mean terminal cost, NaN if not known
  /// @param running mean running cost, NaN if not known
  record Parts(double terminal, double running) {
    /// Nothing is known.
    public static final Parts UNKNOWN = new Parts(Double.NaN, Double.NaN);
  }

  /// The same objective in every iteration, nothing held out.
  static Problem of(Objective objective) {
    return new Problem() {
      @Override
      public int size() {
        return objective.size();
      }

      @Override
      public Objective objective(long iteration) {
        return objective;
      }

      @Override
      public boolean isFixed() {
        return true;
      }

      @Override
      public Parts parts() {
        return Parts.UNKNOWN;
      }

      @Override
      public OptionalDouble validation(double[] c) {
        return OptionalDouble.empty();
      }
    };
  }
}
