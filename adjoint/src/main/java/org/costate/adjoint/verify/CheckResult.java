package org.costate.adjoint.verify;

import java.util.Locale;

/// The verdict of one check.
///
/// @param name what is checked
/// @param method how
/// @param violation how far it is from holding exactly; not finite if nothing could be measured
/// @param tolerance what is allowed
/// @param witness numbers that show that the check was not vacuous, and what it covers
/// @param pass whether it holds
public record CheckResult(
    String name, String method, double violation, double tolerance, String witness, boolean pass) {
  /// Passes if the violation is a number within the tolerance.
  static CheckResult of(
      String name, String method, double violation, double tolerance, String witness) {
    return new CheckResult(name, method, violation, tolerance, witness, violation <= tolerance);
  }

  /// A check that had nothing to measure; it does not fail, and its method says so.
  static CheckResult unmeasured(String name, String method, String witness) {
    return new CheckResult(name, method, Double.NaN, 0, witness, true);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %s (%s): violation %.2e, tolerance %.2e; %s",
        pass ? "pass" : "FAIL",
        name,
        method,
        violation,
        tolerance,
        witness);
  }
}
