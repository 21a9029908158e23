package org.costate.cli.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.cli.run.Interruption;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.RunFolder;
import org.costate.cli.run.Session;
import org.costate.cli.train.CompletedRun;
import org.costate.cli.train.TrainingRun;
import org.costate.model.InputException;
import org.costate.reports.Json;

/// Runs a study in its folder, one training run after the other. What has ended is not run again,
/// what was interrupted goes on: stopped anywhere and called again, a study comes to the same bits.
public final class Study {
  /// Name of the file with the summary in the folder of the study.
  public static final String SUMMARY = "summary.json";

  private final StudyPlan plan;
  private final RunFolder folder;
  private final Session session;

  private Study(StudyPlan plan, RunFolder folder, Session session) {
    this.plan = plan;
    this.folder = folder;
    this.session = session;
  }

  /// A study in the chosen folder, or in `runs/NAME`.
  public static Study in(StudyPlan plan, Session session) {
    Path path = session.out().orElseGet(() -> Path.of("runs", plan.config().name()));
    return new Study(plan, RunFolder.reopen(path), session);
  }

  /// Runs what was asked for and has not ended yet, and sums up all that has.
  public Outcome run() {
    List<StudyPlan.PlannedRun> selected =
        plan.runs().stream().filter(StudyPlan.PlannedRun::selected).toList();
    List<FinishedRun.Progress> progress =
        selected.stream().map(r -> FinishedRun.progress(r, r.folder(folder.path()))).toList();
    for (int i = 0; i < selected.size() && !session.interruption().requested(); i++) {
      String place = "%d/%d  %s".formatted(i + 1, selected.size(), selected.get(i).label());
      if (progress.get(i) == FinishedRun.Progress.FINISHED) {
        tell(place + ": has ended before");
      } else {
        boolean half = progress.get(i) == FinishedRun.Progress.HALF;
        tell(place + (half ? ": goes on" : ""));
        train(selected.get(i), half);
        write(summary());
      }
    }
    return finish();
  }

  private void train(StudyPlan.PlannedRun run, boolean half) {
    Path path = run.folder(folder.path());
    Session own = session.into(path);
    TrainingRun training =
        half ? TrainingRun.resume(path, own) : TrainingRun.begin(run.experiment(), own);
    CompletedRun completed = CompletedRun.of(training.run(), own);
    if (!session.quiet()) {
      completed.print(own);
    }
  }

  private Outcome finish() {
    List<FinishedRun> finished = finished();
    StudySummary summary = write(StudySummary.of(plan, folder.path().toString(), finished));
    StudyTable.lines(summary).forEach(session.text()::println);
    session.text().println("study       " + folder.path());
    Optional<Path> report = StudyReport.write(plan, summary, finished, folder, session);
    report.ifPresent(path -> session.text().println("report      " + path));
    boolean rejected = summary.results().stream().anyMatch(row -> row.rejected() > 0);
    int code = rejected ? Outcome.NUMERICAL_FAILURE : 0;
    return new Outcome(summary, session.interruption().requested() ? Interruption.EXIT_CODE : code);
  }

  private StudySummary summary() {
    return StudySummary.of(plan, folder.path().toString(), finished());
  }

  private StudySummary write(StudySummary summary) {
    folder.write(SUMMARY, Json.results(summary));
    return summary;
  }

  /// What has ended of all runs of the plan, also those that were not asked for now; runs of other
  /// configurations in their places do not count.
  private List<FinishedRun> finished() {
    List<FinishedRun> finished = new ArrayList<>();
    for (StudyPlan.PlannedRun run : plan.runs()) {
      Path path = run.folder(folder.path());
      if (hasEnded(run, path)) {
        finished.add(FinishedRun.read(run, path));
      }
    }
    return finished;
  }

  private static boolean hasEnded(StudyPlan.PlannedRun run, Path path) {
    try {
      return FinishedRun.progress(run, path) == FinishedRun.Progress.FINISHED;
    } catch (InputException e) {
      if (run.selected()) {
        throw e;
      }
      return false;
    }
  }

  private void tell(String line) {
    if (!session.quiet()) {
      session.text().println(line);
    }
  }
}
