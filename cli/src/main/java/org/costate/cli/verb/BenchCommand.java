package org.costate.cli.verb;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.costate.cli.bench.BenchCase;
import org.costate.cli.bench.BenchCase.Task;
import org.costate.cli.bench.CaseRun;
import org.costate.cli.bench.IsolatedCase;
import org.costate.cli.bench.Measurement;
import org.costate.cli.bench.Preset;
import org.costate.cli.bench.Scaling;
import org.costate.cli.run.BudgetOption;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.PrecisionOption;
import org.costate.cli.run.Session;
import org.costate.model.InputException;
import org.costate.reports.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `bench`: forward and forward with gradient of fixed shapes.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description =
        "Time forward sweeps and gradients of fixed shapes, every case in its own process.")
public final class BenchCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "PRESET",
      description =
          "small, medium, large, long, deep or a shape BxNxdxheadsxffnxL (default: all presets).")
  private List<String> presets = List.of();

  @Option(
      names = "--kind",
      paramLabel = "K",
      description =
          "encoder_postln_relu, encoder_preln_gelu, causal_preln_gelu or all (default:"
              + " ${DEFAULT-VALUE}).")
  private String kind = "encoder_preln_gelu";

  @Option(
      names = "--task",
      paramLabel = "T",
      description =
          "gradient, hessian (a Hessian-vector product too), singular (eight leading singular"
              + " values of the propagator too) or all (default: ${DEFAULT-VALUE}).")
  private String task = "gradient";

  @Option(
      names = "--scaling",
      description = "How cost grows with layers, batch, tokens and width, instead of the presets.")
  private boolean scaling;

  @Option(names = "--one", hidden = true, description = "Measure in this process.")
  private boolean one;

  @Mixin private BudgetOption budget;
  @Mixin private PrecisionOption precision;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(precision.chosen(), this::bench);
  }

  private Outcome bench(Session session) {
    List<BenchCase> chosen = chosen(session);
    if (one) {
      Measurement measured = CaseRun.measure(chosen.getFirst(), session.sweepKernels());
      session.text().print(Json.results(measured));
      return Outcome.done(measured);
    }
    if (scaling) {
      return scaling(session, chosen.getFirst().kind());
    }
    session
        .text()
        .printf(
            "%-8s %-20s %7s %11s %12s %9s %9s %15s%n",
            "preset",
            "kind",
            "threads",
            "forward s",
            "gradient s",
            "peak MB",
            "GFLOP/s",
            "bytes/sweep");
    List<Measurement> cases = new ArrayList<>();
    for (BenchCase each : chosen) {
      Measurement m = IsolatedCase.run("org.costate.cli.Main", each, precision.chosen());
      cases.add(m);
      print(m, each, session);
    }
    session.text().println("kernels: " + session.sweepKernels().tier());
    return Outcome.done(new Result(cases));
  }

  private Outcome scaling(Session session, Preset.Kind kind) {
    if (!presets.isEmpty() || budget.chosen().isPresent()) {
      throw new InputException(
          "--scaling: found presets or a budget beside it", "none: it has shapes of its own", "");
    }
    List<Scaling> studies = Scaling.all(kind, session.sweepKernels(), session.threads());
    studies.forEach(study -> session.text().println(study.summary()));
    return Outcome.done(new ScalingResult(studies));
  }

  private static void print(Measurement m, BenchCase each, Session session) {
    session
        .text()
        .printf(
            "%-8s %-20s %7d %11.5f %12.5f %9.0f %9.2f %15d%n",
            m.preset(),
            m.kind(),
            m.threads(),
            m.forwardS(),
            m.gradientS(),
            m.peakRssMb(),
            m.gflops(),
            m.allocatedBytesPerSweep());
    if (each.budget().isPresent()) {
      session
          .text()
          .printf(
              "%-8s   %.1f of %.1f MB for states and records, %.2f forward sweeps again%n",
              "", m.memoryMb(), m.storeAllMb(), m.repeatedSweeps());
    }
    switch (each.task()) {
      case GRADIENT -> {}
      case HESSIAN ->
          session.text().printf("%-8s   Hessian-vector product %.5f s%n", "", m.hessianVectorS());
      case SINGULAR ->
          session
              .text()
              .printf(
                  "%-8s   eight singular values %.5f s, %d products%n",
                  "", m.singularS(), m.singularProducts());
    }
  }

  /// Every preset with every kind and task that was asked for.
  private List<BenchCase> chosen(Session session) {
    List<Preset> shapes =
        presets.isEmpty() ? Preset.ALL : presets.stream().map(Preset::of).toList();
    List<BenchCase> cases = new ArrayList<>();
    for (Preset preset : shapes) {
      for (Preset.Kind k : BenchCase.named("--kind", kind, Preset.Kind.values())) {
        for (Task t : BenchCase.named("--task", task, Task.values())) {
          cases.add(new BenchCase(preset, k, t, budget.chosen(), session.threads()));
        }
      }
    }
    return cases;
  }

  /// What `--json` writes.
  record Result(List<Measurement> cases) {}

  /// What `--scaling --json` writes.
  record ScalingResult(List<Scaling> scaling) {}
}
