package org.costate.cli.worlds;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.costate.cli.run.Provenance;
import org.costate.cli.run.RunFolder;
import org.costate.cli.run.Session;
import org.costate.model.file.FileHash;
import org.costate.reports.Block;
import org.costate.reports.Json;
import org.costate.reports.Page;
import org.costate.reports.Report;

/// Writes the page of a small world.
public final class WorldReport {
  private WorldReport() {}

  /// Writes page and data into a new run folder and says where, unless reports were declined.
  ///
  /// @param name of the run folder
  /// @return the page
  public static Optional<Path> write(
      Session session,
      String name,
      String subtitle,
      List<Report.Section> sections,
      long seed,
      List<Path> inputs) {
    if (!session.report()) {
      return Optional.empty();
    }
    RunFolder folder = session.folder(name);
    List<FileHash> hashes = inputs.stream().map(FileHash::of).toList();
    Report report = new Report(name, subtitle, sections, Provenance.of(session, seed, hashes));
    folder.write("report.json", Json.pretty(report));
    Path page = folder.write("report.html", Page.html(report));
    session.text().println("report      " + page);
    return Optional.of(page);
  }

  /// Prints checks, a line each.
  public static void print(PrintStream out, List<Block.Verdict> verdicts) {
    for (Block.Verdict v : verdicts) {
      out.printf(
          Locale.ROOT,
          "%-5s %s: %.2e of at most %.0e (%s; %s)%n",
          v.pass() ? "ok" : "FAILS",
          v.name(),
          v.violation(),
          v.tolerance(),
          v.method(),
          v.witness());
    }
  }

  /// A number for people: six significant digits, or a dash where there is none.
  public static String number(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    boolean plain = size >= 1e-4 && size < 1e6;
    return String.format(Locale.ROOT, plain ? "%.6f" : "%.4e", value);
  }
}
