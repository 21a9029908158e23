package org.costate.cli.worlds;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.control.leastsquares.InContextStudy;
import org.costate.control.leastsquares.LeastSquares;
import org.costate.control.leastsquares.LeastSquaresFit;
import org.costate.reports.Block;

/// What `ols` writes as JSON.
public record LeastSquaresResult(
    Map<String, Double> coefficients,
    double intercept,
    Map<String, Double> standardErrors,
    double r2,
    int rank,
    double condition,
    long rows,
    double ridge,
    boolean collinear,
    Agreement agreement,
    double[] predictions,
    List<Block.Verdict> checks,
    Optional<InContext> inContext,
    Optional<String> report) {
  /// The result of a fit, with what was studied behind it.
  public static LeastSquaresResult of(
      LeastSquares problem,
      LeastSquaresFit fit,
      List<String> names,
      double[] predictions,
      List<Block.Verdict> checks,
      Optional<Learning> learning,
      Optional<Path> page) {
    Map<String, Double> coefficients = new LinkedHashMap<>();
    Map<String, Double> errors = new LinkedHashMap<>();
    if (problem.intercept()) {
      coefficients.put("intercept", fit.intercept());
      errors.put("intercept", fit.interceptError());
    }
    for (int j = 0; j < names.size(); j++) {
      coefficients.put(names.get(j), fit.coefficients()[j]);
      errors.put(names.get(j), fit.standardErrors()[j]);
    }
    return new LeastSquaresResult(
        coefficients,
        fit.intercept(),
        errors,
        fit.r2(),
        fit.rank(),
        fit.condition(),
        fit.rows(),
        problem.ridge(),
        fit.collinear(),
        new Agreement(
            fit.agreement().violation(),
            fit.agreement().tolerance(),
            fit.agreement().witness(),
            fit.agreement().pass()),
        predictions,
        checks,
        learning.map(found -> InContext.of(found.inContext())),
        page.map(Path::toString));
  }

  /// Agreement with QR.
  public record Agreement(double violation, double tolerance, String witness, boolean pass) {}

  /// Errors of predictions from contexts, mean squares for each feature.
  ///
  /// @param rows lengths of the contexts
  /// @param models errors of trained networks
  public record InContext(
      List<Integer> rows,
      double[] leastSquares,
      double[] best,
      double[] step,
      List<ModelErrors> models) {
    static InContext of(InContextStudy.Result found) {
      return new InContext(
          found.rows(),
          found.leastSquares(),
          found.bayes(),
          found.step(),
          found.models().stream().map(m -> new ModelErrors(m.layers(), m.errors())).toList());
    }
  }

  /// Errors of one network.
  public record ModelErrors(int layers, double[] errors) {}
}
