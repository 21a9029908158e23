package org.costate.control.train;

/// Why a run ended.
///
/// @param reason the kind
/// @param detail with the numbers that decided
public record Stop(Reason reason, String detail) {
  /// The kinds of ends.
  public enum Reason {
    /// The iterations asked for are done.
    ITERATIONS,
    /// The gradient is as short as asked for.
    STATIONARY,
    /// Nothing that the solver may do decreases the objective any more.
    STALLED,
    /// No new best for too long.
    NO_IMPROVEMENT,
    /// Step after step was rejected.
    REJECTED,
    /// The objective falls for ever: it has no least value.
    UNBOUNDED;

    /// Whether the run failed, and did not come to an end of its own.
    public boolean isFailure() {
      return this == REJECTED || this == UNBOUNDED;
    }
  }
}
