package org.costate.interop.architecture;

import java.util.List;

/// What people who use a kind of model call its results.
///
/// @param outputs its outputs, the main one first
/// @param loss what is minimised unless something else is asked for
/// @param exitStagesBeforeHidden how many exit stages stand before the last hidden state is read: 1
///     where it is read behind the final norm, 0 where before
public record Conventions(List<Output> outputs, Loss loss, int exitStagesBeforeHidden) {
  /// @throws IllegalArgumentException if there is no output
  public Conventions {
    outputs = List.copyOf(outputs);
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException("conventions: found no output, expected at least one");
    }
  }

  /// Names of a model with one output, read behind all exit stages.
  public static Conventions of(String output, int exitStages, Loss loss, int beforeHidden) {
    return new Conventions(
        List.of(new Output(output, exitStages, "target", false)), loss, beforeHidden);
  }

  /// The main output.
  public Output main() {
    return outputs.getFirst();
  }

  /// Losses that models of the field come with.
  public enum Loss {
    /// Half the mean squared difference to a target.
    MSE,
    /// Mean cross-entropy of the logits at every token against the identity of the next.
    NEXT_TOKEN,
    /// Mean cross-entropy of the logits against labels.
    CROSS_ENTROPY
  }

  /// Something that is read off the model.
  ///
  /// @param name what it is called: `logits`, `last_hidden_state`, `pooler_output`
  /// @param exitStages how many exit stages it lies behind
  /// @param target what the tensor is called that it shall equal
  /// @param pooled whether the token dimension is gone: `[batch, width]`
  public record Output(String name, int exitStages, String target, boolean pooled) {}
}
