package org.costate.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.costate.cli.verb.BenchCommand;
import org.costate.cli.verb.CheckCommand;
import org.costate.cli.verb.CompareCommand;
import org.costate.cli.verb.ConvergeCommand;
import org.costate.cli.verb.DemoCommand;
import org.costate.cli.verb.EvaluateCommand;
import org.costate.cli.verb.ExportCommand;
import org.costate.cli.verb.GenerateCommand;
import org.costate.cli.verb.MemoryCommand;
import org.costate.cli.verb.OlsCommand;
import org.costate.cli.verb.ParticlesCommand;
import org.costate.cli.verb.StabilityCommand;
import org.costate.cli.verb.StudyCommand;
import org.costate.cli.verb.TrainCommand;
import org.costate.cli.verb.WhatIfCommand;
import picocli.AutoComplete;
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
    synopsisSubcommandLabel = "VERB",
    subcommands = {
      TrainCommand.class,
      StudyCommand.class,
      GenerateCommand.class,
      EvaluateCommand.class,
      ExportCommand.class,
      StabilityCommand.class,
      WhatIfCommand.class,
      BenchCommand.class,
      CheckCommand.class,
      CompareCommand.class,
      ConvergeCommand.class,
      DemoCommand.class,
      ParticlesCommand.class,
      OlsCommand.class,
      MemoryCommand.class,
      AutoComplete.GenerateCompletion.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  private Main() {}

  /// Runs one verb and ends the process with its exit code.
  public static void main(String[] args) {
    StandardError.restore();
    Locale.setDefault(Locale.ROOT);
    System.exit(execute(args));
  }

  private static int execute(String[] args) {
    CommandLine command = commandLine();
    try {
      return command.execute(args);
    } catch (OutOfMemoryError e) {
      return Errors.memory(command.getErr());
    }
  }

  /// The command with all its verbs, ready to execute.
  static CommandLine commandLine() {
    CommandLine command =
        new CommandLine(new Main())
            .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
            .setParameterExceptionHandler(Errors::usage)
            .setExecutionExceptionHandler(Errors::execution);
    for (CommandLine verb : command.getSubcommands().values()) {
      verb.getCommandSpec().versionProvider(new Version());
    }
    return command;
  }

  /// Reached when no verb was given, which is wrong usage.
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "found no verb, expected one");
  }
}
