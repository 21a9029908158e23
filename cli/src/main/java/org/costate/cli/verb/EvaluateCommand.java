package org.costate.cli.verb;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.costate.adjoint.sweep.MemoryPlan;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.cli.evaluate.Evaluation;
import org.costate.cli.evaluate.EvaluationOptions;
import org.costate.cli.evaluate.NamedTensor;
import org.costate.cli.evaluate.OptimalityBlocks;
import org.costate.cli.evaluate.Parity;
import org.costate.cli.run.BudgetOption;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.ModelLoading;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.PrecisionOption;
import org.costate.cli.run.Session;
import org.costate.control.diagnose.OptimalityProfile;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.folder.LoadedModel;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.model.InputException;
import org.costate.model.Suggestion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evaluate`: a model on given inputs, forwards and, where asked for, backwards, with a
/// certificate of parity against reference tensors.
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description =
        "Run an imported or trained model in float64; compare states, outputs and gradients with"
            + " references.")
public final class EvaluateCommand implements Callable<Integer> {
  private static final double ROUND_OFF = 1e-9;

  private static final List<String> LOSSES = List.of("mse", "next-token", "cross-entropy");

  @Parameters(paramLabel = "MODEL", description = "Folder with config.json and its weights.")
  private Path folder;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "IO.safetensors",
      description = "Input tensors.")
  private Path input;

  @Option(
      names = "--gradients",
      description = "Gradients of the loss with respect to all weights too.")
  private boolean gradients;

  @Option(
      names = "--optimality",
      description =
          "How far every layer is from the maximum of its Hamiltonian (with --gradients).")
  private boolean optimality;

  @Option(
      names = "--loss",
      paramLabel = "LOSS",
      description = "mse, next-token or cross-entropy (default: by type).")
  private String loss;

  @Option(
      names = "--variant",
      paramLabel = "P",
      description = "Prefer inputs and references named P.NAME.")
  private String variant;

  @Option(names = "--tensors", paramLabel = "OUT.safetensors", description = "Write all results.")
  private Path tensors;

  @Option(
      names = "--reference",
      paramLabel = "R.safetensors",
      description = "Compare with these tensors.")
  private Path reference;

  @Option(
      names = "--tolerance",
      paramLabel = "E",
      description = "Largest relative difference (default: ${DEFAULT-VALUE}).")
  private double tolerance = 1e-10;

  @Mixin private BudgetOption budget;
  @Mixin private PrecisionOption precision;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(precision.chosen(), this::evaluate);
  }

  private Outcome evaluate(Session session) {
    if (budget.chosen().isPresent() && !gradients) {
      throw new InputException("--budget: found no --gradients beside it", "both or none", "");
    }
    if (!(tolerance >= 0)) {
      throw new InputException("--tolerance: found " + tolerance, "a number of at least 0", "");
    }
    if (optimality && !gradients) {
      throw new InputException(
          "evaluate --optimality: found no --gradients",
          "both: Hamiltonians need costates",
          "Maybe add --gradients?");
    }
    LoadedModel model = ModelLoading.read(folder, session);
    Evaluation evaluation;
    Optional<OptimalityProfile> profile = Optional.empty();
    try (SafetensorsFile file = SafetensorsFile.open(input)) {
      evaluation = Evaluation.of(model, file, options(session));
      if (optimality) {
        profile = Optional.of(Evaluation.optimality(model, file, options(session)));
      }
    }
    if (tensors != null) {
      SafetensorsWriter.write(
          tensors, evaluation.tensors().stream().map(NamedTensor::tensor).toList(), Map.of());
    }
    Optional<Parity> parity = Optional.ofNullable(reference).map(r -> compare(evaluation, r));
    print(model, evaluation, parity, session);
    profile.ifPresent(p -> print(p, evaluation, session));
    boolean pass = parity.map(Parity::pass).orElse(true);
    return Outcome.of(new Result(evaluation.loss(), parity.map(Certificate::of), profile), pass);
  }

  private EvaluationOptions options(Session session) {
    SweepOptions sweep =
        SweepOptions.with(session.sweepKernels())
            .withThreads(session.threads())
            .withCheckpointing(budget.checkpointing());
    Optional<Conventions.Loss> chosen = Optional.ofNullable(loss).map(EvaluateCommand::lossNamed);
    Consumer<MemoryPlan> planned =
        plan -> {
          if (budget.chosen().isPresent()) {
            session.text().println(plan.summary());
          }
        };
    return new EvaluationOptions(gradients, chosen, Optional.ofNullable(variant), sweep, planned);
  }

  private static Conventions.Loss lossNamed(String name) {
    if (!LOSSES.contains(name)) {
      throw new InputException(
          "--loss: found \"" + name + "\"",
          "one of " + String.join(", ", LOSSES),
          Suggestion.remedy(name, LOSSES));
    }
    return Conventions.Loss.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private Parity compare(Evaluation evaluation, Path file) {
    try (SafetensorsFile references = SafetensorsFile.open(file)) {
      return Parity.of(evaluation, references, tolerance, Optional.ofNullable(variant));
    }
  }

  private static void print(OptimalityProfile profile, Evaluation evaluation, Session session) {
    OptimalityBlocks.lines(profile).forEach(session.text()::println);
    double rest = evaluation.loss().orElse(profile.value()) - profile.value();
    if (Math.abs(rest) > ROUND_OFF * Math.abs(profile.value())) {
      session
          .text()
          .printf(
              Locale.ROOT,
              "J is the term of the first output; the loss has %.6g from others, whose layers are"
                  + " not looked at.%n",
              rest);
    }
  }

  private static void print(
      LoadedModel model, Evaluation evaluation, Optional<Parity> parity, Session session) {
    session
        .text()
        .println("model       " + model.named().type() + ", " + model.model().step().name());
    session.text().println("inputs      " + String.join(", ", evaluation.inputs()));
    model.ignored().forEach(name -> session.text().println("not needed  " + name));
    evaluation.loss().ifPresent(value -> session.text().println("loss        " + value));
    parity.ifPresent(
        p -> {
          session.text().printf("%n%-64s %10s %10s%n", "tensor", "max abs", "max rel");
          for (Parity.Row row : p.rows()) {
            session
                .text()
                .printf(
                    "%-64s %10.2e %10.2e %s%n",
                    row.tensor(), row.maxAbs(), row.maxRel(), row.pass() ? "" : "FAILS");
          }
          p.notCompared()
              .forEach(
                  n ->
                      session
                          .text()
                          .println("not compared: " + n.tensor() + " (" + n.reason() + ")"));
          session
              .text()
              .println(
                  p.pass()
                      ? "parity: all " + p.rows().size() + " tensors within " + p.tolerance()
                      : "parity fails, first at " + p.firstFailing().orElseThrow());
        });
  }

  /// What `--json` writes.
  record Result(
      OptionalDouble loss, Optional<Certificate> parity, Optional<OptimalityProfile> optimality) {}

  /// Parity under the names of the contract.
  record Certificate(
      boolean pass,
      double tolerance,
      Optional<String> firstFailing,
      List<Row> rows,
      List<Parity.NotCompared> notCompared) {
    static Certificate of(Parity parity) {
      List<Row> rows =
          parity.rows().stream()
              .map(row -> new Row(row.tensor(), row.maxAbs(), row.maxRel(), row.pass()))
              .toList();
      return new Certificate(
          parity.pass(), parity.tolerance(), parity.firstFailing(), rows, parity.notCompared());
    }
  }

  /// One compared tensor.
  record Row(String tensor, double maxAbs, double maxRel, boolean pass) {}
}
