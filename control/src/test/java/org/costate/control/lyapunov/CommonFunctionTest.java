package org.costate.control.lyapunov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.costate.control.lyapunov.CommonFunction.Search;
import org.costate.control.lyapunov.CommonFunction.Verdict;
import org.junit.jupiter.api.Test;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.RawStore;

/// The rate of a common quadratic function against sets whose rate is known.
class CommonFunctionTest {
  private static final double GOLDEN = (1 + Math.sqrt(5)) / 2;

  private static CommonFunction solve(List<double[][]> set) {
    CommonFunction found = CommonFunction.of(set, Search.standard());
    assertTrue(found.settled(), "rate " + found.rate() + " bound " + found.lowerBound());
    assertTrue(found.lowerBound() <= found.rate());
    assertTrue(found.residual(set) <= 1e-9, "residual " + found.residual(set));
    assertIndependently(found, set);
    return found;
  }

  /// The blocks once more, entry by entry and with the general eigenvalue solver.
  private static void assertIndependently(CommonFunction found, List<double[][]> set) {
    double[][] p = found.p();
    int n = p.length;
    double square = found.rate() * found.rate();
    for (double[][] a : set) {
      double[][] block = new double[n][n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          block[i][j] = square * p[i][j];
          for (int k = 0; k < n; k++) {
            for (int l = 0; l < n; l++) {
              block[i][j] -= a[k][i] * p[k][l] * a[l][j];
            }
          }
        }
      }
      Eigenvalue<Double> values = Eigenvalue.R064.make(RawStore.wrap(block), false);
      values.decompose(RawStore.wrap(block));
      double least =
          values.getEigenvalues().stream().mapToDouble(z -> z.getReal()).min().orElseThrow();
      assertTrue(least >= -1e-9 * square * found.condition(), "least eigenvalue " + least);
    }
  }

  private static double[][] random(int n, long seed) {
    Random random = new Random(seed);
    double[][] a = new double[n][n];
    for (double[] row : a) {
      java.util.Arrays.setAll(row, j -> random.nextGaussian());
    }
    return a;
  }

  /// `T A T⁻¹` with `T` unit lower triangular: the same rate, hidden in skew coordinates.
  private static double[][] skewed(double[][] a, double shear) {
    int n = a.length;
    double[][] t = SymmetricMatrices.identity(n);
    double[][] inverse = SymmetricMatrices.identity(n);
    for (int i = 1; i < n; i++) {
      t[i][0] = shear / i;
      inverse[i][0] = -shear / i;
    }
    return SymmetricMatrices.product(t, SymmetricMatrices.product(a, inverse));
  }

  @Test
  void ofANormalMatrixIsTheSpectralRadius() {
    double[][] diagonal = {{0.9, 0, 0}, {0, -0.5, 0}, {0, 0, 0.1}};
    CommonFunction found = solve(List.<double[][]>of(diagonal));
    assertEquals(0.9, found.rate(), 1e-12);
    assertEquals(Verdict.CONTRACTION, found.verdict());
    double[][] rotation = {{0.6, -0.8}, {0.8, 0.6}};
    assertEquals(1, solve(List.<double[][]>of(rotation)).rate(), 1e-12);
  }

  @Test
  void ofASkewedNormalMatrixIsStillTheSpectralRadius() {
    double[][] diagonal = {{0.9, 0, 0, 0}, {0, -0.5, 0, 0}, {0, 0, 0.1, 0}, {0, 0, 0, 0}};
    double[][] a = skewed(diagonal, 3);
    CommonFunction found = solve(List.<double[][]>of(a));
    assertTrue(
        Math.sqrt(
                SymmetricMatrices.largest(
                    SymmetricMatrices.congruent(a, SymmetricMatrices.identity(4))))
            > 2);
    assertEquals(0.9, found.rate(), 1e-6);
    assertTrue(found.condition() > 5, "the Euclidean norm does not fall");
  }

  /// Shear and its transpose: their joint spectral radius is the golden ratio, and the Euclidean
  /// norm attains it. In skew coordinates only the multipliers prove the bound: each matrix alone
  /// has the spectral radius 1.
  @Test
  void ofTwoShearsIsTheGoldenRatio() {
    double[][] shear = {{0.5, 0.5}, {0, 0.5}};
    List<double[][]> set =
        List.of(skewed(shear, 2), skewed(SymmetricMatrices.transposed(shear), 2));
    CommonFunction found = solve(set);
    assertEquals(GOLDEN / 2, found.rate(), 2e-6);
    assertEquals(GOLDEN / 2, found.lowerBound(), 2e-6);
    assertEquals(2, found.multipliers().size());
    assertEquals(Verdict.CONTRACTION, found.verdict());
    double[][] product = SymmetricMatrices.product(set.get(0), set.get(1));
    assertEquals(GOLDEN / 2, Math.sqrt(SymmetricMatrices.spectralRadius(product)), 1e-12);
  }

  /// Each of them is nilpotent, but their product grows: no function can fall under both.
  @Test
  void saysWhereThereIsNone() {
    double[][] up = {{0, 1.5}, {0, 0}};
    CommonFunction found = solve(List.of(up, SymmetricMatrices.transposed(up)));
    assertEquals(1.5, found.rate(), 1e-5);
    assertEquals(Verdict.NONE, found.verdict());
    assertTrue(found.lowerBound() > 1);
    List<double[][]> set = List.of(up, SymmetricMatrices.transposed(up));
    double margin = RateBisection.proofMargin(set, found.multipliers(), 1.4, 1e6);
    assertTrue(margin > 0, "the multipliers prove it for 1.4 too");
    assertTrue(RateBisection.proofMargin(set, found.multipliers(), 1.6, 1e6) < 0);
  }

  /// A Jordan block attains its spectral radius for no `P`: the cap on the condition number does.
  @Test
  void aDefectiveMatrixComesAsNearAsTheConditionNumberLets() {
    double[][] jordan = {{0.5, 1}, {0, 0.5}};
    CommonFunction found = CommonFunction.of(List.<double[][]>of(jordan), new Search(1e-6, 1e4));
    assertTrue(found.settled());
    assertTrue(found.rate() > 0.5 && found.rate() < 0.52, "rate " + found.rate());
    assertTrue(found.condition() <= 2e4, "condition " + found.condition());
  }

  /// Products of the set, in random order, stay below `√cond μ^k`: 16 states, 6 matrices.
  @Test
  void boundsRandomProductsOfSixteenStates() {
    List<double[][]> set = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      double[][] a = SymmetricMatrices.identity(16);
      SymmetricMatrices.add(0.1, random(16, i), a);
      set.add(a);
    }
    CommonFunction found = CommonFunction.of(set, new Search(1e-4, 1e6));
    assertTrue(found.settled());
    assertTrue(found.residual(set) <= 1e-9);
    double euclidean =
        set.stream()
            .mapToDouble(
                a ->
                    Math.sqrt(
                        SymmetricMatrices.largest(
                            SymmetricMatrices.congruent(a, SymmetricMatrices.identity(16)))))
            .max()
            .orElseThrow();
    assertTrue(found.rate() < euclidean * 0.98, found.rate() + " of " + euclidean);
    Random random = new Random(5);
    double[][] product = SymmetricMatrices.identity(16);
    double bound = Math.sqrt(found.condition());
    for (int k = 0; k < 40; k++) {
      product = SymmetricMatrices.product(set.get(random.nextInt(6)), product);
      bound *= found.rate();
      double gain =
          Math.sqrt(
              SymmetricMatrices.largest(
                  SymmetricMatrices.product(SymmetricMatrices.transposed(product), product)));
      assertTrue(gain <= bound * (1 + 1e-9), "after " + k);
    }
  }

  @Test
  void badSetsAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> CommonFunction.of(List.of(), Search.standard()));
    assertThrows(
        IllegalArgumentException.class,
        () -> CommonFunction.of(List.of(new double[2][2], new double[3][3]), Search.standard()));
    assertThrows(IllegalArgumentException.class, () -> new Search(0, 100));
  }
}
