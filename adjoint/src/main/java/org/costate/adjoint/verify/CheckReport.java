package org.costate.adjoint.verify;

import java.util.List;

/// All verdicts on a gradient.
///
/// @param pass whether all checks pass
/// @param checks the verdicts
/// @param taylor Taylor remainders along the direction that decided
/// @param notes what was left out or cut down, and why
public record CheckReport(
    boolean pass, List<CheckResult> checks, List<TaylorRow> taylor, List<String> notes) {
  public CheckReport {
    checks = List.copyOf(checks);
    taylor = List.copyOf(taylor);
    notes = List.copyOf(notes);
  }
}
