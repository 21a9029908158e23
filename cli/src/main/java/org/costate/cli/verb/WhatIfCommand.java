package org.costate.cli.verb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Progress;
import org.costate.cli.run.Provenance;
import org.costate.cli.run.RunFolder;
import org.costate.cli.run.Session;
import org.costate.cli.stability.StabilityBrief;
import org.costate.cli.stability.Subject;
import org.costate.cli.whatif.Grid;
import org.costate.cli.whatif.WhatIfJson;
import org.costate.cli.whatif.WhatIfSection;
import org.costate.cli.whatif.WhatIfTable;
import org.costate.control.whatif.Design;
import org.costate.control.whatif.DesignStudy;
import org.costate.control.whatif.Slopes;
import org.costate.control.whatif.WhatIf;
import org.costate.model.file.FileHash;
import org.costate.reports.Json;
import org.costate.reports.Page;
import org.costate.reports.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `whatif`: what a model would do with another design and the same weights.
@Command(
    name = "whatif",
    mixinStandardHelpOptions = true,
    description =
        "Sweeps design parameters of a model with its weights kept: leading exponent, gain,"
            + " effective rank and loss, recomputed and as the adjoint predicts them.")
public final class WhatIfCommand implements Callable<Integer> {
  @Mixin private SequenceOptions sequence;

  @Option(
      names = "--parameter",
      paramLabel = "NAME=V,V,…",
      description =
          "A parameter and the values to try; repeatable. Continuous: dt (step size), sigma2 (scale"
              + " of the norms), beta (factor of attention scores), residual (weight of the"
              + " residual). Discrete: depth (steps over the same time), layers (the first ones"
              + " alone), heads, head-width, placement (pre-norm, post-norm, parallel, macaron,"
              + " additive, midpoint, runge-kutta). Default: half to one and a half times every"
              + " continuous one.")
  private List<String> parameters = List.of();

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(this::study);
  }

  private Outcome study(Session session) {
    List<Grid> asked = parameters.stream().map(Grid::parse).toList();
    Subject subject = sequence.read(session);
    Design design =
        Design.of(subject.loaded().named().architecture(), subject.loaded().coefficients());
    asked.forEach(grid -> grid.designs(design));
    Optional<RunFolder> folder =
        session.report() || session.out().isPresent()
            ? Optional.of(session.folder("whatif"))
            : Optional.empty();
    long seed = session.seed().orElse(0);
    DesignStudy study =
        new DesignStudy(design, subject.batch(), subject.loss(), session.kernels(), seed);
    List<Slopes> slopes = study.slopes();
    List<Grid> grids =
        asked.isEmpty()
            ? Grid.usual(design, slopes.stream().map(Slopes::parameter).toList())
            : asked;
    List<WhatIf> sweeps = sweep(study, grids, slopes, session);
    Map<String, Object> json = WhatIfJson.of(study.base(), sweeps, slopes);
    WhatIfTable.print(study.base(), sweeps, slopes, session.text());
    List<Report.Section> sections = WhatIfSection.of(study.base(), sweeps, slopes);
    if (session.report()) {
      sections.add(
          StabilityBrief.of(
              subject.loaded().model(),
              subject.loaded().coefficients(),
              subject.batch(),
              subject.loaded().notes(),
              seed,
              session));
    }
    folder.ifPresent(f -> write(f, sections, json, subject, session));
    boolean any =
        sweeps.stream().flatMap(w -> w.trials().stream()).anyMatch(t -> t.effect().isPresent());
    return any ? Outcome.done(json) : new Outcome(json, Outcome.NUMERICAL_FAILURE);
  }

  private static List<WhatIf> sweep(
      DesignStudy study, List<Grid> grids, List<Slopes> slopes, Session session) {
    List<WhatIf> sweeps = new ArrayList<>();
    try (Progress progress = session.progress("sweep", grids.size())) {
      for (Grid grid : grids) {
        sweeps.add(study.sweep(grid.parameter(), grid.values(), slopes));
        progress.reach(sweeps.size(), grid.parameter().option());
      }
    }
    return sweeps;
  }

  private void write(
      RunFolder folder,
      List<Report.Section> sections,
      Map<String, Object> json,
      Subject subject,
      Session session) {
    json.put("run", folder.path().toString());
    folder.write("whatif.json", Json.pretty(json));
    if (session.report()) {
      List<FileHash> hashes = subject.files().stream().map(FileHash::of).toList();
      Report report =
          new Report(
              "What if " + sequence.modelName() + " were designed otherwise",
              "Sequence %d of %s, %d tokens."
                  .formatted(sequence.sequence(), subject.source(), subject.tokens()),
              sections,
              Provenance.of(session, session.seed().orElse(0), hashes));
      json.put("report", folder.write("report.html", Page.html(report)).toString());
      session.text().println("report      " + json.get("report"));
    }
  }
}
