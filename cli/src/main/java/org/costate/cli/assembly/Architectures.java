package org.costate.cli.assembly;

import org.costate.cli.data.ExperimentData;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.experiment.ModelConfig;
import org.costate.cli.experiment.TimeConfig;
import org.costate.model.InputException;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Block;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Rotary;

/// Makes the architecture that an experiment describes for the data it describes.
public final class Architectures {
  private static final double ROTARY_BASE = 10_000;

  private Architectures() {}

  /// The architecture of `experiment` on `data`.
  ///
  /// @throws InputException if sizes do not fit together
  public static Architecture of(Experiment experiment, ExperimentData data) {
    ModelConfig model = experiment.model();
    requirePositive("model.width", model.width());
    requirePositive("model.heads", model.heads());
    requirePositive("model.stack", model.stack());
    requireTime(experiment.time());
    Block block =
        new Block(
            model.scheme(),
            attention(model, data.mask(model)),
            feedForward(model),
            model.projection(),
            model.stack());
    return new Architecture(data.entry(model), block, experiment.time().depth(), data.exit(model));
  }

  /// @throws InputException if steps, end or number of controls are not positive
  static void requireTime(TimeConfig time) {
    requirePositive("time.steps", time.steps());
    time.controls().ifPresent(n -> requirePositive("time.controls", n));
    time.end().ifPresent(Architectures::requirePositiveEnd);
  }

  private static Attention attention(ModelConfig model, Mask mask) {
    if (model.width() % model.heads() != 0) {
      throw new InputException(
          "model.heads: found " + model.heads() + " heads for model.width " + model.width(),
          "a number of heads that divides the width",
          "Maybe " + nearestDivisor(model.width(), model.heads()) + "?");
    }
    int keyHeads = model.keyHeads().orElse(model.heads());
    if (keyHeads < 1 || model.heads() % keyHeads != 0) {
      throw new InputException(
          "model.keyHeads: found " + keyHeads + " for " + model.heads() + " heads",
          "a number that divides the heads",
          "");
    }
    int headWidth = model.width() / model.heads();
    int rotary = model.rotary().orElse(0);
    if (rotary < 0 || rotary > headWidth || rotary % 2 != 0) {
      throw new InputException(
          "model.rotary: found " + rotary + " rotated features of a head of " + headWidth,
          "an even number up to the width of a head",
          "");
    }
    return new Attention(
        model.width(),
        model.heads(),
        keyHeads,
        headWidth,
        1 / Math.sqrt(headWidth),
        mask,
        model.rotary().filter(n -> n > 0).map(n -> new Rotary(n, ROTARY_BASE, true)),
        model.bias(),
        true,
        model.bias());
  }

  private static FeedForward feedForward(ModelConfig model) {
    int hidden = model.hidden().orElse(4 * model.width());
    requirePositive("model.hidden", hidden);
    return new FeedForward(model.width(), hidden, model.activation(), model.gated(), model.bias());
  }

  private static int nearestDivisor(int width, int heads) {
    int best = 1;
    for (int n = 1; n <= width; n++) {
      if (width % n == 0 && Math.abs(n - heads) < Math.abs(best - heads)) {
        best = n;
      }
    }
    return best;
  }

  private static void requirePositive(String key, int value) {
    if (value < 1) {
      throw new InputException(key + ": found " + value, "at least 1", "");
    }
  }

  private static void requirePositiveEnd(double end) {
    if (!(end > 0)) {
      throw new InputException("time.end: found " + end, "a positive time", "");
    }
  }
}
