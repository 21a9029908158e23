package org.costate.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The `costate` command: the verbs are its subcommands.
@Command(
    name = "costate",
    description = "Control-theoretic analysis and optimisation of Transformers.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "VERB")
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  private Main() {}

  /// Runs one verb and ends the process with its exit code.
  public static void main(String[] args) {
    StandardError.restore();
    System.exit(commandLine().execute(args));
  }

  /// The command with all its verbs, ready to execute.
  static CommandLine commandLine() {
    return new CommandLine(new Main());
  }

  /// Reached when no verb was given, which is wrong usage.
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A verb is missing");
  }
}
