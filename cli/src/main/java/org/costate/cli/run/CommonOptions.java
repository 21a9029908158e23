package org.costate.cli.run;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.costate.model.InputException;
import org.costate.model.file.AtomicFile;
import org.costate.model.kernel.KernelTier;
import org.costate.model.kernel.Precision;
import org.costate.reports.Json;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/// The options that every verb takes, and the frame in which a verb runs.
public final class CommonOptions {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Run folder (default: runs/NAME-YYYYMMDD-HHMMSS).")
  private Path out;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the results as JSON; - is standard output.")
  private String json;

  @Option(names = "--seed", paramLabel = "N", description = "Where all randomness comes from.")
  private Long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Worker threads (default: all processors).")
  private Integer threads;

  @Option(
      names = "--set",
      paramLabel = "a.b.c=value",
      description = "Override a key of the configuration; repeatable.")
  private List<String> overrides = List.of();

  @Option(names = "--no-report", description = "Write no HTML report.")
  private boolean noReport;

  @Option(names = "--quiet", description = "No progress.")
  private boolean quiet;

  @SuppressWarnings("unused") // Read from the arguments when an error is told.
  @Option(names = "--debug", description = "Stack traces with errors.")
  private boolean debug;

  /// Whether stack traces were asked for in `arguments`.
  public static boolean debug(ParseResult arguments) {
    return arguments.expandedArgs().contains("--debug");
  }

  /// Runs `verb` and writes the JSON of its outcome; returns the exit code.
  public int run(Function<Session, Outcome> verb) {
    return run(Precision.FLOAT64, verb);
  }

  /// The same with sweeps in `precision`.
  public int run(Precision precision, Function<Session, Outcome> verb) {
    Interruption interruption = Interruption.watch();
    try {
      boolean jsonToOutput = "-".equals(json);
      PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      requireJsonFolder();
      Outcome outcome =
          verb.apply(
              session(
                  jsonToOutput ? System.err : output,
                  KernelTier.fromEnvironment(),
                  precision,
                  interruption));
      if (jsonToOutput) {
        output.print(Json.results(outcome.json()));
      } else if (json != null) {
        AtomicFile.write(Path.of(json), Json.results(outcome.json()));
      }
      return interruption.requested() ? Interruption.EXIT_CODE : outcome.exitCode();
    } finally {
      interruption.finish();
    }
  }

  private Session session(
      PrintStream text, KernelTier tier, Precision precision, Interruption interruption) {
    int processors = Runtime.getRuntime().availableProcessors();
    if (threads != null && threads < 1) {
      throw new InputException("--threads: found " + threads, "at least 1", "");
    }
    return new Session(
        text,
        tier.kernels(),
        tier.in(precision).kernels(),
        threads == null ? processors : threads,
        seed == null ? OptionalLong.empty() : OptionalLong.of(seed),
        overrides,
        Optional.ofNullable(out),
        !noReport,
        quiet,
        interruption);
  }

  /// A long run must not find out at its end that its result has no place to go.
  private void requireJsonFolder() {
    if (json == null || json.equals("-")) {
      return;
    }
    Path folder = Path.of(json).toAbsolutePath().getParent();
    if (Files.isDirectory(Path.of(json))
        || folder == null
        || !Files.isDirectory(folder)
        || !Files.isWritable(folder)) {
      throw new InputException(
          "--json " + json + ": found no place to write it", "a file in a writable folder", "");
    }
  }
}
