package org.costate.control.forecast;

import org.ojalgo.matrix.decomposition.QR;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/// An affine map fitted by least squares: `y = [x, 1] W`, `W = argmin ‖[X, 1] W − Y‖`. By QR; of
/// least norm, by the singular value decomposition, where the columns of `[X, 1]` depend on each
/// other.
public final class LinearForecast {
  private final MatrixStore<Double> weights;
  private final int inputs;
  private final int outputs;
  private final int rank;

  private LinearForecast(MatrixStore<Double> weights, int inputs, int outputs, int rank) {
    this.weights = weights;
    this.inputs = inputs;
    this.outputs = outputs;
    this.rank = rank;
  }

  /// Fits the map.
  ///
  /// @param x `[rows, inputs]`, row by row
  /// @param y `[rows, outputs]`, row by row
  /// @throws IllegalArgumentException if the sizes do not fit
  public static LinearForecast fit(double[] x, int inputs, double[] y, int outputs) {
    int rows = rows("inputs", x.length, inputs);
    if (rows("outputs", y.length, outputs) != rows) {
      throw new IllegalArgumentException(
          "linear forecast: found "
              + y.length / outputs
              + " rows of outputs, expected "
              + rows
              + " as of inputs");
    }
    R064Store design = design(x, rows, inputs);
    R064Store right = matrix(y, rows, outputs);
    QR<Double> qr = QR.R064.make(design);
    qr.decompose(design);
    if (rows > inputs && qr.isFullRank()) {
      return new LinearForecast(qr.getSolution(right), inputs, outputs, inputs + 1);
    }
    SingularValue<Double> svd = SingularValue.R064.make(design);
    svd.decompose(design);
    return new LinearForecast(svd.getSolution(right), inputs, outputs, svd.getRank());
  }

  /// The forecasts for some inputs.
  ///
  /// @param x `[rows, inputs]`, row by row
  /// @return `[rows, outputs]`, row by row
  public double[] predict(double[] x) {
    int rows = rows("inputs", x.length, inputs);
    MatrixStore<Double> y = design(x, rows, inputs).multiply(weights);
    double[] out = new double[rows * outputs];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < outputs; j++) {
        out[i * outputs + j] = y.doubleValue(i, j);
      }
    }
    return out;
  }

  /// Rank of `[X, 1]`.
  public int rank() {
    return rank;
  }

  /// Half the mean square of `forecast − truth`: the quadratic cost of a forecast.
  public static double cost(double[] forecast, double[] truth) {
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      double d = forecast[i] - truth[i];
      sum += d * d;
    }
    return 0.5 * sum / truth.length;
  }

  /// The forecast that nothing changes: the last token of every window.
  ///
  /// @param windows `[sequences, tokens, width]`
  /// @return `[sequences, width]`
  public static double[] persistence(double[] windows, int tokens, int width) {
    int sequences = rows("windows", windows.length, Math.multiplyExact(tokens, width));
    double[] last = new double[sequences * width];
    for (int b = 0; b < sequences; b++) {
      System.arraycopy(windows, ((b + 1) * tokens - 1) * width, last, b * width, width);
    }
    return last;
  }

  private static int rows(String what, int length, int width) {
    if (width < 1 || length == 0 || length % width != 0) {
      throw new IllegalArgumentException(
          "linear forecast: found "
              + length
              + " numbers of "
              + what
              + ", expected rows of "
              + width);
    }
    return length / width;
  }

  private static R064Store design(double[] x, int rows, int inputs) {
    R064Store design = R064Store.FACTORY.make(rows, inputs + 1);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < inputs; j++) {
        design.set(i, j, x[i * inputs + j]);
      }
      design.set(i, inputs, 1);
    }
    return design;
  }

  private static R064Store matrix(double[] y, int rows, int outputs) {
    R064Store matrix = R064Store.FACTORY.make(rows, outputs);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < outputs; j++) {
        matrix.set(i, j, y[i * outputs + j]);
      }
    }
    return matrix;
  }
}
