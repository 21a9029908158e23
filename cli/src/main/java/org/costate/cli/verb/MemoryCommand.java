package org.costate.cli.verb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.cli.worlds.ImageMemory;
import org.costate.cli.worlds.MemoryReport;
import org.costate.cli.worlds.WorldReport;
import org.costate.control.memory.CapacityStudy;
import org.costate.control.memory.Estimate;
import org.costate.control.memory.RetrievalStudy;
import org.costate.model.InputException;
import org.costate.reports.Block;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `memory`: associative memories from linear to exponential.
@Command(
    name = "memory",
    mixinStandardHelpOptions = true,
    description =
        "Store, corrupt and complete images in memories with Hebb, polynomial and log-sum-exp"
            + " energies; measure how many random patterns each keeps.")
public final class MemoryCommand implements Callable<Integer> {
  private static final long DEFAULT_SEED = 1;
  private static final int MOST_SEEDS = 1000;
  private static final double RISE = 1e-12;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Seeds for every capacity (default: ${DEFAULT-VALUE}).")
  private int seeds = 20;

  @Option(
      names = "--data",
      paramLabel = "FILE.csv",
      description = "Square images, a row each (default: six letters).")
  private Path data;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "Column with the class: the first image of each is stored (default: label).")
  private String label = "label";

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(this::study);
  }

  private Outcome study(Session session) {
    if (seeds < 2 || seeds > MOST_SEEDS) {
      throw new InputException("--seeds: found " + seeds, "from 2 to " + MOST_SEEDS, "");
    }
    long seed = session.seed().orElse(DEFAULT_SEED);
    ImageMemory images = data == null ? ImageMemory.letters() : ImageMemory.read(data, label);
    MemoryReport.Results results = results(session, seed, images);
    List<Block.Verdict> verdicts = verdicts(results);
    print(session, results, verdicts);
    Optional<Path> page =
        WorldReport.write(
            session,
            "memory",
            "Memories from linear to exponential, " + seeds + " seeds.",
            MemoryReport.sections(results, verdicts),
            seed,
            data == null ? List.of() : List.of(data));
    List<CapacityStudy.Row> rows =
        results.capacities().stream().flatMap(s -> s.rows().stream()).toList();
    List<Exponent> exponents =
        results.capacities().stream().map(s -> Exponent.of(s.growth())).toList();
    List<Found> found =
        results.completions().stream()
            .map(c -> new Found(c.energy(), c.found(), c.pictures().length))
            .toList();
    boolean pass = verdicts.stream().allMatch(Block.Verdict::pass);
    Optional<Estimate> load = results.capacities().getFirst().limit();
    return Outcome.of(
        new Result(rows, exponents, load, found, verdicts, page.map(Path::toString)), pass);
  }

  private MemoryReport.Results results(Session session, long seed, ImageMemory images) {
    CapacityStudy capacity = new CapacityStudy(seed, seeds, session.kernels());
    RetrievalStudy retrieval = new RetrievalStudy(seed, session.kernels());
    List<CapacityStudy.Series> capacities = new ArrayList<>();
    try (var progress = session.progress("memory", 5)) {
      capacities.add(capacity.hebb(List.of(64, 128, 192)));
      progress.reach(1, "polynomial energies");
      capacities.add(capacity.polynomial(2, List.of(48, 96, 144, 192)));
      capacities.add(capacity.polynomial(3, List.of(24, 36, 48, 64)));
      capacities.add(capacity.polynomial(4, List.of(12, 16, 20, 26)));
      progress.reach(2, "log-sum-exp");
      capacities.add(capacity.logSumExp(List.of(6, 8, 10, 12, 14)));
      progress.reach(3, "load and noise");
      double[] loads = IntStream.rangeClosed(1, 11).mapToDouble(i -> 0.02 * i).toArray();
      double[] noises = IntStream.rangeClosed(0, 9).mapToDouble(i -> 0.05 * i).toArray();
      double[][] phases = retrieval.phases(150, loads, noises);
      progress.reach(4, "images");
      MemoryReport.Results results =
          new MemoryReport.Results(
              capacities,
              retrieval.descents(),
              retrieval.stepErrors(List.of(10, 30, 100, 300)),
              retrieval.separations(List.of(10, 30, 100, 300)),
              loads,
              noises,
              phases,
              images,
              images.complete(session.kernels()));
      progress.reach(5, "");
      return results;
    }
  }

  private static List<Block.Verdict> verdicts(MemoryReport.Results results) {
    List<Block.Verdict> verdicts = new ArrayList<>();
    for (RetrievalStudy.Descent d : results.descents()) {
      verdicts.add(
          new Block.Verdict(
              d.energy() + ": the energy never rises",
              "energy behind every step, relative",
              d.rise(),
              RISE,
              d.steps() + " steps fell by " + WorldReport.number(d.fall()),
              d.rise() <= RISE && d.fall() > RISE));
    }
    double ratio =
        results.errors().stream().mapToDouble(RetrievalStudy.StepError::ratio).max().orElseThrow();
    verdicts.add(
        new Block.Verdict(
            "error of one step over its bound",
            "random patterns",
            ratio,
            1,
            results.errors().size() + " numbers of patterns",
            ratio <= 1));
    double separation =
        results.separations().stream()
            .mapToDouble(RetrievalStudy.Separation::ratio)
            .max()
            .orElseThrow();
    verdicts.add(
        new Block.Verdict(
            "separation without a fixed point over its bound",
            "random patterns of norms 1 to 12",
            separation,
            1,
            results.separations().size() + " numbers of patterns",
            separation <= 1));
    return verdicts;
  }

  private static void print(
      Session session, MemoryReport.Results results, List<Block.Verdict> verdicts) {
    var out = session.text();
    out.printf("%-14s %5s %12s %27s %12s%n", "energy", "d", "patterns", "95 % interval", "theory");
    for (CapacityStudy.Series series : results.capacities()) {
      for (CapacityStudy.Row r : series.rows()) {
        out.printf(
            Locale.ROOT,
            "%-14s %5d %12.1f %13.1f … %11.1f %12.1f%n",
            r.energy(),
            r.d(),
            r.capacity(),
            r.low(),
            r.high(),
            r.theory());
      }
    }
    out.printf("%n%-14s %-20s %8s %19s %8s%n", "energy", "law", "a", "95 % interval", "theory");
    for (CapacityStudy.Series series : results.capacities()) {
      CapacityStudy.Growth g = series.growth();
      out.printf(
          Locale.ROOT,
          "%-14s %-20s %8.3f %9.3f … %7.3f %8.3f  %s%n",
          g.energy(),
          g.law(),
          g.fitted(),
          g.low(),
          g.high(),
          g.theory(),
          MemoryReport.remark(g));
    }
    for (CapacityStudy.Series series : results.capacities()) {
      series
          .limit()
          .ifPresent(
              load ->
                  out.printf(
                      "%s: patterns/d as d grows %s, theory 0.138%n",
                      series.growth().energy(), MemoryReport.interval(load)));
    }
    out.println();
    for (ImageMemory.Completion c : results.completions()) {
      out.printf("%-14s completes %d of %d images%n", c.energy(), c.found(), c.pictures().length);
    }
    WorldReport.print(out, verdicts);
  }

  /// What `--json` writes.
  record Result(
      List<CapacityStudy.Row> rows,
      List<Exponent> exponents,
      Optional<Estimate> hebbLoad,
      List<Found> images,
      List<Block.Verdict> checks,
      Optional<String> report) {}

  /// A fitted exponent and whether its interval holds the theory's.
  ///
  /// @param gap distance of the theory's exponent from the interval, 0 inside; negative where a
  ///     lower bound is exceeded
  record Exponent(
      String energy,
      String law,
      double fitted,
      double low,
      double high,
      double theory,
      double gap) {
    static Exponent of(CapacityStudy.Growth g) {
      return new Exponent(g.energy(), g.law(), g.fitted(), g.low(), g.high(), g.theory(), g.gap());
    }
  }

  /// Completed images.
  record Found(String energy, int found, int images) {}
}
