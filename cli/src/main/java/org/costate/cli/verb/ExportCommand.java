package org.costate.cli.verb;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.ModelLoading;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.interop.folder.LoadedModel;
import org.costate.interop.huggingface.Gpt2Export;
import org.costate.interop.safetensors.ElementType;
import org.costate.model.InputException;
import org.costate.model.Suggestion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `export`: a trained language model as a folder that Hugging Face loads.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = "Write a trained language model as a Hugging Face folder.")
public final class ExportCommand implements Callable<Integer> {
  private static final List<String> TARGETS = List.of("gpt2");
  private static final Map<String, ElementType> PRECISIONS =
      Map.of(
          "float64", ElementType.F64,
          "float32", ElementType.F32,
          "float16", ElementType.F16,
          "bfloat16", ElementType.BF16);

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "Folder with config.json and its weights.")
  private Path folder;

  @Option(names = "--to", required = true, paramLabel = "TYPE", description = "gpt2.")
  private String to;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "float64, float32, float16 or bfloat16 (default: ${DEFAULT-VALUE}, which loses nothing).")
  private String precision = "float64";

  @Parameters(index = "1", paramLabel = "DIR", description = "The new folder.")
  private Path target;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(this::export);
  }

  private Outcome export(Session session) {
    known("--to", to, TARGETS);
    known("--precision", precision, PRECISIONS.keySet().stream().sorted().toList());
    LoadedModel model = ModelLoading.read(folder, session);
    Gpt2Export.Written written =
        Gpt2Export.write(
            target,
            model.named(),
            model.coefficients(),
            Optional.ofNullable(model.notes().get("vocabulary")),
            PRECISIONS.get(precision));
    written.files().forEach(file -> session.text().println("wrote       " + file));
    session.text().println("round trip  largest deviation of a weight " + written.maxAbs());
    List<String> files = written.files().stream().map(Path::toString).toList();
    return Outcome.done(new Result(files, new RoundTrip(written.maxAbs())));
  }

  private static void known(String option, String found, List<String> known) {
    if (!known.contains(found)) {
      throw new InputException(
          option + ": found \"" + found + "\"",
          "one of " + String.join(", ", known),
          Suggestion.remedy(found, known));
    }
  }

  /// What `--json` writes.
  record Result(List<String> files, RoundTrip roundTrip) {}

  /// Largest deviation of a weight that was read back.
  record RoundTrip(double maxAbs) {}
}
