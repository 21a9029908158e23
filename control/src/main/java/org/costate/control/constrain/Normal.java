package org.costate.control.constrain;

import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;
import org.ojalgo.matrix.store.RawStore;

/// Steps across the surface of linear equalities.
final class Normal {
  private Normal() {}

  /// The shortest `d` with `A d = b`, or nearest to it: `A⁺ b`.
  ///
  /// @param n number of unknowns
  static double[] leastNorm(double[][] a, double[] b, int n) {
    if (a.length == 0) {
      return new double[n];
    }
    R064Store matrix = R064Store.FACTORY.copy(RawStore.wrap(a));
    SingularValue<Double> svd = SingularValue.R064.make(matrix);
    svd.decompose(matrix);
    MatrixStore<Double> d = svd.getSolution(R064Store.FACTORY.column(b));
    return d.toRawCopy1D();
  }
}
