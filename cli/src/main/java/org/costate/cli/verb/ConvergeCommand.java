package org.costate.cli.verb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.costate.cli.converge.ConstraintReport;
import org.costate.cli.converge.FlowReport;
import org.costate.cli.converge.OrderTable;
import org.costate.cli.converge.ResolutionReport;
import org.costate.cli.converge.Target;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.cli.stability.GrowthReport;
import org.costate.cli.stability.StabilityBrief;
import org.costate.cli.worlds.WorldReport;
import org.costate.control.diagnose.DepthRefinement;
import org.costate.control.diagnose.TokenResampling;
import org.costate.model.InputException;
import org.costate.model.converge.ConstraintResiduals;
import org.costate.model.converge.OrderStudy;
import org.costate.reports.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `converge`: the measured orders of all schemes and quadratures, or a model on finer time grids.
@Command(
    name = "converge",
    mixinStandardHelpOptions = true,
    description =
        "Measure the orders of schemes and quadratures; of a model: whether it is a flow.")
public final class ConvergeCommand implements Callable<Integer> {
  private static final double FLOOR = 1e-3;

  @Parameters(
      arity = "0..1",
      paramLabel = "TARGET",
      description = "EXPERIMENT.json or the folder of a model (default: all schemes).")
  private Path target;

  @Option(
      names = "--input",
      paramLabel = "IO.safetensors",
      description = "What a model reads (default: random numbers).")
  private Path input;

  @Option(
      names = "--growth",
      description =
          "Instead: how the gradient at initialisation grows with depth, pre-norm against"
              + " post-norm.")
  private boolean growth;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(
        session -> {
          if (growth) {
            return growth(session);
          }
          return target == null ? orders(session) : refine(session);
        });
  }

  private Outcome growth(Session session) {
    if (target != null || input != null) {
      throw new InputException(
          "--growth: found a target or an input as well",
          "neither: the study makes its own models",
          "");
    }
    return GrowthReport.run(session);
  }

  private Outcome orders(Session session) {
    if (input != null) {
      throw new InputException("--input: found a file without a model", "TARGET as well", "");
    }
    long seed = session.seed().orElse(1);
    session.text().println(OrderTable.head());
    List<OrderStudy.Row> rows =
        OrderStudy.measure(
            session.kernels(), seed, row -> session.text().println(OrderTable.line(row)));
    List<ConstraintResiduals.Result> constraints =
        List.of(
            ConstraintResiduals.of(0, seed, session.kernels()),
            ConstraintResiduals.of(FLOOR, seed, session.kernels()));
    ConstraintReport.lines(constraints).forEach(session.text()::println);
    boolean met = rows.stream().allMatch(OrderStudy.Row::pass);
    boolean held =
        constraints.stream()
            .flatMap(result -> result.checks().stream())
            .allMatch(ConstraintResiduals.Check::pass);
    session.text().println(met ? "all claimed orders are met" : "a claimed order is NOT met");
    session.text().println(held ? "all constraints hold" : "a constraint does NOT hold");
    boolean pass = met && held;
    List<Report.Section> sections = new ArrayList<>(OrderTable.sections(rows));
    sections.add(ConstraintReport.section(constraints));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("pass", pass);
    json.put("rows", OrderTable.rows(rows));
    json.put("constraints", ConstraintReport.json(constraints));
    write(json, "Claimed and measured orders.", sections, seed, List.of(), session);
    return Outcome.of(json, pass);
  }

  private Outcome refine(Session session) {
    Target subject =
        Files.isDirectory(target)
            ? Target.ofModel(target, Optional.ofNullable(input), session)
            : Target.ofExperiment(target, Optional.ofNullable(input), session);
    DepthRefinement refinement =
        DepthRefinement.of(subject.model(), subject.controls(), subject.batch(), session.kernels());
    FlowReport.lines(refinement).forEach(session.text()::println);
    Map<String, Object> json =
        FlowReport.json(subject.model().step().name(), subject.model().grid().steps(), refinement);
    List<Report.Section> sections = new ArrayList<>();
    sections.add(FlowReport.section(refinement));
    Optional<TokenResampling> resampling = resampling(subject, session);
    resampling.ifPresent(
        r -> {
          ResolutionReport.lines(r).forEach(session.text()::println);
          json.put("resolution", ResolutionReport.json(r));
          sections.add(ResolutionReport.section(r));
        });
    if (session.report()) {
      sections.add(
          StabilityBrief.of(
              subject.model(),
              subject.controls(),
              subject.batch(),
              Map.of(),
              subject.seed(),
              session));
    }
    write(json, refinement.sentence(), sections, subject.seed(), subject.files(), session);
    return Outcome.of(json, resampling.map(TokenResampling::pass).orElse(true));
  }

  private static Optional<TokenResampling> resampling(Target subject, Session session) {
    if (!TokenResampling.applies(subject.architecture())
        || subject.batch().tokenWeights().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        TokenResampling.of(
            subject.model(),
            subject.controls(),
            subject.batch(),
            session.kernels(),
            subject.seed()));
  }

  private static void write(
      Map<String, Object> json,
      String subtitle,
      List<Report.Section> sections,
      long seed,
      List<Path> files,
      Session session) {
    Optional<Path> page = WorldReport.write(session, "converge", subtitle, sections, seed, files);
    page.ifPresent(
        path -> {
          json.put("run", String.valueOf(path.getParent()));
          json.put("report", path.toString());
        });
  }
}
