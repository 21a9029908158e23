package org.costate.control.optimise;

import java.util.Arrays;
import org.costate.adjoint.LinearMap;
import org.costate.control.Vectors;

/// Conjugate gradients on the model `m(p) = ⟨g, p⟩ + ½ ⟨p, (B + μ I) p⟩` within `‖p‖₂ ≤ Δ`
/// (Steihaug, SIAM J. Numer. Anal. 20, 1983, 626–637): ends where the residual is small, at the
/// boundary, or along a direction of negative curvature at the boundary.
final class Steihaug {
  /// How the iteration ended.
  enum End {
    /// The residual is as small as asked for.
    CONVERGED,
    /// A step would have left the region.
    BOUNDARY,
    /// A direction of negative curvature was followed to the boundary.
    NEGATIVE_CURVATURE,
    /// The most products were done.
    PRODUCTS,
    /// A product was not finite.
    NOT_FINITE
  }

  /// @param step `p`
  /// @param predicted `−m(p) ≥ 0`
  record Found(double[] step, double predicted, int products, End end) {}

  private final LinearMap matrix;
  private final double damping;
  private final double[] p;
  private final double[] residual;
  private final double[] direction;
  private final double[] product;

  private Steihaug(LinearMap matrix, double damping, double[] g) {
    this.matrix = matrix;
    this.damping = damping;
    p = new double[g.length];
    residual = g.clone();
    direction = new double[g.length];
    product = new double[g.length];
  }

  /// @param damping `μ ≥ 0`
  /// @param radius `Δ`, may be infinite where `B + μ I` is positive definite
  /// @param tolerance of the residual, relative to `‖g‖₂`
  static Found solve(
      LinearMap matrix, double[] g, double damping, double radius, double tolerance, int most) {
    return new Steihaug(matrix, damping, g).run(g, radius, tolerance, most);
  }

  private Found run(double[] g, double radius, double tolerance, int most) {
    double square = Vectors.dot(residual, residual);
    double target = tolerance * Math.sqrt(square);
    for (int i = 0; i < direction.length; i++) {
      direction[i] = -residual[i];
    }
    for (int k = 0; k < most; k++) {
      multiply(direction, product);
      double curvature = Vectors.dot(direction, product);
      if (!Double.isFinite(curvature)) {
        Arrays.fill(p, 0);
        return new Found(p, 0, k + 1, End.NOT_FINITE);
      }
      double along = Vectors.dot(direction, direction);
      if (curvature <= ROUND_OFF * along * scale(along)) {
        return negative(g, radius, curvature, k + 1);
      }
      double alpha = square / curvature;
      if (lengthAfter(alpha) >= radius) {
        Vectors.axpy(toBoundary(radius), direction, p);
        return found(g, k + 1, End.BOUNDARY);
      }
      Vectors.axpy(alpha, direction, p);
      Vectors.axpy(alpha, product, residual);
      double next = Vectors.dot(residual, residual);
      if (Math.sqrt(next) <= target) {
        return found(g, k + 1, End.CONVERGED);
      }
      for (int i = 0; i < direction.length; i++) {
        direction[i] = -residual[i] + next / square * direction[i];
      }
      square = next;
    }
    return found(g, most, End.PRODUCTS);
  }

  private static final double ROUND_OFF = 1e-15;

  /// The largest curvature seen so far, to tell zero from round-off.
  private double largest;

  private double scale(double along) {
    double here = Math.sqrt(Vectors.dot(product, product) / along);
    largest = Math.max(largest, here);
    return largest;
  }

  private Found negative(double[] g, double radius, double curvature, int products) {
    if (Double.isInfinite(radius)) {
      if (products == 1) {
        // no bound and no curvature: the gradient itself, which a line search would shorten
        Vectors.axpy(1, direction, p);
      }
      return found(g, products, End.NEGATIVE_CURVATURE);
    }
    double tau = toBoundary(radius);
    Vectors.axpy(tau, direction, p);
    return found(g, products, curvature < 0 ? End.NEGATIVE_CURVATURE : End.BOUNDARY);
  }

  private Found found(double[] g, int products, End end) {
    multiply(p, product);
    double model = Vectors.dot(g, p) + 0.5 * Vectors.dot(p, product);
    return new Found(p, -model, products + 1, end);
  }

  private void multiply(double[] v, double[] out) {
    matrix.apply(v, out);
    if (damping != 0) {
      Vectors.axpy(damping, v, out);
    }
  }

  private double lengthAfter(double alpha) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      double at = p[i] + alpha * direction[i];
      sum += at * at;
    }
    return Math.sqrt(sum);
  }

  /// The positive `τ` with `‖p + τ d‖ = Δ`.
  private double toBoundary(double radius) {
    double dd = Vectors.dot(direction, direction);
    double pd = Vectors.dot(p, direction);
    double rest = radius * radius - Vectors.dot(p, p);
    double root = Math.sqrt(Math.max(0, pd * pd + dd * rest));
    return pd > 0 ? rest / (pd + root) : (root - pd) / dd;
  }
}
