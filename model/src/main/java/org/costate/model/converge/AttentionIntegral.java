package org.costate.model.converge;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntToDoubleFunction;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Attention;
import org.costate.model.quadrature.FunctionAttention;
import org.costate.model.quadrature.QuadratureRule;
import org.costate.model.quadrature.QuadratureRule.Family;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The number `∫∫ A(u)(x, y) u(x, y) dy dx` for attention with kernels given as functions: what the
/// orders of quadratures on tokens and features are measured on. Allocates.
///
/// @param attention the kernels, on features in `[0, features]`
/// @param state the function `u(x, y)`
/// @param tokens length of the interval of the tokens
/// @param features length of the interval of the features
/// @param kernels the arithmetic
public record AttentionIntegral(
    FunctionAttention attention,
    DoubleBinaryOperator state,
    double tokens,
    double features,
    Kernels kernels) {

  /// Nodes of the Gauss–Legendre rule on the variable that is not refined, and of the reference.
  private static final int FINE = 24;

  /// The number with `u` and `A(u)` sampled at the nodes of `x` and `y`.
  public double value(QuadratureRule x, QuadratureRule y) {
    Attention operator = attention.operator(y);
    Shape shape = new Shape(1, x.size());
    double[] u = new double[shape.size(y.size())];
    Arrays.setAll(u, i -> state.applyAsDouble(x.node(i / y.size()), y.node(i % y.size())));
    double[] result = new double[u.length];
    Batch batch = Batch.empty(shape).withTokenWeights(x.tokenWeights(1));
    Point p = Point.of(0, 1, shape, Slice.of(u), Slice.of(attention.controls(y)), batch);
    operator.apply(
        p, Slice.of(result), Slice.NONE, new Workspace(kernels, operator.workSize(shape)));
    double sum = 0;
    for (int i = 0; i < u.length; i++) {
      sum += x.weight(i / y.size()) * y.weight(i % y.size()) * u[i] * result[i];
    }
    return sum;
  }

  /// The order of a family of rules on the tokens; a family that claims 0 is spectral.
  public Convergence onTokens(Family family, int... nodes) {
    QuadratureRule y = QuadratureRule.gaussLegendre(FINE, 0, features);
    return measure(family, "tokens", n -> value(family.rule(n, 0, tokens), y), nodes);
  }

  /// The order of a family of rules on the features; a family that claims 0 is spectral.
  public Convergence onFeatures(Family family, int... nodes) {
    QuadratureRule x = QuadratureRule.gaussLegendre(FINE, 0, tokens);
    return measure(family, "features", n -> value(x, family.rule(n, 0, features)), nodes);
  }

  private Convergence measure(Family family, String where, IntToDoubleFunction found, int[] nodes) {
    double exact =
        value(
            QuadratureRule.gaussLegendre(FINE, 0, tokens),
            QuadratureRule.gaussLegendre(FINE, 0, features));
    double[] errors =
        Arrays.stream(nodes).mapToDouble(n -> Math.abs(found.applyAsDouble(n) - exact)).toArray();
    QuadratureRule any = family.rule(2, 0, 1);
    int[] intervals =
        Arrays.stream(nodes).map(n -> family == Family.TRAPEZOID ? n - 1 : n).toArray();
    return new Convergence(any.name() + " on " + where, any.order(), intervals, errors);
  }
}
