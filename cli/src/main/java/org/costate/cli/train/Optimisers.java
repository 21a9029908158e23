package org.costate.cli.train;

import org.costate.cli.config.RecordReader;
import org.costate.cli.experiment.OptimiserConfig;
import org.costate.control.Placement;
import org.costate.control.constrain.ConstraintFunction;
import org.costate.control.constrain.Projected;
import org.costate.control.constrain.ProjectedGradient;
import org.costate.control.constrain.Restricted;
import org.costate.control.constrain.Sqp;
import org.costate.control.optimise.AdamW;
import org.costate.control.optimise.Lbfgs;
import org.costate.control.optimise.Momentum;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.RateSchedule;
import org.costate.model.InputException;
import org.costate.model.time.ControlLayout;

/// Makes the optimiser that an experiment describes.
final class Optimisers {
  private static final double EPSILON = 1e-8;

  private Optimisers() {}

  /// The rule of one iteration.
  ///
  /// @param smooth the constraints on trajectories, as functions of the free unknowns
  /// @throws InputException if a number is out of range or the rule cannot keep the constraints
  static Optimiser of(
      OptimiserConfig config,
      ControlLayout layout,
      ConstrainedProblem problem,
      ConstraintFunction smooth) {
    requireRange(config);
    Optimiser rule = rule(config, layout, problem, smooth);
    requireFit(config, problem, rule);
    if (!problem.isWhole()) {
      return new Restricted(rule, problem.free());
    }
    boolean projected = rule.stochastic() && !problem.sets().isEmpty();
    return projected ? new Projected(rule, problem.sets()) : rule;
  }

  private static Optimiser rule(
      OptimiserConfig config,
      ControlLayout layout,
      ConstrainedProblem problem,
      ConstraintFunction smooth) {
    return switch (config.kind()) {
      case ADAMW ->
          new AdamW(
              config.beta1(),
              config.beta2(),
              EPSILON,
              config.decay(),
              AdamW.matrices(Placement.of(layout)),
              largestNorm(config));
      case SGD -> new Momentum(config.beta1(), false, largestNorm(config));
      case LBFGS -> new Lbfgs(config.history());
      case PROJECTED_GRADIENT -> {
        requireWhole(config);
        yield new ProjectedGradient(problem.freeSets());
      }
      case SQP -> {
        requireWhole(config);
        yield new Sqp(problem.freeSets(), smooth);
      }
    };
  }

  private static void requireFit(
      OptimiserConfig config, ConstrainedProblem problem, Optimiser rule) {
    String kind = RecordReader.spelling(config.kind());
    if (!problem.items().isEmpty() && !(rule instanceof Sqp)) {
      throw new InputException(
          problem.items().getFirst().name() + ": found it beside optimiser.kind " + kind,
          "sqp: only that keeps constraints on what the model does",
          "");
    }
    boolean knows = rule instanceof ProjectedGradient || rule instanceof Sqp;
    if (!problem.sets().isEmpty() && !knows && !rule.stochastic()) {
      throw new InputException(
          "optimiser.kind: found " + kind + ", which knows no constraints",
          "adamw, sgd, projected-gradient or sqp beside constraints",
          "Maybe \"projected-gradient\"?");
    }
    if (!problem.isWhole() && rule.stochastic()) {
      throw new InputException(
          "optimiser.free: found it beside optimiser.kind " + kind,
          "lbfgs, projected-gradient or sqp",
          "");
    }
    if (rule instanceof Sqp sqp) {
      sqp.requireSize(problem.free().length);
    }
  }

  /// A line search compares values of one and the same objective.
  private static void requireWhole(OptimiserConfig config) {
    require(
        "batch",
        config.batch(),
        config.batch() == 0,
        "0, the whole training set, with optimiser.kind " + RecordReader.spelling(config.kind()));
  }

  private static double largestNorm(OptimiserConfig config) {
    return config.clip() > 0 ? config.clip() : Double.POSITIVE_INFINITY;
  }

  /// The learning rate over the iterations.
  static RateSchedule schedule(OptimiserConfig config) {
    return config.kind() == OptimiserConfig.Kind.LBFGS
            || config.kind() == OptimiserConfig.Kind.PROJECTED_GRADIENT
            || config.kind() == OptimiserConfig.Kind.SQP
        ? new RateSchedule.Constant(1)
        : new RateSchedule.WarmUpCosine(
            config.rate(), config.minimumRate(), config.warmup(), config.iterations());
  }

  private static void requireRange(OptimiserConfig config) {
    require("rate", config.rate(), config.rate() > 0, "a positive number");
    require(
        "minimumRate",
        config.minimumRate(),
        config.minimumRate() >= 0 && config.minimumRate() <= config.rate(),
        "between 0 and optimiser.rate");
    require("iterations", config.iterations(), config.iterations() >= 1, "at least 1");
    require("batch", config.batch(), config.batch() >= 0, "at least 0");
    require(
        "warmup",
        config.warmup(),
        config.warmup() >= 0 && config.warmup() <= config.iterations(),
        "between 0 and optimiser.iterations");
    require("decay", config.decay(), config.decay() >= 0, "at least 0");
    require("beta1", config.beta1(), config.beta1() >= 0 && config.beta1() < 1, "in [0, 1)");
    require("beta2", config.beta2(), config.beta2() >= 0 && config.beta2() < 1, "in [0, 1)");
    require("clip", config.clip(), config.clip() >= 0, "at least 0");
    require("history", config.history(), config.history() >= 1, "at least 1");
  }

  private static void require(String key, double found, boolean holds, String expected) {
    if (!holds) {
      throw new InputException("optimiser." + key + ": found " + found, expected, "");
    }
  }
}
