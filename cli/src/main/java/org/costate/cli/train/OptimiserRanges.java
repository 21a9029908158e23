package org.costate.cli.train;

import org.costate.cli.experiment.OptimiserConfig;
import org.costate.model.InputException;

/// What the numbers of an optimiser may be.
final class OptimiserRanges {
  /// Most unknowns whose square matrix is formed: 128 MB.
  private static final int DENSE = 4096;

  private OptimiserRanges() {}

  /// Requires every number to be in its range.
  ///
  /// @throws InputException naming the first that is not
  static void require(OptimiserConfig config) {
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
        config.warmup() >= 0 && (!hasRate(config.kind()) || config.warmup() <= config.iterations()),
        "between 0 and optimiser.iterations");
    require("decay", config.decay(), config.decay() >= 0, "at least 0");
    require("beta1", config.beta1(), config.beta1() >= 0 && config.beta1() < 1, "in [0, 1)");
    require("beta2", config.beta2(), config.beta2() >= 0 && config.beta2() < 1, "in [0, 1)");
    require("clip", config.clip(), config.clip() >= 0, "at least 0");
    require("history", config.history(), config.history() >= 1, "at least 1");
    require(config.secondOrder());
    require(config.maximum());
  }

  /// Whether steps of this kind have a learning rate.
  static boolean hasRate(OptimiserConfig.Kind kind) {
    return kind == OptimiserConfig.Kind.ADAMW || kind == OptimiserConfig.Kind.SGD;
  }

  private static void require(OptimiserConfig.SecondOrder own) {
    require(
        "secondOrder.radius",
        own.radius(),
        own.radius() > 0 && own.radius() <= 1e12,
        "a positive number up to 1e12");
    require("secondOrder.damping", own.damping(), own.damping() > 0, "a positive number");
    require(
        "secondOrder.forcing",
        own.forcing(),
        own.forcing() > 0 && own.forcing() < 1,
        "a number between 0 and 1");
    require("secondOrder.products", own.products(), own.products() >= 1, "at least 1");
    require(
        "secondOrder.dense",
        own.dense(),
        own.dense() >= 0 && own.dense() <= DENSE,
        "at least 0 and at most " + DENSE);
  }

  private static void require(OptimiserConfig.Maximum own) {
    require(
        "maximum.penalty",
        own.penalty(),
        own.penalty() >= 0 && own.penalty() < 1e300 && !(own.adaptive() && own.penalty() == 0),
        "a number of at least 0, above 0 where optimiser.maximum.adaptive is true");
    require("maximum.iterations", own.iterations(), own.iterations() >= 1, "at least 1");
    require(
        "maximum.tolerance",
        own.tolerance(),
        own.tolerance() >= 0 && own.tolerance() < 1,
        "in [0, 1)");
  }

  static void require(String key, double found, boolean holds, String expected) {
    if (!holds) {
      throw new InputException("optimiser." + key + ": found " + found, expected, "");
    }
  }
}
