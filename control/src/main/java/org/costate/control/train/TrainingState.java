package org.costate.control.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.OptimiserState;
import org.costate.model.InputException;

/// All that a run is, between two iterations. Saved as named arrays and restored, the run continues
/// to the same bits.
///
/// @param iteration iterations done
/// @param controls the controls `c`
/// @param optimiser what the optimiser remembers
/// @param best the best controls so far
/// @param stale validations (or iterations, where nothing is held out) since the best
/// @param rejected iterations rejected in a row
/// @param clipped iterations with a clipped gradient
/// @param stalled whether the optimiser can go no further
/// @param split how the last evaluated value splits
/// @param history the iteration table
/// @param validations costs on held-out data
public record TrainingState(
    long iteration,
    double[] controls,
    OptimiserState optimiser,
    Best best,
    long stale,
    int rejected,
    long clipped,
    boolean stalled,
    Split split,
    List<IterationRecord> history,
    List<ValidationRecord> validations) {
  /// The best controls by validation, or by `J` of an iteration where nothing is held out.
  ///
  /// @param value their cost; infinite if there are none yet
  /// @param iteration iterations before
  /// @param controls the controls
  public record Best(double value, long iteration, double[] controls) {}

  /// A value of the objective and its parts.
  public record Split(double value, Problem.Parts parts) {}

  private static final String OPTIMISER = "optimiser.";
  private static final List<String> OWN =
      List.of("controls", "best.controls", "counters", "history", "validation");
  private static final int COUNTERS = 10;

  /// The state before the first iteration.
  public static TrainingState start(double[] controls, Optimiser optimiser) {
    return new TrainingState(
        0,
        controls.clone(),
        optimiser.start(controls.length),
        new Best(Double.POSITIVE_INFINITY, 0, controls.clone()),
        0,
        0,
        0,
        false,
        new Split(Double.NaN, Problem.Parts.UNKNOWN),
        List.of(),
        List.of());
  }

  /// All numbers as named arrays: `controls`, `best.controls`, `counters`, `history` and
  /// `validation` (tables, row by row), and `optimiser.NAME`. The arrays of controls and of the
  /// optimiser are those of this state, not copies.
  public SortedMap<String, double[]> arrays() {
    SortedMap<String, double[]> arrays = new TreeMap<>();
    arrays.put("controls", controls);
    arrays.put("best.controls", best.controls());
    arrays.put(
        "counters",
        new double[] {
          iteration,
          stale,
          rejected,
          clipped,
          best.value(),
          best.iteration(),
          stalled ? 1 : 0,
          split.value(),
          split.parts().terminal(),
          split.parts().running()
        });
    double[] rows = new double[history.size() * IterationRecord.COLUMNS];
    for (int i = 0; i < history.size(); i++) {
      history.get(i).write(rows, i * IterationRecord.COLUMNS);
    }
    arrays.put("history", rows);
    double[] costs = new double[2 * validations.size()];
    for (int i = 0; i < validations.size(); i++) {
      costs[2 * i] = validations.get(i).iteration();
      costs[2 * i + 1] = validations.get(i).value();
    }
    arrays.put("validation", costs);
    optimiser.arrays().forEach((name, array) -> arrays.put(OPTIMISER + name, array));
    return arrays;
  }

  /// The state that [#arrays] came from.
  ///
  /// @param size number of controls of the run
  /// @param rule the optimiser of the run
  /// @throws InputException if the arrays are not those of such a run
  public static TrainingState of(Map<String, double[]> arrays, int size, Optimiser rule) {
    requireLength(arrays, "controls", size);
    requireLength(arrays, "best.controls", size);
    requireLength(arrays, "counters", COUNTERS);
    SortedMap<String, double[]> remembered = new TreeMap<>();
    arrays.forEach(
        (name, array) -> {
          if (name.startsWith(OPTIMISER)) {
            remembered.put(name.substring(OPTIMISER.length()), array.clone());
          } else if (!OWN.contains(name)) {
            throw new InputException("resume: found array " + name, "one of " + OWN, "");
          }
        });
    OptimiserState optimiser = new OptimiserState(remembered);
    if (!optimiser.fits(rule.start(size))) {
      throw new InputException(
          "resume: found the optimiser arrays " + remembered.keySet(),
          "those of " + rule.name() + ", " + rule.start(size).arrays().keySet(),
          "Maybe the optimiser or its memory was changed");
    }
    double[] counters = arrays.get("counters");
    return new TrainingState(
        (long) counters[0],
        arrays.get("controls").clone(),
        optimiser,
        new Best(counters[4], (long) counters[5], arrays.get("best.controls").clone()),
        (long) counters[1],
        (int) counters[2],
        (long) counters[3],
        counters[6] != 0,
        new Split(counters[7], new Problem.Parts(counters[8], counters[9])),
        history(table(arrays, "history", IterationRecord.COLUMNS)),
        validations(table(arrays, "validation", 2)));
  }

  private static List<IterationRecord> history(double[] rows) {
    List<IterationRecord> history = new ArrayList<>();
    for (int at = 0; at < rows.length; at += IterationRecord.COLUMNS) {
      history.add(IterationRecord.read(rows, at));
    }
    return history;
  }

  private static List<ValidationRecord> validations(double[] rows) {
    List<ValidationRecord> validations = new ArrayList<>();
    for (int at = 0; at < rows.length; at += 2) {
      validations.add(new ValidationRecord((long) rows[at], rows[at + 1]));
    }
    return validations;
  }

  private static double[] table(Map<String, double[]> arrays, String name, int columns) {
    double[] found = arrays.get(name);
    if (found == null || found.length % columns != 0) {
      throw new InputException(
          "resume: found " + (found == null ? "no" : found.length + " numbers in") + " " + name,
          "a table of " + columns + " columns",
          "Maybe the file is damaged");
    }
    return found;
  }

  private static void requireLength(Map<String, double[]> arrays, String name, int expected) {
    double[] found = arrays.get(name);
    if (found == null || found.length != expected) {
      throw new InputException(
          "resume: found " + (found == null ? "no" : found.length + " numbers in") + " " + name,
          expected + " numbers",
          "Maybe the run was made by another experiment");
    }
  }
}
