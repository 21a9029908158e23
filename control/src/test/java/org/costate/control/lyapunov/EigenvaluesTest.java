package org.costate.control.lyapunov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.costate.model.NumericalException;
import org.junit.jupiter.api.Test;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.RawStore;

/// Eigenvalues against those of another library, and of matrices on which iterations get lost.
class EigenvaluesTest {
  private static List<Eigenvalues.Complex> sorted(List<Eigenvalues.Complex> all) {
    return all.stream()
        .sorted(
            Comparator.comparingDouble(Eigenvalues.Complex::real)
                .thenComparingDouble(Eigenvalues.Complex::imaginary))
        .toList();
  }

  @Test
  void agreeWithThoseOfAnotherLibrary() {
    Random random = new Random(2);
    for (int n = 1; n <= 9; n++) {
      double[][] a = new double[n][n];
      for (double[] row : a) {
        java.util.Arrays.setAll(row, i -> random.nextGaussian());
      }
      Eigenvalue<Double> other = Eigenvalue.R064.make(RawStore.wrap(a), false);
      other.decompose(RawStore.wrap(a));
      List<Eigenvalues.Complex> expected =
          sorted(
              other.getEigenvalues().stream()
                  .map(z -> new Eigenvalues.Complex(z.getReal(), z.getImaginary()))
                  .toList());
      List<Eigenvalues.Complex> found = sorted(Eigenvalues.of(a));
      assertEquals(n, found.size());
      for (int i = 0; i < n; i++) {
        assertEquals(expected.get(i).real(), found.get(i).real(), 1e-12);
        assertEquals(
            Math.abs(expected.get(i).imaginary()), Math.abs(found.get(i).imaginary()), 1e-12);
      }
    }
  }

  @Test
  void entriesOfVeryDifferentSizesDoNotKeepItForEver() {
    double[][] triangle = {{1e150, 1e80, -1e10}, {0, 1e-150, 1e-3}, {0, 0, -1e-290}};
    double largest =
        Eigenvalues.of(triangle).stream()
            .mapToDouble(Eigenvalues.Complex::magnitude)
            .max()
            .orElseThrow();
    assertEquals(1e150, largest, 1e136);
    double[][] none = {{1, Double.POSITIVE_INFINITY}, {0, 1}};
    assertThrows(NumericalException.class, () -> Eigenvalues.of(none));
    assertEquals(0, Eigenvalues.of(new double[2][2]).getFirst().magnitude());
  }
}
