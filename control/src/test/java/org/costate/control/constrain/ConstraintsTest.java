package org.costate.control.constrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.costate.control.convex.Barrier;
import org.costate.control.convex.ConvexProgram;
import org.costate.control.convex.Halfspaces;
import org.costate.control.convex.InteriorPoint;
import org.costate.control.convex.QuadraticBound;
import org.costate.control.convex.QuadraticForm;
import org.costate.control.convex.SemidefiniteCone;
import org.costate.model.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Projections by their variational inequality, and against an interior-point method that knows
/// nothing of them.
class ConstraintsTest {
  private static final RandomGenerator RANDOM = new SplittableRandom(8);

  private static double[] normal(int n, double scale) {
    double[] x = new double[n];
    Arrays.setAll(x, i -> scale * RANDOM.nextGaussian());
    return x;
  }

  private static double[][] rows(int m, int n) {
    double[][] rows = new double[m][];
    Arrays.setAll(rows, i -> normal(n, 1));
    return rows;
  }

  static List<ConstraintSet> sets() {
    return List.of(
        new Box(12, -0.5, 0.25),
        new Box(12, 0, Double.POSITIVE_INFINITY),
        new NormBall(12, 0.7),
        new SpectralBall(3, 4, 0.8),
        new SpectralBall(4, 3, 0.8),
        new SpectralBall(12, 1, 0.8),
        new Polyhedron(rows(1, 12), new double[] {0.1}),
        new Polyhedron(rows(5, 12), new double[] {0.1, 0.2, 0.3, 0, 1}));
  }

  /// `⟨x − P(x), y − P(x)⟩ ≤ 0` for every `y` of the set: what makes `P(x)` the nearest point.
  @ParameterizedTest
  @MethodSource("sets")
  void projectionsSatisfyTheVariationalInequality(ConstraintSet set) {
    double largest = 0;
    for (int trial = 0; trial < 200; trial++) {
      double[] x = normal(set.size(), 1.5);
      double[] p = x.clone();
      set.project(p, 0);
      assertTrue(set.violation(p, 0) <= 1e-12, set.formula());
      double[] again = p.clone();
      set.project(again, 0);
      assertArrayEquals(p, again, 1e-13, "a projection does nothing the second time");
      double[] y = normal(set.size(), 1);
      set.project(y, 0);
      double product = 0;
      double square = 0;
      for (int i = 0; i < x.length; i++) {
        product += (x[i] - p[i]) * (y[i] - p[i]);
        square += (x[i] - p[i]) * (x[i] - p[i]);
      }
      assertTrue(product <= 1e-12, set.formula() + ": " + product);
      largest = Math.max(largest, square);
    }
    assertTrue(largest > 0.1, "some point was outside");
  }

  @Test
  void aProjectionTouchesItsStretchAlone() {
    double[] x = {9, 9, 9, 9, 9, 9, 9, 9};
    new SpectralBall(2, 2, 1).project(x, 2);
    assertArrayEquals(new double[] {9, 9, 0.5, 0.5, 0.5, 0.5, 9, 9}, x, 1e-14);
    new Box(2, -1, 1).project(x, 6);
    assertArrayEquals(new double[] {9, 9, 0.5, 0.5, 0.5, 0.5, 1, 1}, x, 1e-14);
  }

  /// `‖W‖₂ ≤ r` as `[[r I, W], [Wᵀ, r I]] ⪰ 0`.
  @Test
  void spectralProjectionAgainstASemidefiniteProgram() {
    int rows = 2;
    int cols = 3;
    double radius = 0.8;
    double[][] constant = new double[5][5];
    for (int i = 0; i < 5; i++) {
      constant[i][i] = radius;
    }
    List<double[][]> slopes = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < cols; j++) {
        double[][] f = new double[5][5];
        f[i][rows + j] = 1;
        f[rows + j][i] = 1;
        slopes.add(f);
      }
    }
    for (int trial = 0; trial < 3; trial++) {
      double[] w = normal(6, 1.5);
      double[] p = w.clone();
      new SpectralBall(rows, cols, radius).project(p, 0);
      ConvexProgram program =
          ConvexProgram.of(
              QuadraticForm.distance(w), List.of(new SemidefiniteCone("lmi", constant, slopes)));
      assertArrayEquals(
          InteriorPoint.tight().minimise(program, new double[6]).x(), p, 1e-7, "trial " + trial);
    }
  }

  @Test
  void polyhedronsAgainstAnInteriorPointMethod() {
    double[][] rows = rows(6, 5);
    double[] bounds = {0.3, 0.3, 0.3, 0.3, 0.3, 0.3};
    for (int trial = 0; trial < 5; trial++) {
      double[] x = normal(5, 2);
      double[] p = x.clone();
      new Polyhedron(rows, bounds).project(p, 0);
      ConvexProgram program =
          ConvexProgram.of(
              QuadraticForm.distance(x), List.of(new Halfspaces("rows", rows, bounds)));
      assertArrayEquals(InteriorPoint.tight().minimise(program, new double[5]).x(), p, 1e-8);
    }
  }

  /// Two sets on the same unknowns: the nearest point of the intersection, not just a point of it.
  @Test
  void setsThatMeetAreProjectedOntoTogether() {
    Constraints both =
        Constraints.of(
            List.of(
                new Constrained("a", new Box(4, -0.2, 0.6), 1),
                new Constrained("a", new NormBall(4, 0.9), 1)),
            6);
    Barrier box = Halfspaces.box("box", filled(4, -0.2), filled(4, 0.6));
    Barrier ball = QuadraticBound.ball("ball", new double[4], 0.9);
    for (int trial = 0; trial < 5; trial++) {
      double[] x = normal(6, 1.5);
      double[] p = both.projection(x);
      double[] inner = Arrays.copyOfRange(x, 1, 5);
      ConvexProgram program = ConvexProgram.of(QuadraticForm.distance(inner), List.of(box, ball));
      double[] expected = InteriorPoint.tight().minimise(program, filled(4, 0.1)).x();
      assertArrayEquals(expected, Arrays.copyOfRange(p, 1, 5), 1e-7);
      assertEquals(x[0], p[0]);
      assertEquals(x[5], p[5]);
    }
  }

  private static double[] filled(int n, double value) {
    double[] x = new double[n];
    Arrays.fill(x, value);
    return x;
  }

  @Test
  void setsWithoutACommonPointAreRefused() {
    List<Constrained> apart =
        List.of(
            new Constrained("readout.weight", new Box(4, 1, 2), 0),
            new Constrained("readout.weight", new NormBall(4, 0.5), 0));
    InputException refused = assertThrows(InputException.class, () -> Constraints.of(apart, 4));
    assertTrue(refused.getMessage().contains("readout.weight"), refused.getMessage());
    assertTrue(refused.getMessage().contains("norm <= 0.5"), refused.getMessage());
    assertTrue(refused.getMessage().contains("1.0 <= entries <= 2.0"), refused.getMessage());
  }

  @Test
  void setsThatCannotBe() {
    assertThrows(InputException.class, () -> new Box(3, 1, -1));
    assertThrows(InputException.class, () -> new Box(3, Double.NaN, 1));
    assertThrows(InputException.class, () -> new NormBall(3, -1));
    assertThrows(InputException.class, () -> new SpectralBall(3, 2, Double.NaN));
    double[][] opposite = {{1, 0}, {-1, 0}};
    InputException empty =
        assertThrows(InputException.class, () -> new Polyhedron(opposite, new double[] {-1, -1}));
    assertTrue(empty.getMessage().contains("2 of them"), empty.getMessage());
    assertThrows(
        InputException.class, () -> new Polyhedron(new double[][] {{0, 0}}, new double[] {-1}));
    assertThrows(
        InputException.class,
        () -> Constraints.of(List.of(new Constrained("a", new Box(4, 0, 1), 2)), 5));
  }

  @Test
  void zeroAndNotFiniteDataAreLeftAlone() {
    double[] zero = new double[6];
    new SpectralBall(2, 3, 0).project(zero, 0);
    new NormBall(6, 0).project(zero, 0);
    assertArrayEquals(new double[6], zero);
    double[] broken = {Double.NaN, 1, 2, 3, 4, 5};
    new SpectralBall(2, 3, 1).project(broken, 0);
    assertEquals(5, broken[5]);
  }
}
