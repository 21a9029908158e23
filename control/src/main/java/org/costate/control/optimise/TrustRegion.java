package org.costate.control.optimise;

import java.util.Map;
import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;
import org.costate.control.Vectors;

/// Truncated Newton and Gauss–Newton in a trust region: the step approximately minimises
/// `⟨g, p⟩ + ½ ⟨p, B p⟩` within `‖p‖₂ ≤ Δ` by the conjugate gradients of Steihaug, on products with
/// `B` alone; negative curvature is followed to the boundary. The radius follows the ratio of the
/// decrease to the predicted one (Nocedal and Wright, *Numerical Optimization*, algorithms 4.1 and
/// 7.2). A step is taken where the ratio exceeds 1e-4; else the region shrinks and the step is
/// searched again, until round-off.
///
/// It remembers the radius only, so every step may see another objective.
///
/// @param matrix the matrix `B`
/// @param radius first `Δ`
/// @param forcing residual of the conjugate gradients relative to `‖g‖₂`, shrunk to `√‖g‖₂` where
///     that is less: converges superlinearly
/// @param products most products with `B` for one step
public record TrustRegion(SecondOrder matrix, double radius, double forcing, int products)
    implements Optimiser {
  private static final double ACCEPT = 1e-4;
  private static final double LARGEST = 1e12;
  private static final double ROUND_OFF = 1e-14;

  /// @throws IllegalArgumentException if a number is out of range
  public TrustRegion {
    if (!(radius > 0 && radius <= LARGEST) || !(forcing > 0 && forcing < 1) || products < 1) {
      throw new IllegalArgumentException(
          "trust region: found radius "
              + radius
              + ", forcing "
              + forcing
              + " and "
              + products
              + " products, expected a positive radius up to "
              + LARGEST
              + ", a forcing in (0, 1) and at least 1 product");
    }
  }

  @Override
  public String name() {
    return matrix == SecondOrder.HESSIAN ? "newton" : "gauss-newton";
  }

  @Override
  public String stepName() {
    return "Δ";
  }

  @Override
  public boolean stochastic() {
    return false;
  }

  @Override
  public boolean secondOrder() {
    return true;
  }

  @Override
  public OptimiserState start(int size) {
    return new OptimiserState(Map.of("radius", new double[] {radius}));
  }

  @Override
  public Outcome step(
      Objective objective, double rate, double[] c, OptimiserState state, double[] g) {
    Outcome start = Clipping.gradient(objective, c, Double.POSITIVE_INFINITY, rate, g);
    double norm = start.gradientNorm();
    double delta = state.number("radius");
    if (!start.accepted() || norm == 0) {
      return start.with(delta, Optimality.UNKNOWN);
    }
    LinearMap b = matrix.of(objective, c);
    double tolerance = Math.min(forcing, Math.sqrt(norm));
    double[] trial = new double[c.length];
    int evaluations = 1;
    while (delta > ROUND_OFF * Math.max(ROUND_OFF, Vectors.norm(c))) {
      Steihaug.Found found = Steihaug.solve(b, g, 0, delta, tolerance, products);
      if (found.end() == Steihaug.End.NOT_FINITE) {
        return Outcome.rejected(
            start.value(), norm, evaluations, "a product with the matrix is not finite");
      }
      if (found.predicted() <= ROUND_OFF * Math.abs(start.value())) {
        return last(objective, found, c, state, start, evaluations);
      }
      add(c, found.step(), trial);
      double decrease = start.value() - objective.value(trial);
      evaluations++;
      double ratio = decrease / found.predicted();
      double used = delta;
      delta = nextRadius(delta, ratio, found);
      if (ratio > ACCEPT) {
        System.arraycopy(trial, 0, c, 0, c.length);
        state.set("radius", delta);
        Optimality known = Optimality.requiring(ACCEPT * found.predicted());
        return Outcome.taken(start.value(), norm, used, false, evaluations).with(used, known);
      }
    }
    return Outcome.stalled(
        start.value(),
        norm,
        evaluations,
        "no step within the trust region decreases the objective");
  }

  private static double nextRadius(double delta, double ratio, Steihaug.Found found) {
    double length = Vectors.norm(found.step());
    if (!(ratio >= 0.25)) {
      return 0.25 * Math.min(delta, length);
    }
    boolean atBoundary = length >= 0.999 * delta;
    return ratio > 0.75 && atBoundary ? Math.min(2 * delta, LARGEST) : delta;
  }

  /// The predicted decrease is below the round-off of `J`: the step is judged by the gradient.
  private Outcome last(
      Objective objective,
      Steihaug.Found found,
      double[] c,
      OptimiserState state,
      Outcome start,
      int evaluations) {
    double[] trial = new double[c.length];
    double[] gradient = new double[c.length];
    add(c, found.step(), trial);
    double value = objective.gradient(trial, gradient);
    boolean shorter = Double.isFinite(value) && Vectors.norm(gradient) < start.gradientNorm();
    if (!shorter) {
      return Outcome.stalled(
          start.value(),
          start.gradientNorm(),
          evaluations + 1,
          "the predicted decrease "
              + found.predicted()
              + " is below the round-off of the objective");
    }
    System.arraycopy(trial, 0, c, 0, c.length);
    return Outcome.taken(start.value(), start.gradientNorm(), 0, false, evaluations + 1)
        .with(state.number("radius"), Optimality.requiring(0));
  }

  static void add(double[] c, double[] p, double[] sum) {
    for (int i = 0; i < c.length; i++) {
      sum[i] = c[i] + p[i];
    }
  }
}
