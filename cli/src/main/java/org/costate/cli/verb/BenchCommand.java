package org.costate.cli.verb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.cli.bench.IsolatedCase;
import org.costate.cli.bench.Measurement;
import org.costate.cli.bench.Preset;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.model.InputException;
import org.costate.model.Suggestion;
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
  private static final String ALL = "all";

  @Parameters(
      arity = "0..*",
      paramLabel = "PRESET",
      description = "small, medium, large, long, deep (default: all).")
  private List<String> presets = List.of();

  @Option(
      names = "--kind",
      paramLabel = "K",
      description =
          "encoder_postln_relu, encoder_preln_gelu, causal_preln_gelu or all (default:"
              + " ${DEFAULT-VALUE}).")
  private String kind = "encoder_preln_gelu";

  @Option(names = "--one", hidden = true, description = "Measure in this process.")
  private boolean one;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(this::bench);
  }

  private Outcome bench(Session session) {
    List<Preset> chosen = chosenPresets();
    List<Preset.Kind> kinds = chosenKinds();
    if (one) {
      SweepOptions options = SweepOptions.with(session.kernels()).withThreads(session.threads());
      Measurement measured = Measurement.of(chosen.getFirst(), kinds.getFirst(), options);
      session.text().print(Json.results(measured));
      return Outcome.done(measured);
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
    for (Preset preset : chosen) {
      for (Preset.Kind each : kinds) {
        Measurement m =
            IsolatedCase.run("org.costate.cli.Main", preset.name(), word(each), session.threads());
        cases.add(m);
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
      }
    }
    session.text().println("kernels: " + session.kernels().tier());
    return Outcome.done(new Result(cases));
  }

  private List<Preset> chosenPresets() {
    if (presets.isEmpty()) {
      return Preset.ALL;
    }
    List<String> known = Preset.ALL.stream().map(Preset::name).toList();
    return presets.stream()
        .map(
            name ->
                Preset.ALL.stream()
                    .filter(p -> p.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> unknown("PRESET", name, known)))
        .toList();
  }

  private List<Preset.Kind> chosenKinds() {
    List<Preset.Kind> all = List.of(Preset.Kind.values());
    if (kind.equals(ALL)) {
      return all;
    }
    List<String> known = Arrays.stream(Preset.Kind.values()).map(BenchCommand::word).toList();
    if (!known.contains(kind)) {
      throw unknown("--kind", kind, known);
    }
    return List.of(all.get(known.indexOf(kind)));
  }

  private static String word(Preset.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static InputException unknown(String what, String found, List<String> known) {
    return new InputException(
        what + ": found \"" + found + "\"",
        "one of " + String.join(", ", known),
        Suggestion.remedy(found, known));
  }

  /// What `--json` writes.
  record Result(List<Measurement> cases) {}
}
