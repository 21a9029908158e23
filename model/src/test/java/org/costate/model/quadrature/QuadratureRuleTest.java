package org.costate.model.quadrature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.hipparchus.analysis.polynomials.PolynomialsUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuadratureRuleTest {
  private static final double A = -0.5;
  private static final double B = 1.5;

  @Test
  void weightsAddUpToTheInterval() {
    for (QuadratureRule.Family family : QuadratureRule.Family.values()) {
      QuadratureRule rule = family.rule(7, A, B);
      assertEquals(2, rule.measure(), 1e-15 * 8);
      assertEquals(7, rule.size());
      double[] tokens = rule.tokenWeights(3);
      assertEquals(21, tokens.length);
      assertEquals(rule.weight(6), tokens[13]);
    }
  }

  @Test
  void gaussLegendreIsExactForPolynomials() {
    QuadratureRule rule = QuadratureRule.gaussLegendre(5, A, B);
    for (int degree = 0; degree <= 9; degree++) {
      int d = degree;
      double exact = (Math.pow(B, d + 1) - Math.pow(A, d + 1)) / (d + 1);
      assertEquals(exact, rule.integrate(x -> Math.pow(x, d)), 1e-13);
    }
    double missed = rule.integrate(x -> Math.pow(x, 10)) - (Math.pow(B, 11) - Math.pow(A, 11)) / 11;
    assertTrue(Math.abs(missed) > 1e-4, "degree 10 cannot be exact, found " + missed);
  }

  @Test
  void impossibleRulesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> QuadratureRule.uniform(0, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> QuadratureRule.trapezoid(1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> QuadratureRule.midpoint(3, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> QuadratureRule.gaussLegendre(0, 0, 1));
  }

  @ParameterizedTest
  @EnumSource
  void basisFunctionsAreWhatTheyAreCalled(FunctionBasis.Kind kind) {
    FunctionBasis basis = new FunctionBasis(kind, 7, A, B);
    for (double position = A; position <= B; position += 0.1) {
      double x = position - 0.5;
      for (int k = 0; k < 7; k++) {
        double expected =
            switch (kind) {
              case LEGENDRE -> PolynomialsUtils.createLegendrePolynomial(k).value(x);
              case CHEBYSHEV -> Math.cos(k * Math.acos(Math.clamp(x, -1.0, 1.0)));
              case FOURIER ->
                  k % 2 == 0
                      ? Math.cos(k / 2.0 * Math.PI * x)
                      : Math.sin((k + 1) / 2.0 * Math.PI * x);
              case PIECEWISE_LINEAR -> hat(k, x);
            };
        assertEquals(expected, basis.value(k, position), 1e-12);
      }
    }
  }

  private static double hat(int k, double x) {
    double node = -1 + k / 3.0;
    return Math.abs(x - node) < 1.0 / 3 ? 1 - 3 * Math.abs(x - node) : 0;
  }

  @Test
  void aMatrixIntegratesNodalValues() {
    FunctionBasis in = new FunctionBasis(FunctionBasis.Kind.LEGENDRE, 3, A, B);
    FunctionBasis out = new FunctionBasis(FunctionBasis.Kind.CHEBYSHEV, 2, A, B);
    FunctionKernel kernel = new FunctionKernel(in, out, new double[] {1, -2, 0.5, 3, 0, 1});
    QuadratureRule xi = QuadratureRule.gaussLegendre(12, A, B);
    QuadratureRule y = QuadratureRule.uniform(3, A, B);
    double[] w = kernel.matrix(xi, y);
    for (int j = 0; j < 3; j++) {
      double sum = 0;
      for (int i = 0; i < 12; i++) {
        sum += Math.exp(xi.node(i)) * w[i * 3 + j];
      }
      int column = j;
      double fine =
          QuadratureRule.gaussLegendre(30, A, B)
              .integrate(s -> Math.exp(s) * kernel.value(s, y.node(column)));
      assertEquals(fine, sum, 1e-12);
    }
  }
}
