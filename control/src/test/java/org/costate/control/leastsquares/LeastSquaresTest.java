package org.costate.control.leastsquares;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.costate.model.InputException;
import org.costate.model.kernel.PlainKernels;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;

class LeastSquaresTest {
  private static final LeastSquares WITH_INTERCEPT = new LeastSquares(true, 0, new PlainKernels());
  private static final LeastSquares WITHOUT = new LeastSquares(false, 0, new PlainKernels());

  /// A problem with features of mean 3, of lengths that differ by `spread` from one to the next.
  private record Problem(int n, int p, double[] x, double[] y) {
    static Problem random(int n, int p, double spread, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] x = new double[n * p];
      double[] y = new double[n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < p; j++) {
          x[i * p + j] = (3 + random.nextGaussian()) * Math.pow(spread, j);
          y[i] += (j + 1) * x[i * p + j] / Math.pow(spread, j);
        }
        y[i] += 0.5 * random.nextGaussian();
      }
      return new Problem(n, p, x, y);
    }

    RegressionData data() {
      return RegressionData.of(x, p, y);
    }

    /// `[1, X]` or `X`.
    RealMatrix design(boolean intercept) {
      int lead = intercept ? 1 : 0;
      RealMatrix m = MatrixUtils.createRealMatrix(n, p + lead);
      for (int i = 0; i < n; i++) {
        if (intercept) {
          m.setEntry(i, 0, 1);
        }
        for (int j = 0; j < p; j++) {
          m.setEntry(i, lead + j, x[i * p + j]);
        }
      }
      return m;
    }
  }

  @Test
  void coefficientsFittedValuesAndPredictionsAreThoseOfQr() {
    Problem problem = Problem.random(200, 8, 1, 1);
    Problem fresh = Problem.random(50, 8, 1, 2);
    for (boolean intercept : new boolean[] {true, false}) {
      LeastSquaresFit fit = (intercept ? WITH_INTERCEPT : WITHOUT).fit(problem.data());
      double[] exact =
          new QRDecomposition(problem.design(intercept))
              .getSolver()
              .solve(new ArrayRealVector(problem.y()))
              .toArray();
      int lead = intercept ? 1 : 0;
      for (int j = 0; j < 8; j++) {
        assertEquals(exact[lead + j], fit.coefficients()[j], 1e-10 * Math.abs(exact[lead + j]));
      }
      assertClose(problem.design(intercept).operate(exact), fit.predict(problem.x()));
      assertClose(fresh.design(intercept).operate(exact), fit.predict(fresh.x()));
      assertTrue(fit.agreement().pass(), "violation " + fit.agreement().violation());
      assertEquals(8, fit.rank());
    }
  }

  private static void assertClose(double[] expected, double[] found) {
    double size = new ArrayRealVector(expected).getLInfNorm();
    assertArrayEquals(expected, found, 1e-10 * size);
  }

  /// The forward pass over the training rows themselves, in one piece.
  @Test
  void theForwardPassIsTheProjection() {
    Problem problem = Problem.random(60, 4, 1, 3);
    LeastSquaresFit fit = WITHOUT.fit(problem.data());
    double[] ones = new double[60];
    java.util.Arrays.fill(ones, 1);
    double[] passed = fit.layer().answers(problem.x(), ones);
    double[] once = fit.predict(problem.x());
    assertClose(once, passed);
    LeastSquaresFit again = WITHOUT.fit(RegressionData.of(problem.x(), 4, passed));
    assertClose(passed, again.predict(problem.x()));
  }

  @Test
  void badlyScaledAndNearlyDependentFeaturesStillAgree() {
    LeastSquaresFit scaled = WITH_INTERCEPT.fit(Problem.random(500, 6, 1e3, 4).data());
    assertTrue(scaled.agreement().pass(), "violation " + scaled.agreement().violation());
    Problem near = Problem.random(500, 4, 1, 5);
    for (int i = 0; i < near.n(); i++) {
      near.x()[i * 4 + 3] = near.x()[i * 4] + 1e-4 * near.x()[i * 4 + 3];
    }
    LeastSquaresFit fit = WITH_INTERCEPT.fit(near.data());
    assertTrue(fit.condition() > LeastSquares.COLLINEAR, "condition " + fit.condition());
    assertEquals(4, fit.rank());
    assertTrue(fit.agreement().pass(), "violation " + fit.agreement().violation());
  }

  @Test
  void dependentFeaturesGetTheSolutionOfLeastNorm() {
    Problem problem = Problem.random(100, 5, 1, 6);
    for (int i = 0; i < 100; i++) {
      problem.x()[i * 5 + 4] = 2 * problem.x()[i * 5] - problem.x()[i * 5 + 1];
    }
    LeastSquaresFit fit = WITHOUT.fit(problem.data());
    double[] exact =
        new SingularValueDecomposition(problem.design(false))
            .getSolver()
            .solve(new ArrayRealVector(problem.y()))
            .toArray();
    assertEquals(4, fit.rank());
    assertTrue(fit.condition() > 1e14, "condition " + fit.condition());
    assertArrayEquals(exact, fit.coefficients(), 1e-9);
    assertTrue(fit.agreement().pass(), "violation " + fit.agreement().violation());
    assertEquals(4, WITH_INTERCEPT.fit(problem.data()).rank());
  }

  @Test
  void aRidgeActsOnceInThePassAndTwiceWhereAllMapsAreOne() {
    Problem problem = Problem.random(40, 3, 1, 7);
    double mu = 10;
    LeastSquaresFit fit = new LeastSquares(false, mu, new PlainKernels()).fit(problem.data());
    RealMatrix x = problem.design(false);
    RealMatrix g = x.transposeMultiply(x);
    RealMatrix regular = g.add(MatrixUtils.createRealIdentityMatrix(3).scalarMultiply(mu));
    RealMatrix inverse = MatrixUtils.inverse(regular);
    double[] b = x.transpose().operate(problem.y());
    assertArrayEquals(inverse.operate(b), fit.coefficients(), 1e-10);
    double[] twice = inverse.operate(g.operate(inverse.operate(b)));
    assertArrayEquals(twice, fit.twiceFiltered(), 1e-10);
    assertTrue(Math.abs(twice[0] - fit.coefficients()[0]) > 1e-3);
    assertTrue(fit.agreement().pass());
    LeastSquaresFit centred = new LeastSquares(true, mu, new PlainKernels()).fit(problem.data());
    assertTrue(centred.agreement().pass(), "violation " + centred.agreement().violation());
  }

  @Test
  void weightsCountLikeRepetitions() {
    Problem problem = Problem.random(30, 2, 1, 8);
    RegressionData weighted = withWeights(problem, i -> i % 3);
    double[] x = new double[2 * 30];
    double[] y = new double[30];
    int at = 0;
    for (int i = 0; i < 30; i++) {
      for (int k = 0; k < i % 3; k++) {
        x[2 * at] = problem.x()[2 * i];
        x[2 * at + 1] = problem.x()[2 * i + 1];
        y[at++] = problem.y()[i];
      }
    }
    LeastSquaresFit repeated = WITH_INTERCEPT.fit(RegressionData.of(x, 2, y));
    LeastSquaresFit fit = WITH_INTERCEPT.fit(weighted);
    assertArrayEquals(repeated.coefficients(), fit.coefficients(), 1e-11);
    assertEquals(repeated.r2(), fit.r2(), 1e-12);
    assertEquals(20, fit.rows());
  }

  private static RegressionData withWeights(
      Problem problem, java.util.function.IntToDoubleFunction weight) {
    return new RegressionData() {
      @Override
      public int features() {
        return problem.p();
      }

      @Override
      public void forEach(Row consumer) {
        for (int i = 0; i < problem.n(); i++) {
          double[] row = new double[problem.p()];
          System.arraycopy(problem.x(), i * problem.p(), row, 0, problem.p());
          consumer.accept(row, problem.y()[i], weight.applyAsDouble(i));
        }
      }
    };
  }

  /// Whether the rows fit in memory or are read again, the fit is the same to the bit.
  @Test
  void keptRowsAreTheSameRows() {
    Problem problem = Problem.random(9000, 2, 1, 10);
    int[] reads = {0};
    RegressionData counted =
        new RegressionData() {
          @Override
          public int features() {
            return 2;
          }

          @Override
          public void forEach(Row consumer) {
            reads[0]++;
            problem.data().forEach(consumer);
          }
        };
    LeastSquaresFit plain = WITH_INTERCEPT.fit(problem.data());
    LeastSquaresFit kept = WITH_INTERCEPT.fit(new KeptRows(counted, 9000 * 4));
    assertEquals(1, reads[0]);
    LeastSquaresFit again = WITH_INTERCEPT.fit(new KeptRows(counted, 9000 * 4 - 1));
    assertTrue(reads[0] > 2);
    assertArrayEquals(plain.coefficients(), kept.coefficients(), 0);
    assertArrayEquals(plain.coefficients(), again.coefficients(), 0);
  }

  /// Textbook numbers: y = 2x + 1 with known residuals.
  @Test
  void theStatisticsAreThoseOfTheTextbook() {
    double[] x = {1, 2, 3, 4, 5};
    double[] y = {3.1, 4.9, 7.2, 8.8, 11};
    LeastSquaresFit fit = WITH_INTERCEPT.fit(RegressionData.of(x, 1, y));
    assertEquals(1.97, fit.coefficients()[0], 1e-12);
    assertEquals(1.09, fit.intercept(), 1e-12);
    assertEquals(0.091, fit.residual(), 1e-12);
    assertEquals(1 - 0.091 / 38.9, fit.r2(), 1e-12);
    assertEquals(Math.sqrt(0.091 / 3 / 10), fit.standardErrors()[0], 1e-12);
    assertEquals(Math.sqrt(0.091 / 3 * (1 / 5.0 + 9 / 10.0)), fit.interceptError(), 1e-12);
    assertEquals(1, fit.condition(), 1e-12);
  }

  /// The layer keeps the map when its features are rotated: compare functions, not weights.
  @Test
  void rotatedWeightsAreTheSameMap() {
    Problem problem = Problem.random(50, 2, 1, 9);
    LeastSquaresFit fit = WITHOUT.fit(problem.data());
    double[] controls = fit.layer().controls();
    double c = Math.cos(0.7);
    double s = Math.sin(0.7);
    double[] map = new double[4];
    double[] readout = new double[2];
    for (int j = 0; j < 2; j++) {
      double a = controls[6 * j];
      double b = controls[6 * j + 1];
      map[2 * j] = a * c - b * s;
      map[2 * j + 1] = a * s + b * c;
    }
    readout[0] = controls[12] * c - controls[14] * s;
    readout[1] = controls[12] * s + controls[14] * c;
    RegressionLayer rotated = new RegressionLayer(2, map, map, readout, new PlainKernels());
    double[] ones = new double[50];
    java.util.Arrays.fill(ones, 1);
    assertArrayEquals(fit.coefficients(), rotated.coefficients(problem.x(), ones), 1e-11);
    assertTrue(Math.abs(map[0] - controls[0]) > 1e-3);
  }

  @Test
  void whatCannotBeFittedIsRefused() {
    assertRefused(
        "rows: found 2 for 3", () -> WITH_INTERCEPT.fit(Problem.random(2, 2, 1, 1).data()));
    assertRefused("ridge: found -1", () -> new LeastSquares(true, -1, new PlainKernels()));
    double[] x = {0.1, 1, 0.1, 2, 0.1, 3, 0.1, 5};
    double[] y = {1, 2, 3, 4};
    RegressionData constant = RegressionData.of(x, 2, y);
    assertEquals(
        0,
        assertThrows(LeastSquares.UnusableColumn.class, () -> WITH_INTERCEPT.fit(constant))
            .column());
    assertEquals(2, WITHOUT.fit(constant).rank());
  }

  /// Squares of larger or smaller numbers overflow or vanish.
  @Test
  void numbersOutOfRangeAreRefusedAndThoseAtItsEndsFitted() {
    double[] y = {1, 3, 2, 5, 4};
    double[] x = {1, 2, 3, 4, 5};
    LeastSquaresFit fit = WITH_INTERCEPT.fit(RegressionData.of(x, 1, y));
    for (double unit : new double[] {1e-139, 1e139}) {
      double[] scaled = java.util.Arrays.stream(x).map(v -> unit * v).toArray();
      LeastSquaresFit same = WITH_INTERCEPT.fit(RegressionData.of(scaled, 1, y));
      assertEquals(fit.coefficients()[0], same.coefficients()[0] * unit, 1e-14);
      assertEquals(fit.r2(), same.r2(), 1e-14);
      assertTrue(same.agreement().pass(), "violation " + same.agreement().violation());
    }
    for (double unit : new double[] {1e-300, 1e300}) {
      double[] scaled = java.util.Arrays.stream(x).map(v -> unit * v).toArray();
      assertEquals(0, unusable(scaled, y).column());
      assertEquals(unit > 1, unusable(scaled, y).outOfRange().orElseThrow() > 1);
    }
    assertEquals(1, unusable(x, new double[] {1, 3, 2, 5, -1e300}).column());
    assertTrue(unusable(new double[] {2, 2, 2, 2, 2}, y).outOfRange().isEmpty());
  }

  private static LeastSquares.UnusableColumn unusable(double[] x, double[] y) {
    return assertThrows(
        LeastSquares.UnusableColumn.class, () -> WITH_INTERCEPT.fit(RegressionData.of(x, 1, y)));
  }

  private static void assertRefused(String found, Runnable call) {
    String message = assertThrows(InputException.class, call::run).getMessage();
    assertTrue(message.contains(found), message);
  }
}
