package org.costate.cli.worlds;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.control.leastsquares.LeastSquares;
import org.costate.control.leastsquares.LeastSquaresFit;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// The page of a least-squares fit.
public final class LeastSquaresReport {
  private LeastSquaresReport() {}

  /// What the page shows.
  public static List<Report.Section> sections(
      LeastSquares problem,
      LeastSquaresFit fit,
      List<String> names,
      double[] predictions,
      Optional<Learning> learning) {
    List<Report.Section> sections = new ArrayList<>();
    List<Block.Verdict> checks = new ArrayList<>(List.of(verdict(fit)));
    learning.ifPresent(found -> checks.addAll(found.verdicts()));
    sections.add(result(problem, fit, names, checks));
    sections.add(coefficients(problem, fit, names));
    if (problem.ridge() > 0) {
      sections.add(ridge(fit, names));
    }
    if (predictions.length > 0) {
      sections.add(predictions(predictions));
    }
    learning.ifPresent(found -> sections.addAll(found.sections()));
    return sections;
  }

  /// What is to be said where features depend, or nearly depend, on each other.
  public static Optional<String> warning(LeastSquaresFit fit) {
    int features = fit.coefficients().length;
    if (fit.rank() < features) {
      return Optional.of(
          "features depend on each other (rank %d of %d): coefficients are those of least norm"
              .formatted(fit.rank(), features));
    }
    return fit.collinear()
        ? Optional.of(
            "features are collinear (condition number "
                + WorldReport.number(fit.condition())
                + "): single coefficients mean little, fitted values stand")
        : Optional.empty();
  }

  /// The verdict on the agreement with QR.
  public static Block.Verdict verdict(LeastSquaresFit fit) {
    LeastSquaresFit.Agreement a = fit.agreement();
    return new Block.Verdict(
        "attention and QR agree",
        "Householder QR of the rows, block by block",
        a.violation(),
        a.tolerance(),
        a.witness(),
        a.pass());
  }

  private static Report.Section result(
      LeastSquares problem, LeastSquaresFit fit, List<String> names, List<Block.Verdict> checks) {
    List<Block.Fact> facts = new ArrayList<>();
    warning(fit).ifPresent(text -> facts.add(new Block.Fact("warning", text)));
    facts.addAll(
        List.of(
            new Block.Fact("rows", String.valueOf(fit.rows())),
            new Block.Fact("intercept", problem.intercept() ? "yes" : "no"),
            new Block.Fact("ridge", WorldReport.number(problem.ridge())),
            new Block.Fact("sum of squared residuals", WorldReport.number(fit.residual()))));
    return new Report.Section(
        "Fit",
        "One forward pass of one layer of linear attention: queries, keys and values are the rows"
            + " times L with L Lᵀ = (XᵀX)⁻¹, so that the pass is the projection X (XᵀX)⁻¹ Xᵀ y.",
        List.of(
            new Block.Figures(
                List.of(
                    new Block.Figure(WorldReport.number(fit.r2()), "R²"),
                    new Block.Figure(fit.rank() + " of " + names.size(), "rank"),
                    new Block.Figure(WorldReport.number(fit.condition()), "condition number"))),
            new Block.Facts(facts),
            new Block.Verdicts("Checks", checks)));
  }

  private static Report.Section coefficients(
      LeastSquares problem, LeastSquaresFit fit, List<String> names) {
    List<List<String>> rows = new ArrayList<>();
    if (problem.intercept()) {
      rows.add(
          List.of(
              "intercept",
              WorldReport.number(fit.intercept()),
              WorldReport.number(fit.interceptError()),
              WorldReport.number(fit.referenceIntercept())));
    }
    for (int j = 0; j < names.size(); j++) {
      rows.add(
          List.of(
              names.get(j),
              WorldReport.number(fit.coefficients()[j]),
              WorldReport.number(fit.standardErrors()[j]),
              WorldReport.number(fit.reference()[j])));
    }
    return new Report.Section(
        "Coefficients",
        "Read out of the context by unit vectors that the layer answers to but does not remember.",
        List.of(
            new Block.Table(
                "Coefficients", List.of("feature", "attention", "standard error", "QR"), rows)));
  }

  private static Report.Section ridge(LeastSquaresFit fit, List<String> names) {
    return new Report.Section(
        "Ridge: once or twice",
        "With one map L = V (Λ+μ)^(-1/2) for queries, keys and values the filter λ/(λ+μ) acts"
            + " twice. With values that keep V Λ^(-1/2) it acts once, which is the ridge estimate.",
        List.of(
            new Block.Bars(
                "Coefficients",
                names,
                Block.Axis.linear("coefficient"),
                List.of(
                    new Block.Bar("once", fit.coefficients()),
                    new Block.Bar("twice", fit.twiceFiltered())))));
  }

  private static Report.Section predictions(double[] predictions) {
    return new Report.Section(
        "Predictions",
        "Answers to new rows, with the training set as the context.",
        List.of(
            new Block.Lines(
                "Predictions",
                Block.Axis.linear("row"),
                Block.Axis.linear("prediction"),
                List.of(Block.Curve.counted("prediction", 1, predictions)))));
  }
}
