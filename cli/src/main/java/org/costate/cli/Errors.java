package org.costate.cli;

import java.io.PrintWriter;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.model.InputException;
import org.costate.model.NumericalException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says what went wrong in one to three lines, and which exit code that is.
final class Errors {
  private Errors() {}

  /// Wrong usage: an option or argument that the parser refused.
  static int usage(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println("costate: " + e.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Maybe " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help?");
    }
    err.flush();
    return Outcome.BAD_INPUT;
  }

  /// A verb that failed.
  static int execution(Exception e, CommandLine command, ParseResult arguments) {
    PrintWriter err = command.getErr();
    int code = tell(e, err);
    if (CommonOptions.debug(arguments)) {
      e.printStackTrace(err);
    }
    err.flush();
    return code;
  }

  /// Memory that does not suffice is reported like other input that is too large.
  static int memory(PrintWriter err) {
    err.println(
        "costate: found not enough memory: the heap may grow to "
            + Runtime.getRuntime().maxMemory() / (1 << 20)
            + " MB");
    err.println("Maybe a smaller batch or model, or COSTATE_JAVA_OPTIONS=-Xmx8g?");
    err.flush();
    return Outcome.BAD_INPUT;
  }

  private static int tell(Exception e, PrintWriter err) {
    return switch (e) {
      case InputException input -> {
        err.println("costate: " + input.getMessage());
        yield Outcome.BAD_INPUT;
      }
      case NumericalException numerical -> {
        err.println("costate: " + numerical.getMessage());
        yield Outcome.NUMERICAL_FAILURE;
      }
      default -> {
        err.println("costate: internal error: " + e);
        err.println("Maybe a defect of Costate: please report it with the output of --debug.");
        yield Outcome.NUMERICAL_FAILURE;
      }
    };
  }
}
