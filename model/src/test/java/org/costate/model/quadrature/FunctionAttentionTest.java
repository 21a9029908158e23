package org.costate.model.quadrature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.costate.model.converge.AttentionIntegral;
import org.costate.model.converge.Convergence;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Attention;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The attention operator on refined tokens and features against the integrals that it discretises,
/// written with plain loops on a fine Gauss–Legendre grid.
class FunctionAttentionTest {
  private static final double TOKENS = 2;
  private static final double FEATURES = 3;
  private static final QuadratureRule FINE_X = QuadratureRule.gaussLegendre(30, 0, TOKENS);
  private static final QuadratureRule FINE_Y = QuadratureRule.gaussLegendre(30, 0, FEATURES);

  private static double u(double x, double y) {
    return Math.sin(1.3 * x + 0.4 * y) + 0.3 * Math.exp(-y) * x;
  }

  private static FunctionAttention attention(FunctionBasis.Kind kind) {
    SplittableRandom random = new SplittableRandom(12);
    FunctionBasis basis = new FunctionBasis(kind, 4, 0, FEATURES);
    List<FunctionAttention.Head> heads = new ArrayList<>();
    for (int h = 0; h < 2; h++) {
      FunctionKernel[] kernels = new FunctionKernel[3];
      Arrays.setAll(
          kernels, i -> new FunctionKernel(basis, basis, random.doubles(16, -0.5, 0.5).toArray()));
      heads.add(new FunctionAttention.Head(kernels[0], kernels[1], kernels[2]));
    }
    return new FunctionAttention(heads);
  }

  /// The operator on the given grids, at all its nodes.
  private static double[] discrete(FunctionAttention a, QuadratureRule x, QuadratureRule y) {
    Attention operator = a.operator(y);
    Shape shape = new Shape(1, x.size());
    double[] state = new double[x.size() * y.size()];
    Arrays.setAll(state, i -> u(x.node(i / y.size()), y.node(i % y.size())));
    double[] result = new double[state.length];
    Batch batch = Batch.empty(shape).withTokenWeights(x.tokenWeights(1));
    Point p = Point.of(0, 1, shape, Slice.of(state), Slice.of(a.controls(y)), batch);
    Workspace w = new Workspace(new PlainKernels(), operator.workSize(shape));
    operator.apply(p, Slice.of(result), Slice.NONE, w);
    return result;
  }

  /// `∫ W(ξ, y) u(x, ξ) dξ`.
  private static double transform(FunctionKernel kernel, double x, double y) {
    return FINE_Y.integrate(xi -> kernel.value(xi, y) * u(x, xi));
  }

  /// The integrals at the nodes of the given grids.
  private static double[] exact(FunctionAttention a, QuadratureRule x, QuadratureRule y) {
    double[] result = new double[x.size() * y.size()];
    for (FunctionAttention.Head head : a.heads()) {
      double[][] key = table(head.key(), FINE_X, FINE_Y);
      double[][] query = table(head.query(), x, FINE_Y);
      double[][] value = table(head.value(), FINE_X, y);
      for (int i = 0; i < x.size(); i++) {
        double[] gamma = new double[FINE_X.size()];
        double total = 0;
        for (int j = 0; j < gamma.length; j++) {
          double score = 0;
          for (int k = 0; k < FINE_Y.size(); k++) {
            score += FINE_Y.weight(k) * query[i][k] * key[j][k];
          }
          gamma[j] = FINE_X.weight(j) * Math.exp(score / Math.sqrt(FEATURES));
          total += gamma[j];
        }
        for (int j = 0; j < gamma.length; j++) {
          for (int k = 0; k < y.size(); k++) {
            result[i * y.size() + k] += gamma[j] / total * value[j][k];
          }
        }
      }
    }
    return result;
  }

  private static double[][] table(FunctionKernel kernel, QuadratureRule x, QuadratureRule y) {
    double[][] table = new double[x.size()][y.size()];
    for (int i = 0; i < x.size(); i++) {
      for (int k = 0; k < y.size(); k++) {
        table[i][k] = transform(kernel, x.node(i), y.node(k));
      }
    }
    return table;
  }

  private static double error(FunctionAttention a, QuadratureRule x, QuadratureRule y) {
    double[] found = discrete(a, x, y);
    double[] expected = exact(a, x, y);
    double largest = 0;
    for (int i = 0; i < found.length; i++) {
      largest = Math.max(largest, Math.abs(found[i] - expected[i]));
    }
    return largest;
  }

  private static double order(IntFunction<Double> error, int n) {
    return Math.log(error.apply(n) / error.apply(2 * n)) / Math.log(2);
  }

  @Test
  void ordersOnTheTokens() {
    FunctionAttention a = attention(FunctionBasis.Kind.LEGENDRE);
    QuadratureRule y = QuadratureRule.gaussLegendre(16, 0, FEATURES);
    assertEquals(1, order(n -> error(a, QuadratureRule.uniform(n, 0, TOKENS), y), 64), 0.1);
    assertEquals(2, order(n -> error(a, QuadratureRule.midpoint(n, 0, TOKENS), y), 24), 0.1);
    assertEquals(2, order(n -> error(a, QuadratureRule.trapezoid(n + 1, 0, TOKENS), y), 24), 0.1);
    double few = error(a, QuadratureRule.gaussLegendre(4, 0, TOKENS), y);
    double more = error(a, QuadratureRule.gaussLegendre(16, 0, TOKENS), y);
    assertTrue(few > 1e-6 && more < 1e-12, "spectral: " + few + " at 4, " + more + " at 16 nodes");
  }

  @Test
  void ordersOnTheFeatures() {
    FunctionAttention a = attention(FunctionBasis.Kind.CHEBYSHEV);
    QuadratureRule x = QuadratureRule.gaussLegendre(16, 0, TOKENS);
    assertEquals(1, order(n -> error(a, x, QuadratureRule.uniform(n, 0, FEATURES)), 64), 0.1);
    assertEquals(2, order(n -> error(a, x, QuadratureRule.midpoint(n, 0, FEATURES)), 96), 0.1);
    assertEquals(2, order(n -> error(a, x, QuadratureRule.trapezoid(n + 1, 0, FEATURES)), 24), 0.1);
    double few = error(a, x, QuadratureRule.gaussLegendre(4, 0, FEATURES));
    double more = error(a, x, QuadratureRule.gaussLegendre(16, 0, FEATURES));
    assertTrue(few > 1e-5 && more < 1e-12, "spectral: " + few + " at 4, " + more + " at 16 nodes");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PIECEWISE_LINEAR")
  void smoothKernelsOfEveryFamilyConverge(FunctionBasis.Kind kind) {
    FunctionAttention a = attention(kind);
    QuadratureRule x = QuadratureRule.gaussLegendre(16, 0, TOKENS);
    assertTrue(error(a, x, QuadratureRule.gaussLegendre(20, 0, FEATURES)) < 1e-11);
  }

  /// Nodes of the trapezoid rule on the kinks of the kernels keep order 2.
  @Test
  void piecewiseLinearKernelsConvergeWhereNodesMeetTheirKinks() {
    FunctionAttention a = attention(FunctionBasis.Kind.PIECEWISE_LINEAR);
    QuadratureRule x = QuadratureRule.gaussLegendre(16, 0, TOKENS);
    double[] errors = new double[2];
    double[] reference = discreteAtNodes(a, x, 769);
    for (int i = 0; i < 2; i++) {
      double[] found = discreteAtNodes(a, x, 24 * (i + 1) + 1);
      for (int k = 0; k < found.length; k++) {
        errors[i] = Math.max(errors[i], Math.abs(found[k] - reference[k]));
      }
    }
    assertEquals(2, Math.log(errors[0] / errors[1]) / Math.log(2), 0.1, Arrays.toString(errors));
  }

  /// The discrete result at the four nodes of the kernels alone.
  private static double[] discreteAtNodes(FunctionAttention a, QuadratureRule x, int n) {
    double[] all = discrete(a, x, QuadratureRule.trapezoid(n, 0, FEATURES));
    double[] some = new double[x.size() * 4];
    Arrays.setAll(some, i -> all[i / 4 * n + i % 4 * ((n - 1) / 3)]);
    return some;
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GAUSS_LEGENDRE")
  void studiesFindTheClaimedOrders(QuadratureRule.Family family) {
    AttentionIntegral study = study();
    Convergence tokens = study.onTokens(family, 33, 65, 129);
    assertTrue(tokens.claimed() > 0 && tokens.holds(0.1), tokens::toString);
    Convergence features = study.onFeatures(family, 33, 65, 129);
    assertTrue(features.claimed() > 0 && features.holds(0.1), features::toString);
  }

  @Test
  void studiesFindSpectralConvergence() {
    Convergence tokens = study().onTokens(QuadratureRule.Family.GAUSS_LEGENDRE, 3, 6, 12);
    assertEquals(0, tokens.claimed());
    assertTrue(tokens.measured() > 8, tokens::toString);
    Convergence features = study().onFeatures(QuadratureRule.Family.GAUSS_LEGENDRE, 3, 6, 12);
    assertTrue(features.measured() > 8, features::toString);
  }

  private static AttentionIntegral study() {
    FunctionAttention a = attention(FunctionBasis.Kind.LEGENDRE);
    return new AttentionIntegral(a, FunctionAttentionTest::u, TOKENS, FEATURES, new PlainKernels());
  }
}
