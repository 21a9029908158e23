package org.costate.control.whatif;

import java.util.Optional;
import java.util.OptionalInt;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.operator.Attention;
import org.costate.model.operator.Rotary;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.SchemeVariants;
import org.costate.model.scheme.Step;
import org.costate.model.time.TimeGrid;

/// A model as data whose design can be changed while its weights are kept.
///
/// @param architecture the architecture
/// @param controls its controls, not modified
/// @param residual weight of the residual connections
/// @param norms whether the norms of a step are there
/// @param layers how many of the steps are taken; absent: all
public record Design(
    Architecture architecture,
    double[] controls,
    double residual,
    boolean norms,
    OptionalInt layers) {

  /// The design as it is.
  public static Design of(Architecture architecture, double[] controls) {
    return new Design(architecture, controls, 1, true, OptionalInt.empty());
  }

  /// The model that it means.
  public Model model() {
    Model model = architecture.model();
    Scheme scheme = model.step().scheme();
    if (residual != 1) {
      scheme = SchemeVariants.withResidual(scheme, residual);
    }
    if (!norms) {
      scheme = SchemeVariants.withoutNorms(scheme);
    }
    int steps = layers.orElse(model.grid().steps());
    TimeGrid grid =
        layers.isPresent()
            ? TimeGrid.uniform(steps, model.grid().end() * steps / model.grid().steps())
            : model.grid();
    Step step = new Step(scheme, model.stateWidth());
    return new Model(model.entry(), step, grid, model.layout(), model.exit());
  }

  /// This design with other residual connections and norms.
  public Design ablated(boolean withNorms, boolean withResidual) {
    return new Design(architecture, controls, withResidual ? residual : 0, withNorms, layers);
  }

  /// The value of a parameter as the design stands; factors are 1.
  public double value(DesignParameter parameter) {
    Depth depth = architecture.depth();
    return switch (parameter) {
      case STEP_SIZE -> depth.end() / depth.steps();
      case NORM_SCALE, INVERSE_TEMPERATURE -> 1;
      case RESIDUAL -> residual;
      case DEPTH -> depth.steps();
      case LAYERS -> layers.orElse(depth.steps());
      case HEADS -> architecture.block().attention().heads();
      case HEAD_WIDTH -> architecture.block().attention().headWidth();
      case PLACEMENT -> DesignParameter.number(architecture.block().arrangement());
    };
  }

  /// This design with another value of a parameter and the same weights.
  ///
  /// @throws InputException if the design cannot have it
  public Design with(DesignParameter parameter, double value) {
    Depth depth = architecture.depth();
    return switch (parameter) {
      case STEP_SIZE ->
          with(new Depth(depth.steps(), value * depth.steps(), depth.basis(), depth.controls()));
      case NORM_SCALE ->
          new Design(
              architecture,
              ScaledControls.NORM.scaled(architecture, controls, value),
              residual,
              norms,
              layers);
      case INVERSE_TEMPERATURE -> with(scaled(architecture.block().attention(), value));
      case RESIDUAL -> new Design(architecture, controls, value, norms, layers);
      case DEPTH -> with(new Depth((int) value, depth.end(), depth.basis(), depth.controls()));
      case LAYERS -> first((int) value);
      case HEADS -> with(split((int) value, "heads", (int) value));
      case HEAD_WIDTH -> with(ofWidth((int) value));
      case PLACEMENT -> placed(DesignParameter.arrangement(value));
    };
  }

  private Design with(Depth depth) {
    Architecture a = architecture;
    return with(new Architecture(a.entry(), a.block(), depth, a.exit()));
  }

  private Design with(Attention attention) {
    Block b = architecture.block();
    return with(new Block(b.arrangement(), attention, b.feedForward(), b.norm(), b.stack()));
  }

  private Design placed(Arrangement arrangement) {
    Block b = architecture.block();
    return with(new Block(arrangement, b.attention(), b.feedForward(), b.norm(), b.stack()));
  }

  private Design with(Block block) {
    Architecture a = architecture;
    return with(new Architecture(a.entry(), block, a.depth(), a.exit()));
  }

  private Design with(Architecture other) {
    return new Design(other, controls, residual, norms, layers);
  }

  private Design first(int count) {
    int steps = architecture.depth().steps();
    if (count > steps) {
      throw new InputException(
          "--parameter layers: found " + count,
          "1 to " + steps + ", the layers of the model",
          "Maybe depth=" + count + ", more steps over the same time?");
    }
    return new Design(architecture, controls, residual, norms, OptionalInt.of(count));
  }

  private static Attention scaled(Attention a, double beta) {
    return attention(a, a.heads(), a.keyHeads(), a.headWidth(), beta * a.scale());
  }

  private Attention ofWidth(int headWidth) {
    Attention a = architecture.block().attention();
    int together = a.heads() * a.headWidth();
    if (together % headWidth != 0) {
      throw new InputException(
          "--parameter head-width: found " + headWidth,
          "a number that divides the " + together + " features of all heads",
          "");
    }
    return split(together / headWidth, "head-width", headWidth);
  }

  /// The same columns of the projections in other heads; scores are divided by the root of their
  /// width.
  private Attention split(int heads, String option, int given) {
    Attention a = architecture.block().attention();
    int together = a.heads() * a.headWidth();
    if (together % heads != 0) {
      throw new InputException(
          "--parameter " + option + ": found " + given,
          "a number that divides the " + together + " features of all heads",
          "");
    }
    int width = together / heads;
    int keys = a.keyHeads() * a.headWidth();
    if (keys % width != 0 || heads % (keys / width) != 0) {
      throw new InputException(
          "--parameter " + option + ": found " + given,
          "heads of a width that divides the " + keys + " features of all key heads",
          "");
    }
    Optional<Rotary> rotary = a.rotary();
    if (rotary.isPresent() && rotary.get().dimensions() > width) {
      throw new InputException(
          "--parameter " + option + ": found " + given,
          "heads of at least the " + rotary.get().dimensions() + " features that are rotated",
          "");
    }
    double scale = a.scale() * Math.sqrt((double) a.headWidth() / width);
    return attention(a, heads, keys / width, width, scale);
  }

  private static Attention attention(
      Attention a, int heads, int keyHeads, int headWidth, double scale) {
    return new Attention(
        a.width(),
        heads,
        keyHeads,
        headWidth,
        scale,
        a.mask(),
        a.rotary(),
        a.bias(),
        a.outputMap(),
        a.outputBias());
  }
}
