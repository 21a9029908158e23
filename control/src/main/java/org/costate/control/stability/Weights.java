package org.costate.control.stability;

import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.ojalgo.matrix.decomposition.QR;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/// The controls of an operator under their names, as matrices, and the norms that bounds are made
/// of.
///
/// @param theta `controlSize()` numbers
record Weights(Operator operator, double[] theta) {
  /// Computed singular values are off by rounding; a bound must not be.
  private static final double ROUNDING = 1 + 1e-12;

  private int find(String name) {
    int from = 0;
    for (Parameter p : operator.parameters()) {
      if (p.name().equals(name)) {
        return from;
      }
      from += p.size();
    }
    return -1;
  }

  private Parameter parameter(String name) {
    return operator.parameters().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("weights: found no " + name));
  }

  /// The parameter `name`.
  MatrixStore<Double> matrix(String name) {
    Parameter p = parameter(name);
    return columns(name, 0, p.cols());
  }

  /// Columns `from … from + count − 1` of the parameter `name`; zero if it is absent.
  MatrixStore<Double> columns(String name, int from, int count) {
    int at = find(name);
    if (at < 0) {
      return R064Store.FACTORY.make(1, count);
    }
    Parameter p = parameter(name);
    R064Store matrix = R064Store.FACTORY.make(p.rows(), count);
    for (int i = 0; i < p.rows(); i++) {
      for (int j = 0; j < count; j++) {
        matrix.set(i, j, theta[at + i * p.cols() + from + j]);
      }
    }
    return matrix;
  }

  /// Rows `from … from + count − 1` of the parameter `name`.
  MatrixStore<Double> rows(String name, int from, int count) {
    return matrix(name).rows(java.util.stream.IntStream.range(from, from + count).toArray());
  }

  boolean has(String name) {
    return find(name) >= 0;
  }

  /// `‖W‖₂`, rounded up; infinite where an entry is beyond the numbers.
  static double norm(MatrixStore<Double> matrix) {
    for (long i = 0; i < matrix.count(); i++) {
      if (!Double.isFinite(matrix.doubleValue(i))) {
        return Double.POSITIVE_INFINITY;
      }
    }
    boolean wide = matrix.countColumns() > matrix.countRows();
    return ROUNDING
        * Assembled.singularValues((wide ? matrix.transpose() : matrix).collect(R064Store.FACTORY))[
            0];
  }

  /// `‖X Yᵀ‖₂`, rounded up, of two tall matrices with as many columns.
  static double normOfProduct(MatrixStore<Double> x, MatrixStore<Double> y) {
    return norm(triangle(x).multiply(triangle(y).transpose()));
  }

  private static MatrixStore<Double> triangle(MatrixStore<Double> matrix) {
    if (matrix.countRows() <= matrix.countColumns()) {
      return matrix;
    }
    QR<Double> qr = QR.R064.make();
    qr.decompose(matrix);
    int columns = (int) matrix.countColumns();
    return qr.getR().limits(columns, columns);
  }

  /// Largest magnitude of an entry; of a parameter that is absent, `otherwise`.
  double largest(String name, double otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    double largest = 0;
    MatrixStore<Double> matrix = matrix(name);
    for (long i = 0; i < matrix.count(); i++) {
      largest = Math.max(largest, Math.abs(matrix.doubleValue(i)));
    }
    return largest;
  }
}
