import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Prints what share of instructions and branches the tests ran, per module and in all, from the
/// table that JaCoCo wrote (`jacoco.csv`).
final class Coverage {
  private long instructions;
  private long instructionsRun;
  private long branches;
  private long branchesRun;

  private Coverage() {}

  public static void main(String[] args) throws IOException {
    List<String> lines = Files.readAllLines(Path.of(args[0]));
    Map<String, Coverage> modules = new TreeMap<>();
    Coverage all = new Coverage();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",");
      String module = cells[0].substring(cells[0].lastIndexOf('/') + 1);
      modules.computeIfAbsent(module, name -> new Coverage()).add(cells);
      all.add(cells);
    }
    modules.forEach((name, coverage) -> System.out.println(coverage.line(name)));
    System.out.println(all.line("all modules"));
  }

  private void add(String[] cells) {
    instructions += Long.parseLong(cells[3]) + Long.parseLong(cells[4]);
    instructionsRun += Long.parseLong(cells[4]);
    branches += Long.parseLong(cells[5]) + Long.parseLong(cells[6]);
    branchesRun += Long.parseLong(cells[6]);
  }

  private String line(String name) {
    return String.format(
        Locale.ROOT,
        "Coverage %-18s %5.1f %% of %7d instructions, %5.1f %% of %6d branches",
        name,
        percent(instructionsRun, instructions),
        instructions,
        percent(branchesRun, branches),
        branches);
  }

  private static double percent(long part, long whole) {
    return whole == 0 ? 100 : 100.0 * part / whole;
  }
}
