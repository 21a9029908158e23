package org.costate.control.constrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.control.Vectors;
import org.costate.control.convex.ActiveSet;
import org.costate.control.convex.Barrier;
import org.costate.control.convex.ConvexException;
import org.costate.control.convex.ConvexProgram;
import org.costate.control.convex.Halfspaces;
import org.costate.control.convex.InteriorPoint;
import org.costate.control.convex.QuadraticBound;
import org.costate.control.convex.QuadraticForm;
import org.costate.control.convex.SemidefiniteCone;

/// The convex subproblem of a step `d` from `c`:
///
///     min g·d + ½ dᵀ B d,   c + d ∈ C,   A d = −ξ h (equalities),   A d ≤ −min(ξ h, h) (others).
///
/// Boxes and polyhedra make it a quadratic program, which goes to ojAlgo's active-set method. Norm
/// balls make it a quadratically constrained one and spectral balls a semidefinite one,
/// `[[r I, W], [Wᵀ, r I]] ⪰ 0`: these go to the interior-point method with JOptimizer's Newton
/// steps, and so does a quadratic program that the active-set method gives up on.
///
/// @param set `C`
/// @param smooth the linearised constraints
/// @param c the point
record Subproblem(Constraints set, Linearised smooth, double[] c) {
  private static final double REACH = 100;
  private static final double INTERIOR_SLACK = 1e-9;

  /// The step, if there is one.
  ///
  /// @param share `ξ`, how much of the violation is to be taken away
  Optional<double[]> solve(double[] g, double[][] b, double share) {
    ConvexProgram program = program(new QuadraticForm(b, g, 0), share);
    if (ActiveSet.fits(program)) {
      try {
        return Optional.of(ActiveSet.minimise(program));
      } catch (ConvexException e) {
        if (e.kind() == ConvexException.Kind.INFEASIBLE || program.constraints().isEmpty()) {
          return Optional.empty();
        }
      }
    }
    return interior(program);
  }

  private static Optional<double[]> interior(ConvexProgram program) {
    InteriorPoint solver = InteriorPoint.tight();
    try {
      double[] start = leastNorm(program);
      boolean inside =
          program.constraints().stream().allMatch(k -> k.violation(start) < -INTERIOR_SLACK);
      double[] feasible =
          inside ? start : solver.feasible(program, start, REACH * (1 + Vectors.norm(start)));
      return Optional.of(solver.minimise(program, feasible).x());
    } catch (ConvexException e) {
      return Optional.empty();
    }
  }

  /// The shortest step that satisfies the equalities.
  private static double[] leastNorm(ConvexProgram program) {
    return Normal.leastNorm(program.equalities(), program.values(), program.size());
  }

  private ConvexProgram program(QuadraticForm model, double share) {
    int m = smooth.equalities();
    double[][] rows = new double[m][];
    double[] values = new double[m];
    for (int k = 0; k < m; k++) {
      rows[k] = smooth.rows()[k];
      values[k] = -share * smooth.values()[k];
    }
    List<Barrier> barriers = new ArrayList<>();
    if (smooth.count() > m) {
      barriers.add(inequalities(share));
    }
    set.all().forEach(one -> barrier(one).ifPresent(barriers::add));
    return new ConvexProgram(model, rows, values, barriers);
  }

  private Barrier inequalities(double share) {
    int m = smooth.equalities();
    double[][] rows = new double[smooth.count() - m][];
    double[] bounds = new double[rows.length];
    for (int k = 0; k < rows.length; k++) {
      double value = smooth.values()[m + k];
      rows[k] = smooth.rows()[m + k];
      bounds[k] = value > 0 ? -share * value : -value;
    }
    return new Halfspaces("smooth inequalities", rows, bounds);
  }

  private Optional<Barrier> barrier(Constrained one) {
    int from = one.offset();
    return switch (one.set()) {
      case Box box -> box(one.name(), box, from);
      case Polyhedron p -> Optional.of(polyhedron(one.name(), p, from));
      case NormBall ball -> Optional.of(ball(one.name(), ball, from));
      case SpectralBall ball -> Optional.of(spectral(one.name(), ball, from));
    };
  }

  private Optional<Barrier> box(String name, Box box, int from) {
    double[] lower = new double[c.length];
    double[] upper = new double[c.length];
    java.util.Arrays.fill(lower, Double.NEGATIVE_INFINITY);
    java.util.Arrays.fill(upper, Double.POSITIVE_INFINITY);
    for (int i = from; i < from + box.size(); i++) {
      lower[i] = box.lower() - c[i];
      upper[i] = box.upper() - c[i];
    }
    boolean bounded =
        box.lower() > Double.NEGATIVE_INFINITY || box.upper() < Double.POSITIVE_INFINITY;
    return bounded ? Optional.of(Halfspaces.box(name, lower, upper)) : Optional.empty();
  }

  private Barrier polyhedron(String name, Polyhedron p, int from) {
    double[][] rows = new double[p.rows().length][c.length];
    double[] bounds = p.bounds().clone();
    for (int k = 0; k < rows.length; k++) {
      for (int i = 0; i < p.size(); i++) {
        rows[k][from + i] = p.rows()[k][i];
        bounds[k] -= p.rows()[k][i] * c[from + i];
      }
    }
    return new Halfspaces(name, rows, bounds);
  }

  /// `½ (‖c + d‖² − r²) ≤ 0` over the stretch.
  private Barrier ball(String name, NormBall ball, int from) {
    double[][] p = new double[c.length][c.length];
    double[] q = new double[c.length];
    double r = -0.5 * ball.radius() * ball.radius();
    for (int i = from; i < from + ball.size(); i++) {
      p[i][i] = 1;
      q[i] = c[i];
      r += 0.5 * c[i] * c[i];
    }
    return new QuadraticBound(name, new QuadraticForm(p, q, r));
  }

  private Barrier spectral(String name, SpectralBall ball, int from) {
    int order = ball.rows() + ball.cols();
    double[][] constant = new double[order][order];
    for (int i = 0; i < order; i++) {
      constant[i][i] = ball.radius();
    }
    List<double[][]> slopes = new ArrayList<>();
    for (int k = 0; k < c.length; k++) {
      double[][] f = new double[order][order];
      int at = k - from;
      if (at >= 0 && at < ball.size()) {
        int i = at / ball.cols();
        int j = ball.rows() + at % ball.cols();
        f[i][j] = 1;
        f[j][i] = 1;
        constant[i][j] = c[k];
        constant[j][i] = c[k];
      }
      slopes.add(f);
    }
    return new SemidefiniteCone(name, constant, slopes);
  }
}
