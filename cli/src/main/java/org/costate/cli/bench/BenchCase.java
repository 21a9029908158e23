package org.costate.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.costate.cli.assembly.Budgets;
import org.costate.model.InputException;
import org.costate.model.Suggestion;

/// What is measured in a process of its own.
///
/// @param preset shape
/// @param kind what is in a layer
/// @param task what runs
/// @param budget memory of the gradient and of the Hessian–vector product; none: everything is kept
/// @param threads worker threads
public record BenchCase(
    Preset preset, Preset.Kind kind, Task task, Optional<String> budget, int threads) {
  /// What runs besides the forward sweep.
  public enum Task {
    /// Forward and gradient.
    GRADIENT,
    /// Forward, gradient and the product of the Hessian with a direction of all controls.
    HESSIAN,
    /// Forward, gradient and the eight leading singular values of the propagator `∂u_L/∂u_0`.
    SINGULAR
  }

  /// @throws InputException if the budget cannot be read
  public BenchCase {
    Budgets.checkpointing("--budget", budget);
  }

  /// The kinds or tasks that `text` names: one, or `all`.
  ///
  /// @throws InputException if it names none
  public static <E extends Enum<E>> List<E> named(String option, String text, E[] all) {
    if (text.equals("all")) {
      return List.of(all);
    }
    List<String> known = Arrays.stream(all).map(BenchCase::word).toList();
    return List.of(all[position(option, text, known)]);
  }

  /// Where `text` stands among `known`.
  ///
  /// @throws InputException if it does not
  static int position(String what, String text, List<String> known) {
    if (!known.contains(text)) {
      throw new InputException(
          what + ": found \"" + text + "\"",
          "one of " + String.join(", ", known),
          Suggestion.remedy(text, known));
    }
    return known.indexOf(text);
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
