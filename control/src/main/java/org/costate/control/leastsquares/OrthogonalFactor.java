package org.costate.control.leastsquares;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;

/// The independent route to least squares: Householder QR of `[1, X, y]`, block of rows by block of
/// rows (each stacked under the triangle so far), then a triangular or singular value solution. No
/// second moment is ever formed.
final class OrthogonalFactor {
  private static final int BLOCK = 512;

  private final int features;
  private final boolean intercept;
  private final int width;
  private final double[][] block;
  private int filled;

  OrthogonalFactor(int features, boolean intercept) {
    this.features = features;
    this.intercept = intercept;
    width = features + (intercept ? 2 : 1);
    block = new double[BLOCK + width][];
  }

  /// Takes a row.
  void add(double[] x, double y, double weight) {
    double root = Math.sqrt(weight);
    double[] row = new double[width];
    int at = 0;
    if (intercept) {
      row[at++] = root;
    }
    for (double value : x) {
      row[at++] = root * value;
    }
    row[at] = root * y;
    block[filled++] = row;
    if (filled == block.length) {
      reduce();
    }
  }

  /// The solution with what was taken so far.
  ///
  /// @param ridge `μ`: rows `√μ e_k` are appended, the intercept stays free
  /// @param rank how many directions of the centred features count
  Solution solve(double ridge, int rank) {
    reduce();
    int lead = intercept ? 1 : 0;
    int rows = features + (ridge > 0 ? features : 0);
    double[][] lower = new double[rows][features];
    double[] right = new double[rows];
    for (int i = 0; i < features && lead + i < filled; i++) {
      System.arraycopy(block[lead + i], lead, lower[i], 0, features);
      right[i] = block[lead + i][width - 1];
    }
    for (int k = features; k < rows; k++) {
      lower[k][k - features] = Math.sqrt(ridge);
    }
    double[] coefficients = coefficients(lower, right, rank);
    double constant = 0;
    if (intercept) {
      constant = block[0][width - 1];
      for (int j = 0; j < features; j++) {
        constant -= block[0][1 + j] * coefficients[j];
      }
      constant /= block[0][0];
    }
    return new Solution(coefficients, constant);
  }

  /// Singular values of the (centred, weighted) features, falling.
  double[] singularValues() {
    reduce();
    int lead = intercept ? 1 : 0;
    double[][] lower = new double[features][features];
    for (int i = 0; i < features && lead + i < filled; i++) {
      System.arraycopy(block[lead + i], lead, lower[i], 0, features);
    }
    return new SingularValueDecomposition(new Array2DRowRealMatrix(lower, false))
        .getSingularValues();
  }

  /// `Σ w (y − x·c − c_0)²` for any coefficients, with the best `c_0`: the residual in the rotated
  /// rows, without cancellation.
  double residual(double[] coefficients) {
    reduce();
    double sum = 0;
    for (int i = intercept ? 1 : 0; i < filled; i++) {
      double r = block[i][width - 1] - fitted(i, coefficients);
      sum += r * r;
    }
    return sum;
  }

  /// `‖X c‖` of the (centred, weighted) features.
  double norm(double[] coefficients) {
    reduce();
    double sum = 0;
    for (int i = intercept ? 1 : 0; i < filled; i++) {
      double value = fitted(i, coefficients);
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  private double fitted(int i, double[] coefficients) {
    int lead = intercept ? 1 : 0;
    double sum = 0;
    for (int j = 0; j < features; j++) {
      sum += block[i][lead + j] * coefficients[j];
    }
    return sum;
  }

  /// What a solution is.
  record Solution(double[] coefficients, double intercept) {}

  private double[] coefficients(double[][] lower, double[] right, int rank) {
    RealMatrix matrix = new Array2DRowRealMatrix(lower, false);
    if (rank == features) {
      return new QRDecomposition(matrix)
          .getSolver()
          .solve(new org.hipparchus.linear.ArrayRealVector(right, false))
          .toArray();
    }
    SingularValueDecomposition svd = new SingularValueDecomposition(matrix);
    double[] solution = new double[features];
    for (int k = 0; k < rank; k++) {
      double along = 0;
      for (int i = 0; i < lower.length; i++) {
        along += svd.getU().getEntry(i, k) * right[i];
      }
      along /= svd.getSingularValues()[k];
      for (int j = 0; j < features; j++) {
        solution[j] += along * svd.getV().getEntry(j, k);
      }
    }
    return solution;
  }

  /// Leaves the triangle of all rows so far in the first rows of the block.
  private void reduce() {
    if (filled <= 1) {
      return;
    }
    double[][] rows = java.util.Arrays.copyOf(block, filled);
    RealMatrix r = new QRDecomposition(new Array2DRowRealMatrix(rows, false)).getR();
    filled = Math.min(filled, width);
    for (int i = 0; i < filled; i++) {
      block[i] = r.getRow(i);
    }
  }
}
