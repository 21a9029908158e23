package org.costate.model.quadrature;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import org.hipparchus.analysis.integration.gauss.GaussIntegrator;
import org.hipparchus.analysis.integration.gauss.GaussIntegratorFactory;

/// A quadrature rule on `[a, b]`: `∫ f ≈ Σ_i w_i f(x_i)`. On the tokens its nodes are the positions
/// of the tokens and its weights the token weights of a batch; on the features its weights go into
/// the matrices that [FunctionKernel] makes.
///
/// @param name short name for reports
/// @param order claimed order for smooth integrands as the number of nodes grows; 0: spectral,
///     faster than any order
/// @param nodes `x_i`, rising
/// @param weights `w_i`
public record QuadratureRule(String name, int order, double[] nodes, double[] weights) {
  /// The rules that are made for any number of nodes.
  public enum Family {
    /// [QuadratureRule#uniform].
    UNIFORM,
    /// [QuadratureRule#midpoint].
    MIDPOINT,
    /// [QuadratureRule#trapezoid].
    TRAPEZOID,
    /// [QuadratureRule#gaussLegendre].
    GAUSS_LEGENDRE;

    /// The rule with `n` nodes on `[a, b]`.
    public QuadratureRule rule(int n, double a, double b) {
      return switch (this) {
        case UNIFORM -> uniform(n, a, b);
        case MIDPOINT -> midpoint(n, a, b);
        case TRAPEZOID -> trapezoid(n, a, b);
        case GAUSS_LEGENDRE -> gaussLegendre(n, a, b);
      };
    }
  }

  /// @throws IllegalArgumentException if there are no nodes or not as many weights
  public QuadratureRule {
    if (nodes.length == 0 || nodes.length != weights.length) {
      throw new IllegalArgumentException(
          "quadrature "
              + name
              + ": found "
              + nodes.length
              + " nodes and "
              + weights.length
              + " weights, expected as many and at least one");
    }
    nodes = nodes.clone();
    weights = weights.clone();
  }

  /// `n` nodes `a + i (b − a)/n` with equal weights: tokens counted from the left end. Order 1.
  public static QuadratureRule uniform(int n, double a, double b) {
    double step = step("uniform", n, a, b);
    return of("uniform", 1, n, i -> a + i * step, i -> step);
  }

  /// `n` nodes in the middles of `n` equal intervals, with equal weights: what a Transformer
  /// without weights computes. Order 2.
  public static QuadratureRule midpoint(int n, double a, double b) {
    double step = step("midpoint", n, a, b);
    return of("midpoint", 2, n, i -> a + (i + 0.5) * step, i -> step);
  }

  /// `n ≥ 2` equally spaced nodes with both ends, which have half weights. Order 2.
  public static QuadratureRule trapezoid(int n, double a, double b) {
    double step = step("trapezoid", n - 1, a, b);
    return of(
        "trapezoid",
        2,
        n,
        i -> i == n - 1 ? b : a + i * step,
        i -> i == 0 || i == n - 1 ? step / 2 : step);
  }

  /// The Gauss–Legendre rule with `n` nodes, exact for polynomials of degree `2n − 1`. Spectral.
  public static QuadratureRule gaussLegendre(int n, double a, double b) {
    step("gauss-legendre", n, a, b);
    GaussIntegrator gauss = new GaussIntegratorFactory().legendre(n, a, b);
    return of("gauss-legendre", 0, n, gauss::getPoint, gauss::getWeight);
  }

  /// Number of nodes.
  public int size() {
    return nodes.length;
  }

  /// `x_i`.
  public double node(int i) {
    return nodes[i];
  }

  /// `w_i`.
  public double weight(int i) {
    return weights[i];
  }

  @Override
  public double[] nodes() {
    return nodes.clone();
  }

  @Override
  public double[] weights() {
    return weights.clone();
  }

  /// Length `Σ w_i` of the interval: `|Ω|`.
  public double measure() {
    return Arrays.stream(weights).sum();
  }

  /// `Σ_i w_i f(x_i)`.
  public double integrate(DoubleUnaryOperator f) {
    double sum = 0;
    for (int i = 0; i < nodes.length; i++) {
      sum += weights[i] * f.applyAsDouble(nodes[i]);
    }
    return sum;
  }

  /// The weights once for every one of `sequences` sequences: the token weights of a batch.
  public double[] tokenWeights(int sequences) {
    double[] all = new double[Math.multiplyExact(sequences, nodes.length)];
    Arrays.setAll(all, i -> weights[i % nodes.length]);
    return all;
  }

  private static QuadratureRule of(
      String name, int order, int n, IntToDoubleFunction node, IntToDoubleFunction weight) {
    double[] nodes = new double[n];
    double[] weights = new double[n];
    Arrays.setAll(nodes, node);
    Arrays.setAll(weights, weight);
    return new QuadratureRule(name, order, nodes, weights);
  }

  private static double step(String name, int intervals, double a, double b) {
    if (intervals < 1 || !(a < b) || Double.isInfinite(b - a)) {
      throw new IllegalArgumentException(
          "quadrature "
              + name
              + ": found "
              + intervals
              + " intervals on ["
              + a
              + ", "
              + b
              + "], expected at least one and rising, finite ends");
    }
    return (b - a) / intervals;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuadratureRule o
        && name.equals(o.name)
        && order == o.order
        && Arrays.equals(nodes, o.nodes)
        && Arrays.equals(weights, o.weights);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(nodes) + Arrays.hashCode(weights);
  }

  @Override
  public String toString() {
    return name + " rule with " + nodes.length + " nodes";
  }
}
