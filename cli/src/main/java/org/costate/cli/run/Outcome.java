package org.costate.cli.run;

/// How a verb ended.
///
/// @param json what `--json` writes
/// @param exitCode 0: done and every verdict holds; 1: done, a verdict failed; 130: interrupted
public record Outcome(Object json, int exitCode) {
  /// Exit code of bad usage and bad input.
  public static final int BAD_INPUT = 2;

  /// Exit code of a numerical failure.
  public static final int NUMERICAL_FAILURE = 3;

  /// Done; `pass` says whether every verdict holds.
  public static Outcome of(Object json, boolean pass) {
    return new Outcome(json, pass ? 0 : 1);
  }

  /// Done, with no verdict to fail.
  public static Outcome done(Object json) {
    return new Outcome(json, 0);
  }
}
