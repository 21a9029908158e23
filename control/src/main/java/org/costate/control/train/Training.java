package org.costate.control.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import org.costate.control.Vectors;
import org.costate.control.optimise.Optimality;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.OptimiserState;
import org.costate.control.optimise.Outcome;
import org.costate.control.optimise.RateSchedule;
import org.costate.model.NumericalException;

/// A training run as a state machine: [#advance] does one iteration. What it does depends on the
/// state and the problem alone, so a run that is stopped anywhere and continued from a saved
/// [#state] has the same bits as one that was not.
///
/// An iteration whose value or gradient is not finite, or whose sweep fails, is rejected: controls
/// and optimiser stay as they are, and the next iteration goes on. Not thread-safe.
public final class Training {
  /// An objective that has fallen below minus this, relative to its start, is taken to fall for
  /// ever.
  private static final double ENDLESS = 1e12;

  private final Problem problem;
  private final Optimiser optimiser;
  private final RateSchedule schedule;
  private final Limits limits;
  private final LongSupplier clock;

  private final double[] controls;
  private final double[] gradient;
  private final OptimiserState optimiserState;
  private final List<IterationRecord> history;
  private final List<ValidationRecord> validations;
  private TrainingState.Best best;
  private long iteration;
  private long stale;
  private int rejected;
  private long clipped;
  private boolean stalled;
  private TrainingState.Split split;
  private String lastCause = "";

  /// @param start where the run begins or continues; copied
  /// @param clock nanoseconds, for the seconds of the iteration table
  /// @throws IllegalArgumentException if the start does not fit the problem
  public Training(
      Problem problem,
      Optimiser optimiser,
      RateSchedule schedule,
      Limits limits,
      TrainingState start,
      LongSupplier clock) {
    if (start.controls().length != problem.size()) {
      throw new IllegalArgumentException(
          "training: found " + start.controls().length + " controls, expected " + problem.size());
    }
    this.problem = problem;
    this.optimiser = optimiser;
    this.schedule = schedule;
    this.limits = limits;
    this.clock = clock;
    this.controls = start.controls().clone();
    this.gradient = new double[controls.length];
    this.optimiserState = start.optimiser().copy();
    this.history = new ArrayList<>(start.history());
    this.validations = new ArrayList<>(start.validations());
    this.best = start.best();
    this.iteration = start.iteration();
    this.stale = start.stale();
    this.rejected = start.rejected();
    this.clipped = start.clipped();
    this.stalled = start.stalled();
    this.split = start.split();
  }

  /// Why the run has ended, if it has.
  public Optional<Stop> stop() {
    if (isUnbounded()) {
      return stop(
          Stop.Reason.UNBOUNDED,
          "the objective falls without bound: "
              + history.getLast().value()
              + " after "
              + iteration
              + " iterations, from "
              + history.getFirst().value());
    }
    if (rejected >= limits.rejections()) {
      return stop(
          Stop.Reason.REJECTED,
          rejected
              + " iterations in a row were rejected"
              + (lastCause.isEmpty() ? "" : ": ")
              + lastCause);
    }
    if (stalled) {
      return stop(
          Stop.Reason.STALLED,
          optimiser.name()
              + " finds nothing that decreases the objective at gradient norm "
              + history.getLast().gradientNorm()
              + (lastCause.isEmpty() ? "" : ": ")
              + lastCause);
    }
    if (isStationary()) {
      return stop(
          Stop.Reason.STATIONARY,
          "gradient norm " + history.getLast().gradientNorm() + " <= " + limits.gradientNorm());
    }
    if (limits.patience() > 0 && stale >= limits.patience()) {
      return stop(
          Stop.Reason.NO_IMPROVEMENT,
          "no improvement in " + stale + " looks since iteration " + best.iteration());
    }
    if (iteration >= limits.iterations()) {
      return stop(Stop.Reason.ITERATIONS, iteration + " iterations");
    }
    return Optional.empty();
  }

  private static Optional<Stop> stop(Stop.Reason reason, String detail) {
    return Optional.of(new Stop(reason, detail));
  }

  private boolean isUnbounded() {
    return !history.isEmpty()
        && history.getLast().value() < -ENDLESS * Math.max(1, Math.abs(history.getFirst().value()));
  }

  private boolean isStationary() {
    return !history.isEmpty()
        && limits.gradientNorm() > 0
        && history.getLast().gradientNorm() <= limits.gradientNorm();
  }

  /// Goes on until the run ends.
  ///
  /// @return why it ended
  public Stop run() {
    begin();
    while (stop().isEmpty()) {
      advance();
    }
    return stop().orElseThrow();
  }

  /// Looks at the held-out data before the first iteration; does nothing later.
  public void begin() {
    if (iteration == 0 && validations.isEmpty()) {
      validate();
    }
  }

  /// One iteration, and a look at the held-out data where one is due.
  ///
  /// @return the new row of the iteration table
  public IterationRecord advance() {
    begin();
    long began = clock.getAsLong();
    GuardedObjective objective = new GuardedObjective(problem, iteration, split);
    boolean blind = validations.isEmpty();
    double[] before = blind ? controls.clone() : controls;
    Outcome outcome =
        optimiser.step(objective, schedule.at(iteration), controls, optimiserState, gradient);
    Problem.Parts parts = objective.partsOf(outcome.value(), split);
    split = objective.last();
    iteration++;
    clipped += outcome.clipped() ? 1 : 0;
    rejected = outcome.accepted() ? 0 : rejected + 1;
    stalled = outcome.stalled() && problem.isFixed();
    lastCause = outcome.cause().map(objective::explain).orElse("");
    IterationRecord row = row(outcome, parts, (clock.getAsLong() - began) * 1e-9);
    history.add(row);
    boolean due = iteration % limits.validateEvery() == 0 || iteration == limits.iterations();
    if (due || stop().isPresent()) {
      validate();
    }
    if (blind) {
      compare(outcome.value(), iteration - 1, before);
    }
    return row;
  }

  private IterationRecord row(Outcome outcome, Problem.Parts parts, double seconds) {
    double stationarity = problem.hamiltonianGradient(gradient);
    if (outcome.clipped()) {
      stationarity *= outcome.gradientNorm() / Vectors.norm(gradient);
    }
    Optimality known = outcome.optimality();
    return new IterationRecord(
        iteration,
        outcome.value(),
        parts.terminal(),
        parts.running(),
        outcome.gradientNorm(),
        stationarity,
        known.pmpGap(),
        known.stateFeasibility(),
        known.costateFeasibility(),
        outcome.step(),
        known.requiredDecrease(),
        outcome.accepted(),
        100.0 * clipped / iteration,
        seconds);
  }

  /// Why the last iteration was rejected; empty if it was not.
  public String lastCause() {
    return lastCause;
  }

  /// The state now; a copy.
  public TrainingState state() {
    return new TrainingState(
        iteration,
        controls.clone(),
        optimiserState.copy(),
        best,
        stale,
        rejected,
        clipped,
        stalled,
        split,
        List.copyOf(history),
        List.copyOf(validations));
  }

  /// The controls now: the array that the next iteration changes.
  public double[] controls() {
    return controls;
  }

  /// The iteration table so far.
  public List<IterationRecord> history() {
    return List.copyOf(history);
  }

  /// The costs on held-out data so far.
  public List<ValidationRecord> validations() {
    return List.copyOf(validations);
  }

  private void validate() {
    OptionalDouble cost;
    try {
      cost = problem.validation(controls);
    } catch (NumericalException e) {
      cost = OptionalDouble.of(Double.NaN);
    }
    if (cost.isPresent()) {
      validations.add(new ValidationRecord(iteration, cost.getAsDouble()));
      compare(cost.getAsDouble(), iteration, controls);
    }
  }

  private void compare(double value, long after, double[] c) {
    if (value < best.value()) {
      best = new TrainingState.Best(value, after, c.clone());
      stale = 0;
    } else {
      stale++;
    }
  }
}
