package org.costate.cli.train;

import org.costate.cli.experiment.OptimiserConfig;
import org.costate.control.Placement;
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
  /// @throws InputException if a number is out of range
  static Optimiser of(OptimiserConfig config, ControlLayout layout) {
    requireRange(config);
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
    };
  }

  private static double largestNorm(OptimiserConfig config) {
    return config.clip() > 0 ? config.clip() : Double.POSITIVE_INFINITY;
  }

  /// The learning rate over the iterations.
  static RateSchedule schedule(OptimiserConfig config) {
    return config.kind() == OptimiserConfig.Kind.LBFGS
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
