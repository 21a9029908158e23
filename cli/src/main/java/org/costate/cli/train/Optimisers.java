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
import org.costate.control.optimise.LevenbergMarquardt;
import org.costate.control.optimise.Momentum;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.RateSchedule;
import org.costate.control.optimise.SecondOrder;
import org.costate.control.optimise.TrustRegion;
import org.costate.control.principle.LayerMaximiser;
import org.costate.control.principle.SuccessiveApproximation;
import org.costate.model.InputException;
import org.costate.model.time.ControlLayout;

/// Makes the optimiser that an experiment describes.
final class Optimisers {
  private static final double EPSILON = 1e-8;

  private Optimisers() {}

  /// The rule of one iteration.
  ///
  /// @param smooth the constraints on trajectories, as functions of the free unknowns
  /// @param threads for the maximisation of Hamiltonians; changes no bit
  /// @throws InputException if a number is out of range or the rule cannot keep the constraints
  static Optimiser of(
      OptimiserConfig config,
      ControlLayout layout,
      ConstrainedProblem problem,
      ConstraintFunction smooth,
      int threads) {
    OptimiserRanges.require(config);
    Optimiser rule = rule(config, layout, problem, smooth, threads);
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
      ConstraintFunction smooth,
      int threads) {
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
      case LBFGS -> {
        requireWhole(config);
        yield new Lbfgs(config.history());
      }
      case PROJECTED_GRADIENT -> {
        requireWhole(config);
        yield new ProjectedGradient(problem.freeSets());
      }
      case SQP -> {
        requireWhole(config);
        yield new Sqp(problem.freeSets(), smooth);
      }
      case NEWTON -> trustRegion(SecondOrder.HESSIAN, config.secondOrder());
      case GAUSS_NEWTON -> trustRegion(SecondOrder.GAUSS_NEWTON, config.secondOrder());
      case LEVENBERG_MARQUARDT -> {
        OptimiserConfig.SecondOrder own = config.secondOrder();
        yield new LevenbergMarquardt(own.damping(), own.forcing(), own.products(), own.dense());
      }
      case MSA -> SuccessiveApproximation.basic(maximiser(config, threads));
      case EMSA ->
          SuccessiveApproximation.extended(
              config.maximum().penalty(), config.maximum().adaptive(), maximiser(config, threads));
    };
  }

  private static Optimiser trustRegion(SecondOrder matrix, OptimiserConfig.SecondOrder config) {
    return new TrustRegion(matrix, config.radius(), config.forcing(), config.products());
  }

  private static LayerMaximiser maximiser(OptimiserConfig config, int threads) {
    OptimiserConfig.Maximum own = config.maximum();
    return new LayerMaximiser(own.iterations(), own.tolerance(), config.history(), threads);
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
    boolean steps = rule instanceof AdamW || rule instanceof Momentum;
    if (!problem.sets().isEmpty() && !knows && !steps) {
      throw new InputException(
          "optimiser.kind: found " + kind + ", which knows no constraints",
          "adamw, sgd, projected-gradient or sqp beside constraints",
          "Maybe \"projected-gradient\"?");
    }
    if (!problem.isWhole() && !knows && !(rule instanceof Lbfgs)) {
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
    OptimiserRanges.require(
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
    return switch (config.kind()) {
      case ADAMW, SGD ->
          new RateSchedule.WarmUpCosine(
              config.rate(), config.minimumRate(), config.warmup(), config.iterations());
      default -> new RateSchedule.Constant(1);
    };
  }
}
