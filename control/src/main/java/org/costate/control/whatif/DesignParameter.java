package org.costate.control.whatif;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.costate.model.InputException;
import org.costate.model.Suggestion;
import org.costate.model.architecture.Arrangement;

/// A number or choice of a design that is changed while the weights are kept.
public enum DesignParameter {
  /// Step size `dt`; the controls stretch with the time. Continuous.
  STEP_SIZE("dt", "step size", true),
  /// Factor `σ2` of the deviation of every norm of a step, in front of its bias. Continuous.
  NORM_SCALE("sigma2", "scale of the norm projection", true),
  /// Factor `β` of all attention scores: the inverse temperature. Continuous.
  INVERSE_TEMPERATURE("beta", "attention temperature β", true),
  /// Weight `ρ` of the residual connections. Continuous.
  RESIDUAL("residual", "residual weight", true),
  /// Steps over the same time with the same controls in time.
  DEPTH("depth", "steps over the same time", false),
  /// Only the first steps.
  LAYERS("layers", "first layers alone", false),
  /// Attention heads of the same projections, wider where there are fewer.
  HEADS("heads", "attention heads", false),
  /// Features of an attention head, with fewer heads where they are wider.
  HEAD_WIDTH("head-width", "features of a head", false),
  /// Where the norms stand: the scheme.
  PLACEMENT("placement", "norm placement", false);

  private static final List<Arrangement> ARRANGEMENTS = List.of(Arrangement.values());
  private static final int MOST = 1_000_000;

  private final String option;
  private final String description;
  private final boolean continuous;

  DesignParameter(String option, String description, boolean continuous) {
    this.option = option;
    this.description = description;
    this.continuous = continuous;
  }

  /// Its name on the command line and in results.
  public String option() {
    return option;
  }

  /// What it is, in a few words.
  public String description() {
    return description;
  }

  /// Whether it is a real number with respect to which there are derivatives.
  public boolean isContinuous() {
    return continuous;
  }

  /// All that are continuous.
  public static List<DesignParameter> continuous() {
    return Arrays.stream(values()).filter(DesignParameter::isContinuous).toList();
  }

  /// The parameter called `name`.
  ///
  /// @throws InputException if there is none
  public static DesignParameter named(String name) {
    return Arrays.stream(values())
        .filter(p -> p.option.equals(name))
        .findFirst()
        .orElseThrow(
            () -> {
              List<String> known = Arrays.stream(values()).map(p -> p.option).toList();
              return new InputException(
                  "--parameter: found the unknown parameter \"" + name + "\"",
                  "one of " + String.join(", ", known),
                  Suggestion.nearest(name, known).map(n -> "Maybe \"" + n + "\"?").orElse(""));
            });
  }

  /// The value written as `text`; of a choice its number.
  ///
  /// @throws InputException if it is out of the range of every model
  public double parse(String text) {
    if (this == PLACEMENT) {
      return placement(text);
    }
    double value;
    try {
      value = Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!isAllowed(value)) {
      throw new InputException(
          "--parameter %s: found %s".formatted(option, text.isBlank() ? "an empty value" : text),
          range(),
          "");
    }
    return value;
  }

  private static double placement(String text) {
    List<String> known = ARRANGEMENTS.stream().map(DesignParameter::word).toList();
    int at = known.indexOf(text.strip().toLowerCase(Locale.ROOT).replace('_', '-'));
    if (at < 0) {
      throw new InputException(
          "--parameter placement: found \"" + text + "\"",
          "one of " + String.join(", ", known),
          Suggestion.nearest(text, known).map(n -> "Maybe \"" + n + "\"?").orElse(""));
    }
    return at;
  }

  private static String word(Arrangement arrangement) {
    return arrangement.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The placement with the number `value`.
  static Arrangement arrangement(double value) {
    return ARRANGEMENTS.get((int) value);
  }

  /// The number of a placement.
  static double number(Arrangement arrangement) {
    return ARRANGEMENTS.indexOf(arrangement);
  }

  private boolean isAllowed(double value) {
    return Double.isFinite(value)
        && switch (this) {
          case STEP_SIZE, NORM_SCALE -> value > 0;
          case INVERSE_TEMPERATURE -> value >= 0;
          case RESIDUAL, PLACEMENT -> true;
          case DEPTH, LAYERS, HEADS, HEAD_WIDTH ->
              value >= 1 && value <= MOST && value == Math.rint(value);
        };
  }

  private String range() {
    return switch (this) {
      case STEP_SIZE, NORM_SCALE -> "a positive number";
      case INVERSE_TEMPERATURE -> "a number from 0 on";
      case RESIDUAL, PLACEMENT -> "a finite number";
      case DEPTH, LAYERS, HEADS, HEAD_WIDTH -> "a whole number from 1 to " + MOST;
    };
  }

  /// How a value is written.
  public String label(double value) {
    if (this == PLACEMENT) {
      return word(arrangement(value));
    }
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }
}
