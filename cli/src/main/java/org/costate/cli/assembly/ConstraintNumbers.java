package org.costate.cli.assembly;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.costate.cli.config.RecordReader;
import org.costate.cli.experiment.ConstraintConfig;
import org.costate.cli.experiment.ConstraintConfig.Kind;
import org.costate.control.constrain.Box;
import org.costate.control.constrain.ConstraintSet;
import org.costate.control.constrain.NormBall;
import org.costate.control.constrain.TrajectoryConstraints;
import org.costate.control.constrain.TrajectoryConstraints.Item;
import org.costate.model.InputException;
import org.costate.model.Model;

/// Which numbers a constraint of an experiment has, by its kind; and the constraints on
/// trajectories that they make.
public final class ConstraintNumbers {
  private static final double STATE_TOLERANCE = 1e-3;

  private ConstraintNumbers() {}

  /// Whether a constraint is on outputs or states, not on controls.
  static boolean ofTrajectory(ConstraintConfig config) {
    return config.kind() == Kind.TERMINAL || config.kind() == Kind.STATE;
  }

  private static Set<String> allowed(Kind kind) {
    return switch (kind) {
      case BOX -> Set.of("on", "lower", "upper");
      case NORM, SPECTRAL_NORM -> Set.of("on", "bound");
      case LINEAR -> Set.of("on", "coefficients", "bound");
      case TERMINAL -> Set.of("feature", "value", "lower", "upper");
      case STATE -> Set.of("lower", "upper", "bound", "tolerance");
    };
  }

  /// Refuses numbers that are missing or mean nothing.
  static void require(ConstraintConfig config, String path) {
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("on", !config.on().isEmpty());
    given.put("bound", config.bound().isPresent());
    given.put("lower", config.lower().isPresent());
    given.put("upper", config.upper().isPresent());
    given.put("coefficients", !config.coefficients().isEmpty());
    given.put("feature", config.feature() != 0);
    given.put("value", config.value().isPresent());
    given.put("tolerance", config.tolerance().isPresent());
    Set<String> allowed = allowed(config.kind());
    given.forEach(
        (key, present) -> {
          if (present && !allowed.contains(key)) {
            throw new InputException(
                path + ": found \"" + key + "\" in a constraint of kind " + spelling(config),
                "only " + String.join(", ", allowed.stream().sorted().toList()),
                "");
          }
        });
    boolean enough =
        switch (config.kind()) {
          case BOX -> given.get("lower") || given.get("upper");
          case NORM, SPECTRAL_NORM, LINEAR -> given.get("bound");
          case TERMINAL -> given.get("value") ^ (given.get("lower") || given.get("upper"));
          case STATE -> given.get("bound") ^ (given.get("lower") || given.get("upper"));
        };
    if (!enough) {
      throw new InputException(
          path + ": found no numbers that make a constraint of kind " + spelling(config),
          switch (config.kind()) {
            case BOX -> "lower, upper or both";
            case NORM, SPECTRAL_NORM, LINEAR -> "bound";
            case TERMINAL -> "value, or lower and upper";
            case STATE -> "bound, or lower and upper";
          },
          "");
    }
  }

  private static String spelling(ConstraintConfig config) {
    return RecordReader.spelling(config.kind());
  }

  /// The constraints on trajectories.
  ///
  /// @throws InputException if a feature does not exist, or bounds exclude each other
  public static List<Item> trajectory(List<ConstraintConfig> configs, Model model) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < configs.size(); i++) {
      ConstraintConfig config = configs.get(i);
      String path = "constraints[" + i + "]";
      if (config.kind() == Kind.TERMINAL) {
        addTerminal(config, path, model, items);
      } else if (config.kind() == Kind.STATE) {
        items.add(states(config, path, model));
      }
    }
    return items;
  }

  private static void addTerminal(
      ConstraintConfig config, String path, Model model, List<Item> items) {
    int feature = config.feature();
    if (feature < 0 || feature >= model.outputWidth()) {
      throw new InputException(
          path + ".feature: found " + feature,
          "a feature of the output, 0 to " + (model.outputWidth() - 1),
          "");
    }
    if (config.lower().isPresent()
        && config.upper().isPresent()
        && config.lower().get() > config.upper().get()) {
      throw new InputException(
          path + ": found lower " + config.lower().get() + " above upper " + config.upper().get(),
          "bounds that a mean output can satisfy",
          "");
    }
    String name = path + " (mean of output feature " + feature;
    config.value().ifPresent(v -> items.add(new Item.Equal(name + " = " + v + ")", feature, v)));
    config.lower().ifPresent(v -> items.add(new Item.AtLeast(name + " >= " + v + ")", feature, v)));
    config.upper().ifPresent(v -> items.add(new Item.AtMost(name + " <= " + v + ")", feature, v)));
  }

  private static Item states(ConstraintConfig config, String path, Model model) {
    double tolerance = config.tolerance().orElse(STATE_TOLERANCE);
    if (!(tolerance > 0)) {
      throw new InputException(
          path + ".tolerance: found " + tolerance,
          "a positive distance: at 0 the constraint has no interior",
          "");
    }
    int width = model.stateWidth();
    try {
      ConstraintSet set =
          config.bound().isPresent()
              ? new NormBall(width, config.bound().get())
              : new Box(
                  width,
                  config.lower().orElse(Double.NEGATIVE_INFINITY),
                  config.upper().orElse(Double.POSITIVE_INFINITY));
      return new TrajectoryConstraints.Item.States(
          path + " (states with " + set.formula() + ")", set, tolerance);
    } catch (InputException e) {
      throw new InputException(path + ": " + e.found(), e.expected(), e.maybe(), e);
    }
  }
}
