package org.costate.control.optimise;

import java.util.Arrays;
import java.util.Map;
import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;
import org.costate.control.Vectors;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;

/// The method of Levenberg and Marquardt: `(B + μ I) p = −g` with the Gauss–Newton matrix `B` and a
/// damping `μ` that follows the ratio of the decrease to the predicted one (Nielsen,
/// IMM-REP-1999-05: `μ := μ max(⅓, 1 − (2r − 1)³)`, else `μ := μ ν`, `ν := 2ν`).
///
/// Up to `dense` unknowns `B` is formed by that many products and factorised by the Cholesky
/// decomposition of Hipparchus; beyond, the system is solved by conjugate gradients on products.
///
/// It remembers the damping only, so every step may see another objective.
///
/// @param damping first `μ`, in units of the curvature along the gradient
/// @param forcing residual of the conjugate gradients relative to `‖g‖₂`
/// @param products most products for one step, where `B` is not formed
/// @param dense most unknowns for which `B` is formed
public record LevenbergMarquardt(double damping, double forcing, int products, int dense)
    implements Optimiser {
  private static final double ROUND_OFF = 1e-14;
  private static final double LEAST = 1e-300;
  private static final int TRIALS = 60;
  private static final double SYMMETRY = 1e-10;

  /// @throws IllegalArgumentException if a number is out of range
  public LevenbergMarquardt {
    if (!(damping > 0) || !(forcing > 0 && forcing < 1) || products < 1 || dense < 0) {
      throw new IllegalArgumentException(
          "levenberg-marquardt: found damping "
              + damping
              + ", forcing "
              + forcing
              + ", "
              + products
              + " products and up to "
              + dense
              + " unknowns dense, expected a positive damping, a forcing in (0, 1), at least 1"
              + " product and none negative");
    }
  }

  @Override
  public String name() {
    return "levenberg-marquardt";
  }

  @Override
  public String stepName() {
    return "μ";
  }

  @Override
  public boolean stochastic() {
    return false;
  }

  @Override
  public boolean secondOrder() {
    return true;
  }

  /// The damping (0: not yet chosen), and the factor of its next rise.
  @Override
  public OptimiserState start(int size) {
    return new OptimiserState(Map.of("damping", new double[1], "rise", new double[] {2}));
  }

  @Override
  public Outcome step(
      Objective objective, double rate, double[] c, OptimiserState state, double[] g) {
    Outcome start = Clipping.gradient(objective, c, Double.POSITIVE_INFINITY, rate, g);
    double norm = start.gradientNorm();
    if (!start.accepted() || norm == 0) {
      return start.with(state.number("damping"), Optimality.UNKNOWN);
    }
    LinearMap b = objective.gaussNewton(c);
    if (state.number("damping") == 0) {
      state.set("damping", Math.max(LEAST, damping * curvature(b, g)));
    }
    Solver solver = c.length <= dense ? dense(b, c.length) : matrixFree(b);
    double[] trial = new double[c.length];
    int evaluations = 1;
    for (int k = 0; k < TRIALS; k++) {
      double mu = state.number("damping");
      Step found = solver.solve(mu, g);
      if (Double.isNaN(found.predicted())) {
        return Outcome.rejected(
            start.value(), norm, evaluations, "a product with the matrix is not finite");
      }
      TrustRegion.add(c, found.p(), trial);
      double decrease = start.value() - objective.value(trial);
      evaluations++;
      double ratio = decrease / found.predicted();
      if (ratio > 0) {
        fall(state, mu, ratio);
        System.arraycopy(trial, 0, c, 0, c.length);
        return Outcome.taken(start.value(), norm, mu, false, evaluations)
            .with(mu, Optimality.requiring(0));
      }
      if (found.predicted() <= ROUND_OFF * Math.abs(start.value())) {
        break;
      }
      rise(state, mu);
    }
    return Outcome.stalled(
        start.value(), norm, evaluations, "no damped step decreases the objective");
  }

  private static void fall(OptimiserState state, double mu, double ratio) {
    double cube = Math.pow(2 * ratio - 1, 3);
    state.set("damping", Math.max(LEAST, mu * Math.max(1.0 / 3, 1 - cube)));
    state.set("rise", 2);
  }

  private static void rise(OptimiserState state, double mu) {
    state.set("damping", mu * state.number("rise"));
    state.set("rise", 2 * state.number("rise"));
  }

  /// `⟨g, B g⟩/⟨g, g⟩`.
  private static double curvature(LinearMap b, double[] g) {
    double[] product = new double[g.length];
    b.apply(g, product);
    double found = Vectors.dot(g, product) / Vectors.dot(g, g);
    return found > 0 ? found : 1;
  }

  /// @param predicted `−⟨g, p⟩ − ½ ⟨p, B p⟩`; infinite where no `p` was found, NaN where `B` is not
  /// finite
  private record Step(double[] p, double predicted) {}

  @FunctionalInterface
  private interface Solver {
    /// Solves `(B + μ I) p = −g`.
    Step solve(double mu, double[] g);
  }

  private Solver matrixFree(LinearMap b) {
    return (mu, g) -> {
      Steihaug.Found found = Steihaug.solve(b, g, mu, Double.POSITIVE_INFINITY, forcing, products);
      double[] p = found.step();
      boolean finite = found.end() != Steihaug.End.NOT_FINITE;
      double predicted = found.predicted() + 0.5 * mu * Vectors.dot(p, p);
      return new Step(p, finite ? predicted : Double.NaN);
    };
  }

  private static Solver dense(LinearMap b, int size) {
    double[][] matrix = columns(b, size);
    boolean finite = Arrays.stream(matrix).allMatch(row -> Vectors.firstNonFinite(row) < 0);
    return (mu, g) -> {
      if (!finite) {
        return new Step(new double[size], Double.NaN);
      }
      RealMatrix damped = new Array2DRowRealMatrix(matrix);
      for (int i = 0; i < size; i++) {
        damped.addToEntry(i, i, mu);
      }
      try {
        CholeskyDecomposition factor = new CholeskyDecomposition(damped, SYMMETRY, 0);
        double[] p = factor.getSolver().solve(new ArrayRealVector(g)).toArray();
        Vectors.scale(-1, p);
        // −⟨g, p⟩ − ½ ⟨p, B p⟩ = ½ ⟨p, μ p − g⟩ at a solution
        return new Step(p, 0.5 * (mu * Vectors.dot(p, p) - Vectors.dot(p, g)));
      } catch (MathRuntimeException e) {
        // round-off made the matrix singular: no step, and the damping rises
        return new Step(new double[size], Double.POSITIVE_INFINITY);
      }
    };
  }

  private static double[][] columns(LinearMap b, int size) {
    double[][] matrix = new double[size][size];
    double[] unit = new double[size];
    for (int i = 0; i < size; i++) {
      unit[i] = 1;
      b.apply(unit, matrix[i]);
      unit[i] = 0;
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < i; j++) {
        double mean = 0.5 * (matrix[i][j] + matrix[j][i]);
        matrix[i][j] = mean;
        matrix[j][i] = mean;
      }
    }
    return matrix;
  }
}
