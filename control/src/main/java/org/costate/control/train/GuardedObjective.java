package org.costate.control.train;

import java.util.Arrays;
import java.util.Optional;
import org.costate.adjoint.LinearMap;
import org.costate.control.Hamiltonians;
import org.costate.control.Objective;
import org.costate.control.Symmetric;
import org.costate.model.NumericalException;

/// An objective whose failures are values that are not finite, and that remembers them and how
/// its values split.
final class GuardedObjective implements Objective {
  private final Problem problem;
  private final Objective inner;
  private Optional<TrainingState.Split> first = Optional.empty();
  private TrainingState.Split last;
  private String failure = "";

  GuardedObjective(Problem problem, long iteration, TrainingState.Split before) {
    this.problem = problem;
    this.inner = problem.objective(iteration);
    this.last = before;
  }

  /// How the last value that was asked for splits.
  TrainingState.Split last() {
    return last;
  }

  @Override
  public int size() {
    return inner.size();
  }

  @Override
  public double value(double[] c) {
    try {
      return split(inner.value(c));
    } catch (NumericalException e) {
      failure = e.getMessage();
      return Double.NaN;
    }
  }

  @Override
  public double gradient(double[] c, double[] g) {
    try {
      return split(inner.gradient(c, g));
    } catch (NumericalException e) {
      failure = e.getMessage();
      return Double.NaN;
    }
  }

  @Override
  public LinearMap hessian(double[] c) {
    return guarded(inner.hessian(c));
  }

  @Override
  public LinearMap gaussNewton(double[] c) {
    return guarded(inner.gaussNewton(c));
  }

  @Override
  public Hamiltonians hamiltonians(double[] c, double[] g) {
    return inner.hamiltonians(c, g);
  }

  private LinearMap guarded(LinearMap map) {
    return new Symmetric(
        size(),
        (v, out) -> {
          try {
            map.apply(v, out);
          } catch (NumericalException e) {
            failure = e.getMessage();
            Arrays.fill(out, Double.NaN);
          }
        });
  }

  private double split(double value) {
    last = new TrainingState.Split(value, problem.parts());
    first = Optional.of(first.orElse(last));
    return value;
  }

  /// How `value` splits: it was evaluated first in this iteration, or last in the one before.
  Problem.Parts partsOf(double value, TrainingState.Split before) {
    TrainingState.Split known = first.filter(s -> s.value() == value).orElse(before);
    return known.value() == value ? known.parts() : Problem.Parts.UNKNOWN;
  }

  /// `cause` with the failure of a sweep behind it, if there was one.
  String explain(String cause) {
    return failure.isEmpty() ? cause : cause + " (" + failure + ")";
  }
}
