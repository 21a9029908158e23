package org.costate.model.scheme;

import java.util.List;

/// A time-stepping scheme as data: lines on registers. Register 0 holds the state at `t` when the
/// step begins; the target of the last line holds the state at `t + h`.
///
/// @param name short name: `lie`, `strang`, `post-norm`
/// @param order order of convergence that it claims on smooth fields; a test measures it
/// @param lines what one step does
public record Scheme(String name, int order, List<Line> lines) {
  public Scheme {
    lines = List.copyOf(lines);
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(
          "scheme " + name + ": found no lines, expected at least one");
    }
  }
}
