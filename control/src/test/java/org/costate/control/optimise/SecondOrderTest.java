package org.costate.control.optimise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;
import org.costate.control.Symmetric;
import org.costate.control.Vectors;
import org.hipparchus.analysis.differentiation.DSFactory;
import org.hipparchus.analysis.differentiation.DerivativeStructure;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresBuilder;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresOptimizer.Optimum;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LevenbergMarquardtOptimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecondOrderTest {
  @FunctionalInterface
  private interface Residuals {
    DerivativeStructure[] at(DerivativeStructure[] c);
  }

  /// `½ Σ r²` with all derivatives by Hipparchus' Taylor arithmetic.
  private static final class LeastSquares implements Objective {
    final int size;
    final Residuals residuals;
    int products;

    LeastSquares(int size, Residuals residuals) {
      this.size = size;
      this.residuals = residuals;
    }

    private DerivativeStructure[] at(double[] c, int order) {
      DSFactory factory = new DSFactory(size, order);
      DerivativeStructure[] x = new DerivativeStructure[size];
      Arrays.setAll(x, i -> factory.variable(i, c[i]));
      return residuals.at(x);
    }

    private DerivativeStructure cost(double[] c, int order) {
      DerivativeStructure[] r = at(c, order);
      DerivativeStructure sum = r[0].getField().getZero();
      for (DerivativeStructure one : r) {
        sum = sum.add(one.square().multiply(0.5));
      }
      return sum;
    }

    double[][] jacobian(double[] c) {
      DerivativeStructure[] r = at(c, 1);
      double[][] rows = new double[r.length][size];
      int[] orders = new int[size];
      for (int i = 0; i < r.length; i++) {
        for (int j = 0; j < size; j++) {
          orders[j] = 1;
          rows[i][j] = r[i].getPartialDerivative(orders);
          orders[j] = 0;
        }
      }
      return rows;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public double value(double[] c) {
      return cost(c, 0).getValue();
    }

    @Override
    public double gradient(double[] c, double[] g) {
      DerivativeStructure j = cost(c, 1);
      int[] orders = new int[size];
      for (int i = 0; i < size; i++) {
        orders[i] = 1;
        g[i] = j.getPartialDerivative(orders);
        orders[i] = 0;
      }
      return j.getValue();
    }

    @Override
    public LinearMap hessian(double[] c) {
      DerivativeStructure j = cost(c, 2);
      double[][] h = new double[size][size];
      int[] orders = new int[size];
      for (int i = 0; i < size; i++) {
        for (int k = 0; k < size; k++) {
          orders[i]++;
          orders[k]++;
          h[i][k] = j.getPartialDerivative(orders);
          orders[i]--;
          orders[k]--;
        }
      }
      return counted(h);
    }

    @Override
    public LinearMap gaussNewton(double[] c) {
      Array2DRowRealMatrix jacobian = new Array2DRowRealMatrix(jacobian(c));
      return counted(jacobian.transpose().multiply(jacobian).getData());
    }

    private LinearMap counted(double[][] matrix) {
      Array2DRowRealMatrix m = new Array2DRowRealMatrix(matrix);
      return new Symmetric(
          size,
          (v, out) -> {
            products++;
            System.arraycopy(m.operate(v), 0, out, 0, size);
          });
    }
  }

  /// Chained Rosenbrock residuals; minimum 0 at ones.
  private static LeastSquares rosenbrock(int size) {
    return new LeastSquares(
        size,
        c -> {
          DerivativeStructure[] r = new DerivativeStructure[2 * (size - 1)];
          for (int i = 0; i + 1 < size; i++) {
            r[2 * i] = c[i + 1].subtract(c[i].square()).multiply(10);
            r[2 * i + 1] = c[i].subtract(1);
          }
          return r;
        });
  }

  /// A decaying exponential through points that none fits: residuals stay.
  private static LeastSquares decay(double[] y) {
    return new LeastSquares(
        3,
        c -> {
          DerivativeStructure[] r = new DerivativeStructure[y.length];
          for (int i = 0; i < y.length; i++) {
            r[i] = c[1].multiply(-0.3 * i).exp().multiply(c[0]).add(c[2]).subtract(y[i]);
          }
          return r;
        });
  }

  private static int minimise(Optimiser rule, Objective f, double[] c, int most, double tolerance) {
    OptimiserState state = rule.start(c.length);
    double[] g = new double[c.length];
    double before = Double.POSITIVE_INFINITY;
    for (int k = 0; k < most; k++) {
      Outcome outcome = rule.step(f, 1, c, state, g);
      assertTrue(
          outcome.value() <= before + 1e-14 * Math.abs(outcome.value()), "J rose in step " + k);
      before = outcome.value();
      if (outcome.gradientNorm() <= tolerance || !outcome.accepted()) {
        return k;
      }
    }
    return most;
  }

  @ParameterizedTest
  @ValueSource(strings = {"newton", "gauss-newton", "dense", "matrix-free"})
  void solvesRosenbrockToRoundOff(String method) {
    Optimiser rule =
        switch (method) {
          case "newton" -> new TrustRegion(SecondOrder.HESSIAN, 1, 0.1, 100);
          case "gauss-newton" -> new TrustRegion(SecondOrder.GAUSS_NEWTON, 1, 0.1, 100);
          case "dense" -> new LevenbergMarquardt(1e-3, 1e-8, 100, 100);
          default -> new LevenbergMarquardt(1e-3, 1e-8, 100, 0);
        };
    double[] c = {-1.2, 1, -1.2, 1, 0.5, -0.7};
    int steps = minimise(rule, rosenbrock(6), c, 200, 1e-11);
    assertTrue(steps < 60, method + " took " + steps);
    for (double x : c) {
      assertEquals(1, x, 1e-10);
    }
  }

  @Test
  void agreesWithLevenbergMarquardtOfHipparchus() {
    double[] y = new double[15];
    Random random = new Random(4);
    Arrays.setAll(y, i -> 2 * Math.exp(-0.3 * i) + 0.4 + 0.1 * random.nextGaussian());
    LeastSquares f = decay(y);
    Optimum reference =
        new LevenbergMarquardtOptimizer()
            .optimize(
                new LeastSquaresBuilder()
                    .start(new double[] {1, 0.5, 0})
                    .target(new double[y.length])
                    .model(
                        point ->
                            new org.hipparchus.util.Pair<>(
                                new ArrayRealVector(
                                    Arrays.stream(f.at(point.toArray(), 0))
                                        .mapToDouble(DerivativeStructure::getValue)
                                        .toArray()),
                                new Array2DRowRealMatrix(f.jacobian(point.toArray()))))
                    .maxEvaluations(500)
                    .maxIterations(500)
                    .build());
    for (int dense : new int[] {0, 10}) {
      double[] c = {1, 0.5, 0};
      minimise(new LevenbergMarquardt(1e-3, 1e-10, 50, dense), f, c, 100, 1e-12);
      assertArrayEquals(reference.getPoint().toArray(), c, 1e-6);
      assertTrue(f.value(c) <= 0.5 * reference.getCost() * reference.getCost() * (1 + 1e-12));
    }
  }

  /// `½ ⟨c, Q c⟩ − ⟨a, c⟩` with a positive definite `Q`.
  @Test
  void newtonSolvesAQuadraticInOneStep() {
    int size = 12;
    Random random = new Random(2);
    double[][] q = new double[size][size];
    for (int k = 0; k < 2 * size; k++) {
      double[] v = random.doubles(size, -1, 1).toArray();
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          q[i][j] += v[i] * v[j];
        }
      }
    }
    Array2DRowRealMatrix matrix = new Array2DRowRealMatrix(q);
    double[] a = random.doubles(size, -1, 1).toArray();
    Quadratic f = new Quadratic(matrix, a);
    double[] c = new double[size];
    TrustRegion newton = new TrustRegion(SecondOrder.HESSIAN, 1e6, 1e-12, 100);
    double[] g = new double[size];
    assertTrue(newton.step(f, 1, c, newton.start(size), g).accepted());
    double[] solution =
        new LUDecomposition(matrix).getSolver().solve(new ArrayRealVector(a)).toArray();
    assertArrayEquals(solution, c, 1e-9);
  }

  private record Quadratic(Array2DRowRealMatrix q, double[] a) implements Objective {
    @Override
    public int size() {
      return a.length;
    }

    @Override
    public double value(double[] c) {
      return gradient(c, new double[a.length]);
    }

    @Override
    public double gradient(double[] c, double[] g) {
      double[] product = q.operate(c);
      double value = 0;
      for (int i = 0; i < c.length; i++) {
        g[i] = product[i] - a[i];
        value += c[i] * (0.5 * product[i] - a[i]);
      }
      return value;
    }

    @Override
    public LinearMap hessian(double[] c) {
      return new Symmetric(
          a.length, (v, out) -> System.arraycopy(q.operate(v), 0, out, 0, v.length));
    }
  }

  /// `x⁴/4 − x²/2 + y²/2` near its saddle at the origin: Newton's equation alone would go there.
  @Test
  void negativeCurvatureIsFollowedAwayFromASaddle() {
    Objective saddle =
        new Objective() {
          @Override
          public int size() {
            return 2;
          }

          @Override
          public double value(double[] c) {
            return gradient(c, new double[2]);
          }

          @Override
          public double gradient(double[] c, double[] g) {
            double x = c[0];
            double y = c[1];
            g[0] = x * x * x - x;
            g[1] = y;
            return 0.25 * x * x * x * x - 0.5 * x * x + 0.5 * y * y;
          }

          @Override
          public LinearMap hessian(double[] c) {
            double h = 3 * c[0] * c[0] - 1;
            return new Symmetric(
                2,
                (v, out) -> {
                  out[0] = h * v[0];
                  out[1] = v[1];
                });
          }
        };
    double[] c = {1e-3, 0.5};
    minimise(new TrustRegion(SecondOrder.HESSIAN, 1, 1e-3, 10), saddle, c, 60, 1e-12);
    assertEquals(1, Math.abs(c[0]), 1e-10);
    assertEquals(0, c[1], 1e-10);
    assertThrows(
        UnsupportedOperationException.class,
        () -> {
          TrustRegion rule = new TrustRegion(SecondOrder.GAUSS_NEWTON, 1, 0.1, 10);
          rule.step(saddle, 1, new double[] {0.5, 0.5}, rule.start(2), new double[2]);
        });
  }

  /// The optimum of the model in a ball, from the eigenvalues, against the conjugate gradients.
  @Test
  void theStepStaysInTheRegionAndGainsAtLeastWhatTheGradientDoes() {
    Random random = new Random(6);
    for (int trial = 0; trial < 50; trial++) {
      int size = 8;
      double[] eigenvalues = random.doubles(size, -1, 3).toArray();
      LinearMap b =
          new Symmetric(
              size,
              (v, out) -> {
                for (int i = 0; i < v.length; i++) {
                  out[i] = eigenvalues[i] * v[i];
                }
              });
      double[] g = random.doubles(size, -1, 1).toArray();
      double radius = Math.pow(10, 2 * random.nextDouble() - 1);
      Steihaug.Found found = Steihaug.solve(b, g, 0, radius, 1e-10, 100);
      assertTrue(Vectors.norm(found.step()) <= radius * (1 + 1e-12));
      double norm = Vectors.norm(g);
      double curvature = 0;
      for (int i = 0; i < size; i++) {
        curvature += eigenvalues[i] * g[i] * g[i];
      }
      double most = radius / norm;
      double t = curvature > 0 ? Math.min(most, norm * norm / curvature) : most;
      double cauchy = t * norm * norm - 0.5 * t * t * curvature;
      assertTrue(found.predicted() >= cauchy * (1 - 1e-12), "trial " + trial);
      if (Arrays.stream(eigenvalues).anyMatch(e -> e < 0)) {
        assertEquals(radius, Vectors.norm(found.step()), 1e-9 * radius);
      }
    }
  }

  @Test
  void whatIsNotFiniteIsRejectedAndChangesNothing() {
    LeastSquares f = rosenbrock(4);
    Objective bad =
        new Objective() {
          @Override
          public int size() {
            return 4;
          }

          @Override
          public double value(double[] c) {
            return f.value(c);
          }

          @Override
          public double gradient(double[] c, double[] g) {
            return f.gradient(c, g);
          }

          @Override
          public LinearMap hessian(double[] c) {
            return new Symmetric(4, (v, out) -> Arrays.fill(out, Double.NaN));
          }

          @Override
          public LinearMap gaussNewton(double[] c) {
            return hessian(c);
          }
        };
    for (Optimiser rule :
        new Optimiser[] {
          new TrustRegion(SecondOrder.HESSIAN, 1, 0.1, 10),
          new LevenbergMarquardt(1e-3, 0.1, 10, 0),
          new LevenbergMarquardt(1e-3, 0.1, 10, 100)
        }) {
      double[] c = {0, 0, 0, 0};
      Outcome outcome = rule.step(bad, 1, c, rule.start(4), new double[4]);
      assertFalse(outcome.accepted());
      assertFalse(outcome.stalled());
      assertArrayEquals(new double[4], c);
    }
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new TrustRegion(SecondOrder.HESSIAN, 0, 0.1, 10));
    assertThrows(
        IllegalArgumentException.class, () -> new TrustRegion(SecondOrder.HESSIAN, 1, 1, 10));
    assertThrows(IllegalArgumentException.class, () -> new LevenbergMarquardt(0, 0.1, 10, 10));
  }
}
