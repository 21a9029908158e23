package org.costate.cli.run;

import java.util.Optional;
import org.costate.adjoint.checkpoint.Checkpointing;
import org.costate.cli.assembly.Budgets;
import org.costate.model.InputException;
import picocli.CommandLine.Option;

/// The option of verbs that take gradients: how much memory may be kept for them.
public final class BudgetOption {
  private static final String NAME = "--budget";

  @Option(
      names = NAME,
      paramLabel = "MEMORY",
      description =
          "Memory for what the gradient keeps: bytes (\"200 MB\") or a share of keeping everything"
              + " (1/8).")
  private String budget;

  /// What was chosen, if anything was.
  public Optional<String> chosen() {
    return Optional.ofNullable(budget);
  }

  /// The checkpoints that it asks for; everything is kept where nothing was chosen.
  ///
  /// @throws InputException if it is neither a number of bytes nor a share
  public Checkpointing checkpointing() {
    return Budgets.checkpointing(NAME, chosen());
  }
}
