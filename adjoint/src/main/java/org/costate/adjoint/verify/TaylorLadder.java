package org.costate.adjoint.verify;

import java.util.ArrayList;
import java.util.List;

/// Taylor remainders along one direction on the ladder `h = 0.01/2^i`, `i = 0 … 12`, and the rates
/// at which they fall.
///
/// The window of a remainder are the steps without a change of the active set at which it stands
/// above `1e-13 |J|`. Its verdict is the least of the last three rates in the window; without three
/// rates there is no verdict.
///
/// @param rows the remainders
/// @param floor below it a remainder is rounding
record TaylorLadder(List<TaylorRow> rows, double floor) {
  static final int STEPS = 13;
  private static final double FIRST = 0.01;
  private static final double ROUNDING = 1e-13;
  private static final int RATES = 3;

  TaylorLadder {
    rows = List.copyOf(rows);
  }

  /// What the remainders of one order say.
  enum Outcome {
    /// There are rates.
    RATED,
    /// All remainders on steps without a change of the active set lie in rounding.
    IN_ROUNDING,
    /// Too few steps in the window.
    NO_WINDOW
  }

  static double step(int i) {
    return Math.scalb(FIRST, -i);
  }

  /// @param g gradient at the point
  static TaylorLadder along(Subject subject, ActiveSet active, double[] g, double[] v) {
    double start = subject.value(subject.point());
    double slope = DotProductCheck.dot(g, v);
    double curvature = DotProductCheck.dot(subject.hessianVector(v), v);
    List<TaylorRow> rows = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      double h = step(i);
      double[] moved = subject.moved(h, v);
      double r0 = subject.value(moved) - start;
      double r1 = r0 - h * slope;
      double r2 = r1 - h * h / 2 * curvature;
      rows.add(new TaylorRow(h, Math.abs(r0), Math.abs(r1), Math.abs(r2), active.changes(moved)));
    }
    return new TaylorLadder(rows, ROUNDING * Math.abs(start));
  }

  Outcome outcome(int k) {
    if (rates(k).size() >= RATES) {
      return Outcome.RATED;
    }
    boolean smooth = rows.stream().anyMatch(row -> row.activeSetChanges() == 0);
    boolean rounding =
        rows.stream().noneMatch(row -> row.activeSetChanges() == 0 && row.remainder(k) > floor);
    return smooth && rounding ? Outcome.IN_ROUNDING : Outcome.NO_WINDOW;
  }

  /// Least of the last three rates of remainder `k`.
  double rate(int k) {
    List<Double> rates = rates(k);
    return rates.subList(rates.size() - RATES, rates.size()).stream()
        .mapToDouble(Double::doubleValue)
        .min()
        .orElseThrow();
  }

  /// Rates between neighbouring steps that both lie in the window.
  private List<Double> rates(int k) {
    List<Double> rates = new ArrayList<>();
    for (int i = 1; i < rows.size(); i++) {
      if (inWindow(i - 1, k) && inWindow(i, k)) {
        double ratio = rows.get(i - 1).remainder(k) / rows.get(i).remainder(k);
        rates.add(Math.log(ratio) / Math.log(2));
      }
    }
    return rates;
  }

  /// How many steps lie in the window of remainder `k`.
  int window(int k) {
    int count = 0;
    for (int i = 0; i < rows.size(); i++) {
      count += inWindow(i, k) ? 1 : 0;
    }
    return count;
  }

  private boolean inWindow(int i, int k) {
    TaylorRow row = rows.get(i);
    return row.activeSetChanges() == 0 && row.remainder(k) > floor;
  }
}
