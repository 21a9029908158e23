package org.costate.control.stability;

import org.costate.adjoint.LinearMap;
import org.ojalgo.matrix.decomposition.LU;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/// Dense matrices of linear maps, for small states and where they are asked for.
final class Assembled {
  private Assembled() {}

  /// The matrix of a map, `cols()` products with it.
  static R064Store matrix(LinearMap map) {
    R064Store matrix = R064Store.FACTORY.make(map.rows(), map.cols());
    double[] e = new double[map.cols()];
    double[] column = new double[map.rows()];
    for (int j = 0; j < e.length; j++) {
      e[j] = 1;
      map.apply(e, column);
      e[j] = 0;
      for (int i = 0; i < column.length; i++) {
        matrix.set(i, j, column[i]);
      }
    }
    return matrix;
  }

  /// All singular values, in descending order.
  static double[] singularValues(MatrixStore<Double> matrix) {
    SingularValue<Double> svd = SingularValue.R064.make(matrix);
    svd.computeValuesOnly(matrix);
    return svd.getSingularValues().toRawCopy1D();
  }

  /// `log |det A|` of a square matrix by its LU decomposition; `−∞` where it is singular.
  static double logDeterminant(MatrixStore<Double> matrix) {
    LU<Double> lu = LU.R064.make(matrix);
    lu.decompose(matrix);
    MatrixStore<Double> u = lu.getU();
    double sum = 0;
    for (int i = 0; i < matrix.countRows(); i++) {
      sum += Math.log(Math.abs(u.doubleValue(i, i)));
    }
    return sum;
  }
}
