package org.costate.control.leastsquares;

/// Least squares as one forward pass of linear attention, with what an independent solution says.
///
/// @param layer the layer of attention; its features are centred where there is an intercept
/// @param context tokens `[p, p]` with the second moments of the training rows: the context for
///     answers to new rows
/// @param mean of every feature, 0 without an intercept
/// @param coefficients one for every feature, read out of the context
/// @param intercept 0 without one
/// @param standardErrors of the coefficients; NaN with a ridge
/// @param interceptError standard error of the intercept; NaN without one or with a ridge
/// @param rows rows with a positive weight
/// @param rank of the (centred) features
/// @param condition ratio of their extreme singular values: infinite, or as large as round-off
///     leaves it, if the rank is not full
/// @param r2 `1 − Σ w r²/Σ w (y − ȳ)²`, with the mean `ȳ` also where there is no intercept
/// @param residual `Σ w r²`
/// @param agreement with the independent solution
/// @param reference the independent solution: coefficients of QR
/// @param referenceIntercept its intercept; 0 without one
/// @param twiceFiltered with a ridge: the coefficients of a pass with the same map for queries,
///     keys and values, where the filter `λ/(λ+μ)` acts twice; else those of the pass itself
public record LeastSquaresFit(
    RegressionLayer layer,
    double[] context,
    double[] mean,
    double[] coefficients,
    double intercept,
    double[] standardErrors,
    double interceptError,
    long rows,
    int rank,
    double condition,
    double r2,
    double residual,
    Agreement agreement,
    double[] reference,
    double referenceIntercept,
    double[] twiceFiltered) {
  /// How far attention and QR are apart.
  ///
  /// @param violation the larger of the relative differences of coefficients (each times the length
  ///     of its feature) and of fitted values
  /// @param tolerance what is allowed
  /// @param witness what was compared
  public record Agreement(double violation, double tolerance, String witness) {
    /// Whether they agree.
    public boolean pass() {
      return violation <= tolerance;
    }
  }

  /// Whether single coefficients mean little, because features nearly depend on each other.
  public boolean collinear() {
    return condition > LeastSquares.COLLINEAR;
  }

  /// Predictions for new rows: answers of the layer with the training set as its context.
  ///
  /// @param x `[count, features]`, row-major
  /// @return `[count]`
  public double[] predict(double[] x) {
    int p = layer.features();
    int count = x.length / p;
    double[] tokens = java.util.Arrays.copyOf(context, context.length + x.length);
    double[] weights = new double[p + count];
    java.util.Arrays.fill(weights, 0, p, 1);
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < p; j++) {
        tokens[context.length + i * p + j] = x[i * p + j] - mean[j];
      }
    }
    double level = intercept;
    for (int j = 0; j < p; j++) {
      level += mean[j] * coefficients[j];
    }
    double[] answers = layer.answers(tokens, weights);
    double[] predictions = new double[count];
    for (int i = 0; i < count; i++) {
      predictions[i] = level + answers[p + i];
    }
    return predictions;
  }
}
