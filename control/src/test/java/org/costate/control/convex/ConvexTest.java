package org.costate.control.convex;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Programs with a known solution, two solvers against each other, and programs without a solution.
class ConvexTest {
  private static double[] normal(int n, RandomGenerator random) {
    double[] v = new double[n];
    Arrays.setAll(v, i -> random.nextGaussian());
    return v;
  }

  private static double[] filled(int n, double value) {
    double[] v = new double[n];
    Arrays.fill(v, value);
    return v;
  }

  @Test
  void theNearestPointOfABoxIsTheClippedOne() {
    double[] centre = {2, -0.3, 0.9, -5};
    Barrier box = Halfspaces.box("box", filled(4, -1), filled(4, 1));
    ConvexProgram program = ConvexProgram.of(QuadraticForm.distance(centre), List.of(box));
    double[] expected = {1, -0.3, 0.9, -1};
    double[] path = InteriorPoint.tight().minimise(program, new double[4]).x();
    assertArrayEquals(expected, path, 1e-9);
    assertArrayEquals(expected, ActiveSet.minimise(program), 1e-12);
  }

  @Test
  void theNearestPointOfABallLiesOnTheRay() {
    double[] centre = {3, 4, 0};
    double[] expected = {1.2, 1.6, 0};
    QuadraticBound quadratic = QuadraticBound.ball("ball", new double[3], 2);
    double[][] identity = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    SecondOrderCone cone = new SecondOrderCone("cone", identity, new double[3], new double[3], 2);
    for (Barrier ball : List.of(quadratic, cone)) {
      ConvexProgram program = ConvexProgram.of(QuadraticForm.distance(centre), List.of(ball));
      ConvexSolution found = InteriorPoint.tight().minimise(program, new double[3]);
      assertArrayEquals(expected, found.x(), 1e-9, ball.name());
      assertTrue(found.value() - 4.5 <= found.gap() + 1e-12, "within the gap");
    }
  }

  /// `min x` with `[[x, 1], [1, y]] ⪰ 0`, `y ≤ 4`: the determinant gives `x ≥ 1/y`, so 1/4.
  @Test
  void aSemidefiniteProgramWithAClosedForm() {
    SemidefiniteCone cone =
        new SemidefiniteCone(
            "cone",
            new double[][] {{0, 1}, {1, 0}},
            List.of(new double[][] {{1, 0}, {0, 0}}, new double[][] {{0, 0}, {0, 1}}));
    Halfspaces bound =
        new Halfspaces("bound", new double[][] {{0, 1}, {1, 0}}, new double[] {4, 100});
    ConvexProgram program =
        ConvexProgram.of(QuadraticForm.linear(new double[] {1, 0}), List.of(cone, bound));
    double[] found = InteriorPoint.tight().minimise(program, new double[] {2, 2}).x();
    assertArrayEquals(new double[] {0.25, 4}, found, 1e-8);
  }

  /// Random quadratic programs with equalities: the interior-point method of one library against
  /// the active-set method of another.
  @Test
  void twoSolversAgreeOnQuadraticPrograms() {
    RandomGenerator random = new SplittableRandom(5);
    for (int trial = 0; trial < 10; trial++) {
      int n = 12;
      double[][] p = new double[n][n];
      for (int k = 0; k < n; k++) {
        Forms.addOuter(1, normal(n, random), p);
      }
      double[][] rows = new double[20][];
      Arrays.setAll(rows, i -> normal(n, random));
      double[][] equal = {normal(n, random), normal(n, random)};
      Halfspaces inequalities = new Halfspaces("rows", rows, filled(20, 0.5));
      ConvexProgram program =
          new ConvexProgram(
              new QuadraticForm(p, normal(n, random), 0),
              equal,
              new double[2],
              List.of(inequalities));
      double[] path = InteriorPoint.tight().minimise(program, new double[n]).x();
      double[] active = ActiveSet.minimise(program);
      assertArrayEquals(active, path, 1e-8, "trial " + trial);
      assertTrue(inequalities.violation(active) > -1e-9, "a constraint is active");
    }
  }

  /// The derivatives of every barrier by central differences.
  @Test
  void derivativesOfBarriers() {
    RandomGenerator random = new SplittableRandom(6);
    double[][] f = {{3, 0.2, 0}, {0.2, 2, 0.1}, {0, 0.1, 4}};
    List<double[][]> slopes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      double[][] m = new double[3][3];
      double[] v = normal(3, random);
      Forms.addOuter(0.3, v, m);
      slopes.add(m);
    }
    double[][] a = {normal(3, random), normal(3, random)};
    List<Barrier> barriers =
        List.of(
            new Halfspaces("rows", a, new double[] {3, 3}),
            QuadraticBound.ball("ball", new double[] {0.1, 0, 0}, 2),
            new SecondOrderCone("cone", a, new double[] {0.1, 0.2}, normal(3, random), 5),
            new SemidefiniteCone("matrix", f, slopes));
    double[] x = {0.2, -0.1, 0.3};
    for (Barrier plain : barriers) {
      Barrier loose = plain.loosened();
      assertDerivatives(plain, x);
      assertDerivatives(loose, new double[] {0.2, -0.1, 0.3, 0.4});
      assertEquals(
          plain.violation(x) - 0.4, loose.violation(new double[] {0.2, -0.1, 0.3, 0.4}), 1e-12);
    }
  }

  private static void assertDerivatives(Barrier barrier, double[] x) {
    int n = x.length;
    double[] g = new double[n];
    double[][] h = new double[n][n];
    barrier.addGradient(x, g);
    barrier.addHessian(x, h);
    double step = 1e-5;
    for (int i = 0; i < n; i++) {
      double[] up = x.clone();
      double[] down = x.clone();
      up[i] += step;
      down[i] -= step;
      assertEquals(
          (barrier.value(up) - barrier.value(down)) / (2 * step), g[i], 1e-7, barrier.name());
      double[] gUp = new double[n];
      double[] gDown = new double[n];
      barrier.addGradient(up, gUp);
      barrier.addGradient(down, gDown);
      for (int j = 0; j < n; j++) {
        assertEquals((gUp[j] - gDown[j]) / (2 * step), h[i][j], 1e-7, barrier.name());
      }
    }
  }

  @Test
  void phaseOneFindsAnInteriorPoint() {
    QuadraticBound ball = QuadraticBound.ball("ball", new double[] {3, 0}, 1);
    Halfspaces plane = new Halfspaces("plane", new double[][] {{1, 0}}, new double[] {2.5});
    ConvexProgram program =
        ConvexProgram.of(QuadraticForm.distance(new double[2]), List.of(ball, plane));
    double[] start = InteriorPoint.tight().feasible(program, new double[2], 10);
    assertTrue(ball.violation(start) < 0 && plane.violation(start) < 0);
    assertArrayEquals(
        new double[] {2, 0}, InteriorPoint.tight().minimise(program, start).x(), 1e-8);
  }

  @Test
  void anInfeasibleProgramNamesAConstraint() {
    QuadraticBound ball = QuadraticBound.ball("small ball", new double[] {3, 0}, 1);
    Halfspaces plane = new Halfspaces("left of one", new double[][] {{1, 0}}, new double[] {1});
    ConvexProgram program =
        ConvexProgram.of(QuadraticForm.distance(new double[2]), List.of(ball, plane));
    ConvexException refused =
        assertThrows(
            ConvexException.class,
            () -> InteriorPoint.tight().feasible(program, new double[2], 10));
    assertEquals(ConvexException.Kind.INFEASIBLE, refused.kind());
    assertTrue(
        refused.getMessage().contains("small ball") || refused.getMessage().contains("left of one"),
        refused.getMessage());
    ConvexException outside =
        assertThrows(
            ConvexException.class, () -> InteriorPoint.tight().minimise(program, new double[2]));
    assertTrue(outside.getMessage().contains("small ball"), outside.getMessage());
  }

  @Test
  void anInfeasibleQuadraticProgram() {
    Halfspaces rows =
        new Halfspaces("rows", new double[][] {{1, 0}, {-1, 0}}, new double[] {-1, -1});
    ConvexProgram program = ConvexProgram.of(QuadraticForm.distance(new double[2]), List.of(rows));
    ConvexException refused =
        assertThrows(ConvexException.class, () -> ActiveSet.minimise(program));
    assertEquals(ConvexException.Kind.INFEASIBLE, refused.kind());
  }

  @Test
  void anUnboundedProgram() {
    Halfspaces half = new Halfspaces("half", new double[][] {{1, 0}}, new double[] {1});
    ConvexProgram program =
        ConvexProgram.of(QuadraticForm.linear(new double[] {1, 0.5}), List.of(half));
    ConvexException refused =
        assertThrows(
            ConvexException.class, () -> InteriorPoint.tight().minimise(program, new double[2]));
    assertTrue(refused.kind() != ConvexException.Kind.INFEASIBLE, refused.getMessage());
  }

  @Test
  void shapesThatDoNotFit() {
    Halfspaces rows = new Halfspaces("rows", new double[][] {{1, 0}}, new double[] {1});
    QuadraticForm three = QuadraticForm.distance(new double[3]);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> ConvexProgram.of(three, List.of(rows)));
    assertTrue(refused.getMessage().contains("rows"), refused.getMessage());
  }
}
