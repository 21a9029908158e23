package org.costate.cli.worlds;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.costate.control.leastsquares.LeastSquares;
import org.costate.control.leastsquares.LeastSquaresFit;

/// What a least-squares fit prints.
public final class LeastSquaresText {
  private static final int SHOWN = 10;

  private LeastSquaresText() {}

  /// The fit: coefficients, how well it fits, whether attention and QR agree, some predictions.
  public static void print(
      PrintStream out,
      LeastSquares problem,
      LeastSquaresFit fit,
      List<String> names,
      double[] predictions) {
    out.printf("%-24s %14s %14s %14s%n", "feature", "attention", "std. error", "QR");
    if (problem.intercept()) {
      out.printf(
          "%-24s %14s %14s %14s%n",
          "intercept",
          WorldReport.number(fit.intercept()),
          WorldReport.number(fit.interceptError()),
          WorldReport.number(fit.referenceIntercept()));
    }
    for (int j = 0; j < names.size(); j++) {
      out.printf(
          "%-24s %14s %14s %14s%n",
          names.get(j),
          WorldReport.number(fit.coefficients()[j]),
          WorldReport.number(fit.standardErrors()[j]),
          WorldReport.number(fit.reference()[j]));
    }
    out.printf(
        Locale.ROOT,
        "%nrows        %d%nR²          %s%nrank        %d of %d%ncondition   %s%n",
        fit.rows(),
        WorldReport.number(fit.r2()),
        fit.rank(),
        names.size(),
        WorldReport.number(fit.condition()));
    LeastSquaresReport.warning(fit).ifPresent(text -> out.println("warning: " + text));
    WorldReport.print(out, List.of(LeastSquaresReport.verdict(fit)));
    for (int i = 0; i < Math.min(SHOWN, predictions.length); i++) {
      out.printf("prediction %6d  %s%n", i + 1, WorldReport.number(predictions[i]));
    }
    if (predictions.length > SHOWN) {
      out.printf("… %d predictions in all, in the JSON%n", predictions.length);
    }
  }
}
