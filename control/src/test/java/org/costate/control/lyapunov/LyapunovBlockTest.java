package org.costate.control.lyapunov;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.costate.control.convex.ConvexProgram;
import org.costate.control.convex.Halfspaces;
import org.costate.control.convex.InteriorPoint;
import org.costate.control.convex.QuadraticForm;
import org.costate.control.convex.SemidefiniteCone;
import org.junit.jupiter.api.Test;

class LyapunovBlockTest {
  private static final double[][] A = {{0.5, 1, 0}, {-0.2, 0.3, 0.4}, {0.1, 0, 0.6}};
  private static final double[][] P = {{3, 0.4, -0.2}, {0.4, 2, 0.1}, {-0.2, 0.1, 2.5}};
  private static final LyapunovBlock BLOCK = new LyapunovBlock("block", 0.9, A, 0.7, 0.1);

  /// The same block with its matrices written out.
  private static SemidefiniteCone written() {
    int n = 3;
    double[][] constant = BLOCK.at(new double[n][n], 0);
    java.util.List<double[][]> coefficients = new java.util.ArrayList<>();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double[][] e = new double[n][n];
        e[i][j] = i == j ? 1 : Math.sqrt(0.5);
        e[j][i] = e[i][j];
        double[][] s = BLOCK.at(e, 0);
        SymmetricMatrices.add(-1, constant, s);
        coefficients.add(s);
      }
    }
    double[][] slack = BLOCK.at(new double[n][n], 1);
    SymmetricMatrices.add(-1, constant, slack);
    coefficients.add(slack);
    return new SemidefiniteCone("written", constant, coefficients);
  }

  @Test
  void agreesWithTheGeneralBlock() {
    SemidefiniteCone written = written();
    double[] x = LyapunovBlock.unknowns(P, -3);
    assertEquals(written.size(), BLOCK.size());
    assertEquals(written.order(), BLOCK.order());
    assertEquals(written.value(x), BLOCK.value(x), 1e-13);
    assertEquals(written.violation(x), BLOCK.violation(x), 1e-13);
    double[] g = new double[x.length];
    double[] h = new double[x.length];
    written.addGradient(x, g);
    BLOCK.addGradient(x, h);
    assertArrayEquals(g, h, 1e-13);
    double[][] expected = new double[x.length][x.length];
    double[][] found = new double[x.length][x.length];
    written.addHessian(x, expected);
    BLOCK.addHessian(x, found);
    for (int k = 0; k < x.length; k++) {
      assertArrayEquals(expected[k], found[k], 1e-12, "row " + k);
      for (int l = 0; l < x.length; l++) {
        assertEquals(found[k][l], found[l][k], 0.0);
      }
    }
  }

  @Test
  void isNotANumberOutside() {
    assertTrue(Double.isFinite(BLOCK.value(LyapunovBlock.unknowns(P, -3))));
    assertTrue(Double.isNaN(BLOCK.value(LyapunovBlock.unknowns(P, 50))));
  }

  @Test
  void matricesAndUnknownsAreTheSame() {
    double[] x = LyapunovBlock.unknowns(P, 4);
    double[][] back = LyapunovBlock.matrix(3, x);
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(P[i], back[i], 1e-15);
    }
    assertEquals(4, LyapunovBlock.slackOf(x));
    double norm = 0;
    for (int k = 0; k < x.length - 1; k++) {
      norm += x[k] * x[k];
    }
    assertEquals(SymmetricMatrices.trace(SymmetricMatrices.product(P, P)), norm, 1e-13);
  }

  /// `max s` over `P − AᵀPA ⪰ s I`, `P ⪰ I`, `tr P ≤ 30` of `A = diag(a)`: by hand, as `P` may be
  /// taken diagonal, `s = min_k P_k (1 − a_k²)`.
  @Test
  void theSolverFindsTheLargestSlackOfADiagonalMatrix() {
    double[][] a = {{0.6, 0, 0}, {0, 0.3, 0}, {0, 0, 0}};
    double weights = 1 / 0.64 + 1 / 0.91 + 1;
    double[] objective = new double[7];
    objective[6] = -1;
    double[] trace = LyapunovBlock.unknowns(SymmetricMatrices.identity(3), 0);
    Halfspaces cap = new Halfspaces("cap", new double[][] {trace}, new double[] {30});
    ConvexProgram program =
        ConvexProgram.of(
            QuadraticForm.linear(objective),
            List.of(LyapunovBlock.decrease("decrease", a, 1), LyapunovBlock.aboveIdentity(3), cap));
    double[][] start = SymmetricMatrices.identity(3);
    SymmetricMatrices.add(1, SymmetricMatrices.identity(3), start);
    double[] x = InteriorPoint.tight().minimise(program, LyapunovBlock.unknowns(start, -1)).x();
    assertEquals(30 / weights, LyapunovBlock.slackOf(x), 1e-8);
  }
}
