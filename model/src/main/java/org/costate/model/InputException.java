package org.costate.model;

/// Something that came from outside — a file, an option, a configuration — cannot be used. The
/// message is for the person who gave it: what was found where, what was expected, and what they
/// may have meant.
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String found;
  private final String expected;
  private final String maybe;

  /// @param found where and what, as `FILE: found X`
  /// @param expected what would have been right, without a full stop; may be empty
  /// @param maybe a remedy that begins with `Maybe`, or empty
  public InputException(String found, String expected, String maybe) {
    this(found, expected, maybe, null);
  }

  /// @param cause what went wrong underneath
  public InputException(String found, String expected, String maybe, Throwable cause) {
    super(
        found
            + (expected.isEmpty() ? "" : ", expected " + expected)
            + (maybe.isEmpty() ? "" : "\n" + maybe),
        cause);
    this.found = found;
    this.expected = expected;
    this.maybe = maybe;
  }

  /// Where and what was found.
  public String found() {
    return found;
  }

  /// What was expected, or empty.
  public String expected() {
    return expected;
  }

  /// The remedy, or empty.
  public String maybe() {
    return maybe;
  }
}
