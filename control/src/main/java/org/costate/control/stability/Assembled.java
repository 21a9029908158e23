package org.costate.control.stability;

import org.costate.adjoint.LinearMap;
import org.costate.control.Vectors;
import org.costate.model.NumericalException;
import org.ojalgo.function.constant.PrimitiveMath;
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

  /// A matrix whose largest entry lies between 1 and 2, and the power of two that it was divided
  /// by: iterations square entries, and do not end where squares are no numbers.
  record Scaled(R064Store matrix, double factor) {
    /// @throws NumericalException if an entry is not finite
    static Scaled of(MatrixStore<Double> matrix) {
      double largest = 0;
      for (long i = 0; i < matrix.count(); i++) {
        double size = Math.abs(matrix.doubleValue(i));
        if (!Double.isFinite(size)) {
          throw new NumericalException(
              "matrix of a tangent", 0, 0, "found " + size + ", expected finite numbers");
        }
        largest = Math.max(largest, size);
      }
      double factor = largest > 0 ? Math.scalb(1.0, Math.getExponent(largest)) : 1;
      R064Store scaled = matrix.collect(R064Store.FACTORY);
      scaled.modifyAll(PrimitiveMath.DIVIDE.by(factor));
      return new Scaled(scaled, factor);
    }

    /// Back to the scale of the matrix.
    double[] unscaled(double[] values) {
      Vectors.scale(factor, values);
      return values;
    }
  }

  /// All singular values, in descending order.
  ///
  /// @throws NumericalException if an entry is not finite
  static double[] singularValues(MatrixStore<Double> matrix) {
    Scaled scaled = Scaled.of(matrix);
    SingularValue<Double> svd = SingularValue.R064.make(scaled.matrix());
    svd.computeValuesOnly(scaled.matrix());
    return scaled.unscaled(svd.getSingularValues().toRawCopy1D());
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
