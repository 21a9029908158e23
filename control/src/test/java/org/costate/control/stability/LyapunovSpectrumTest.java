package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.costate.adjoint.LinearMap;
import org.costate.model.InputException;
import org.costate.model.NumericalException;
import org.junit.jupiter.api.Test;

/// Known systems: linear maps, the Hénon map (a = 1.4, b = 0.3) and the Lorenz equations of 1963
/// (σ = 10, ρ = 28, β = 8/3); values from Sprott, *Chaos and Time-Series Analysis* (2003).
class LyapunovSpectrumTest {
  @Test
  void ofALinearMapAreTheLogarithmsOfItsEigenvalues() {
    double[] eigenvalues = {3, -1.5, 0.7, 0.01};
    double[][] triangular = {
      {3, 2, -1, 0.5}, {0, -1.5, 4, 1}, {0, 0, 0.7, -2}, {0, 0, 0, 0.01},
    };
    List<LinearMap> maps = Collections.nCopies(7, new Matrix(triangular));
    double[][] unit = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
    LyapunovSpectrum spectrum = LyapunovSpectrum.of(maps, Frame.spanning(unit));
    for (double[] estimate : spectrum.running()) {
      for (int i = 0; i < 4; i++) {
        assertEquals(Math.log(Math.abs(eigenvalues[i])), estimate[i], 1e-12);
      }
    }
    assertEquals(Math.log(3 * 1.5 * 0.7 * 0.01), spectrum.sum(), 1e-12);
  }

  @Test
  void ofADiagonalMapConvergeFromARandomFrame() {
    double[][] diagonal = {{0.5, 0, 0}, {0, 2, 0}, {0, 0, 1e-3}};
    LyapunovSpectrum spectrum =
        LyapunovSpectrum.of(Collections.nCopies(2000, new Matrix(diagonal)), Frame.random(3, 3, 5));
    double[] last = spectrum.growth()[1999];
    assertEquals(Math.log(2), last[0], 1e-12);
    assertEquals(Math.log(0.5), last[1], 1e-12);
    assertEquals(Math.log(1e-3), last[2], 1e-12);
  }

  @Test
  void firstColumnsDoNotDependOnTheRest() {
    List<LinearMap> maps = List.of(Matrix.random(9, 9, 1), Matrix.random(9, 9, 2));
    Frame whole = Frame.random(9, 9, 3);
    double[] all = LyapunovSpectrum.of(maps, whole).exponents();
    double[] few = LyapunovSpectrum.of(maps, whole.first(4)).exponents();
    for (int i = 0; i < 4; i++) {
      assertEquals(all[i], few[i]);
    }
    assertArrayEquals(Frame.random(9, 4, 3).columns()[3], whole.columns()[3]);
  }

  @Test
  void ofTheHenonMapAreTheKnownOnes() {
    List<LinearMap> maps = new ArrayList<>();
    double x = 0.1;
    double y = 0.1;
    for (int n = 0; n < 101_000; n++) {
      if (n >= 1000) {
        maps.add(new Matrix(new double[][] {{-2.8 * x, 1}, {0.3, 0}}));
      }
      double next = 1 - 1.4 * x * x + y;
      y = 0.3 * x;
      x = next;
    }
    LyapunovSpectrum spectrum = LyapunovSpectrum.of(maps, Frame.random(2, 2, 1));
    assertEquals(0.419, spectrum.exponents()[0], 0.003);
    assertEquals(Math.log(0.3), spectrum.sum(), 1e-10);
  }

  @Test
  void ofTheLorenzEquationsAreTheKnownOnes() {
    double h = 0.01;
    int steps = 500_000;
    double[] u = {1, 1, 20};
    for (int n = 0; n < 4000; n++) {
      u = Lorenz.step(u, h);
    }
    Lorenz.Trajectory trajectory = new Lorenz.Trajectory(u, h, steps);
    LyapunovSpectrum spectrum = LyapunovSpectrum.of(trajectory, Frame.random(3, 3, 1));
    double[] exponents = spectrum.exponents();
    assertEquals(0.906, exponents[0] / h, 0.01);
    assertEquals(0, exponents[1] / h, 0.002);
    assertEquals(trajectory.meanLogDeterminant(), spectrum.sum(), 1e-10);
    assertEquals(-(10 + 1 + 8.0 / 3), spectrum.sum() / h, 1e-3, "divergence of the field");
  }

  @Test
  void sumRuleHoldsForGeneralAndBlockTriangularMatrices() {
    List<LinearMap> maps = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      maps.add(Matrix.random(40, 40, n));
    }
    TangentSpectrum spectrum = TangentSpectrum.of(maps, 0);
    assertTrue(spectrum.violation() <= TangentSpectrum.TOLERANCE, spectrum.toString());
    assertTrue(Math.abs(spectrum.sum()) > 1, "a witness that there is something to add");
    assertEquals(40, spectrum.exponents().length);
  }

  /// A causal mask couples well-conditioned blocks into a matrix of condition 1e20.
  @Test
  void sumRuleHoldsForIllConditionedTriangularMatrices() {
    int n = 30;
    double[][] a = new double[n][n];
    double expected = 0;
    for (int i = 0; i < n; i++) {
      a[i][i] = 0.1 + 0.01 * i;
      expected += Math.log(a[i][i]);
      for (int j = 0; j < i; j++) {
        a[i][j] = 1 - 0.03 * j;
      }
    }
    TangentSpectrum spectrum = TangentSpectrum.of(Collections.nCopies(3, new Matrix(a)), 0);
    assertTrue(spectrum.violation() <= TangentSpectrum.TOLERANCE, spectrum.toString());
    assertEquals(expected, spectrum.sum(), 1e-10);
  }

  @Test
  void lostDirectionsAreMinusInfinity() {
    double[][] projection = {{1, 0, 0}, {0, 1, 0}, {0, 0, 0}};
    double[][] unit = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    double[] exponents =
        LyapunovSpectrum.of(
                List.of(new Matrix(projection), new Matrix(projection)), Frame.spanning(unit))
            .exponents();
    assertArrayEquals(new double[] {0, 0, Double.NEGATIVE_INFINITY}, exponents);
  }

  @Test
  void framesThatAreNoneAndTangentsThatBlowUpAreRefused() {
    assertThrows(InputException.class, () -> Frame.spanning(new double[][] {{1, 2, 3}, {2, 4, 6}}));
    assertThrows(IllegalArgumentException.class, () -> Frame.random(3, 4, 1));
    LinearMap huge = new Matrix(new double[][] {{1e200, 1e200}, {-1e200, 1e300}});
    LinearMap infinite = new Matrix(new double[][] {{Double.POSITIVE_INFINITY, 0}, {0, 1}});
    NumericalException e =
        assertThrows(
            NumericalException.class,
            () -> LyapunovSpectrum.of(List.of(huge, infinite), Frame.random(2, 2, 1)));
    assertEquals(1, e.step());
  }
}
