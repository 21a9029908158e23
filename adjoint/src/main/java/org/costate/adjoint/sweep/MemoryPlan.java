package org.costate.adjoint.sweep;

import java.util.Locale;
import org.costate.adjoint.checkpoint.Schedule;

/// What a gradient of an ensemble keeps and runs again, known before it runs.
///
/// @param chunk the plan of every chunk
/// @param together chunks that are worked on at the same time, each with memory of its own
public record MemoryPlan(Schedule.Plan chunk, int together) {
  /// Bytes of all states and records.
  public long bytes() {
    return chunk.size() * Double.BYTES * together;
  }

  /// Bytes that all records would take.
  public long storeAllBytes() {
    return chunk.storeAllSize() * Double.BYTES * together;
  }

  /// One line for people.
  public String summary() {
    return String.format(
        Locale.ROOT,
        "memory      %s: %.1f of %.1f MB for states and records; of %d parts of steps %d are run"
            + " again, %.2f of a forward sweep (the least possible: %.2f)",
        chunk.name(),
        bytes() / 1e6,
        storeAllBytes() / 1e6,
        chunk.steps(),
        chunk.plainAdvances(),
        chunk.repeatedSweeps(),
        (double) (chunk.optimum() - chunk.onceCost()) / chunk.onceCost());
  }
}
