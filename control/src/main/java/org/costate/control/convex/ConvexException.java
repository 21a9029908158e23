package org.costate.control.convex;

/// A convex program could not be solved; the message says what stood in the way.
public final class ConvexException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Kinds of failures.
  public enum Kind {
    /// No point satisfies all constraints strictly.
    INFEASIBLE,
    /// The objective falls without bound.
    UNBOUNDED,
    /// The solver gave up.
    FAILED
  }

  private final Kind kind;

  /// @param message what was found
  public ConvexException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /// @param message what was found
  public ConvexException(Kind kind, String message) {
    this(kind, message, null);
  }

  /// What kind of failure it is.
  public Kind kind() {
    return kind;
  }
}
