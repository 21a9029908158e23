package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.costate.adjoint.LinearMap;
import org.costate.control.Vectors;
import org.costate.control.lyapunov.CommonFunction.Verdict;
import org.junit.jupiter.api.Test;

class SubspaceStepsTest {
  private static List<LinearMap> maps(int size, int count, double scale) {
    List<LinearMap> maps = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      double[][] a = Matrix.random(size, size, n).a();
      for (double[] row : a) {
        Vectors.scale(scale, row);
      }
      maps.add(new Matrix(a));
    }
    return maps;
  }

  /// A perturbation within the span has the same length in coordinates, all the way.
  @Test
  void coordinatesMoveAsPerturbationsDo() {
    List<LinearMap> maps = maps(20, 5, 0.3);
    Frame start = Frame.random(20, 4, 8);
    SubspaceSteps steps = SubspaceSteps.along(maps, start);
    assertFalse(steps.whole());
    double[] c = {0.3, -1, 0.7, 0.2};
    double[] x = new double[20];
    for (int j = 0; j < 4; j++) {
      Vectors.axpy(c[j], start.columns()[j], x);
    }
    for (int n = 0; n < 5; n++) {
      double[] image = new double[20];
      maps.get(n).apply(x, image);
      x = image;
      double[] next = new double[4];
      for (int i = 0; i < 4; i++) {
        next[i] = Vectors.dot(steps.matrices().get(n)[i], c);
      }
      c = next;
      assertEquals(Vectors.norm(x), Vectors.norm(c), 1e-12 * Vectors.norm(x));
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
          assertEquals(steps.matrices().get(n)[i][j], steps.transposed().get(n)[j][i], 1e-12);
        }
      }
    }
  }

  @Test
  void wholeStatesAreTheMatricesThemselves() {
    List<LinearMap> maps = maps(6, 2, 1);
    SubspaceSteps steps = SubspaceSteps.whole(maps);
    assertTrue(steps.whole());
    for (int i = 0; i < 6; i++) {
      assertArrayEquals(((Matrix) maps.get(1)).a()[i], steps.matrices().get(1)[i], 0.0);
      assertEquals(steps.matrices().get(1)[i][2], steps.transposed().get(1)[2][i], 0.0);
    }
  }

  /// Random matrices of norm below 1 contract on all directions; large ones have no function, and
  /// the sentence names the span.
  @Test
  void functionsSayWhatHoldsWhere() {
    LyapunovFunctions small = LyapunovFunctions.of(maps(8, 3, 0.1), Frame.random(8, 2, 1));
    assertEquals(Verdict.CONTRACTION, small.common().verdict());
    assertTrue(small.whole());
    assertEquals(8, small.states());
    assertTrue(small.pass());
    assertTrue(small.sentence().contains("all 8 directions"), small.sentence());
    LyapunovFunctions large = LyapunovFunctions.of(maps(40, 3, 1), Frame.random(40, 5, 1));
    assertEquals(Verdict.NONE, large.common().verdict());
    assertEquals(40, large.recursionStates());
    assertTrue(large.recursionWhole());
    assertEquals(5, large.states());
    assertFalse(large.whole());
    assertTrue(large.pass(), large.recursionResidual() + " " + large.residual());
    assertTrue(large.sentence().contains("No quadratic function"), large.sentence());
    assertTrue(large.sentence().contains("5 leading directions, and no others"));
  }
}
