package org.costate.control;

import java.util.List;
import java.util.Optional;
import org.costate.adjoint.cost.Costs;
import org.costate.control.cost.ControlQuadratic;
import org.costate.control.cost.StateEnergy;
import org.costate.control.cost.Tracking;
import org.costate.model.Model;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.operator.LinearSystem;
import org.costate.model.scheme.Schemes;
import org.costate.model.scheme.Step;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.TimeGrid;

/// The linear–quadratic problem `u' = u A + θ B`, `J = k/2 ‖u(T)‖² + ∫ κ/2 ‖u‖² + β/2 ‖θ‖²` by
/// explicit Euler, and its solution by the Riccati recursion, with matrices and loops of its own.
public record LinearQuadratic(
    int width,
    int inputs,
    double[] a,
    double[] b,
    double[] start,
    double end,
    int steps,
    double terminal,
    double running,
    double energy) {

  /// `u' = θ`, `u(0) = 1`, `T = 1`, `J = k/2 u(1)² + ½ ∫ θ²`; least at `θ = −k/(1 + k)`.
  public static LinearQuadratic scalar(double k, int steps) {
    return new LinearQuadratic(
        1, 1, new double[1], new double[] {1}, new double[] {1}, 1, steps, k, 0, 1);
  }

  /// An unstable oscillator and a mode driven by it, with two inputs.
  public static LinearQuadratic oscillator() {
    return new LinearQuadratic(
        3,
        2,
        new double[] {0.2, 1, 0, -1, 0.2, 0.5, 0, 0, -0.3},
        new double[] {1, 0, 0, 0, 0.5, 1},
        new double[] {1, -0.5, 0.8},
        2,
        20,
        3,
        0.7,
        0.5);
  }

  /// The model, with one input per step.
  public Model model() {
    LinearSystem system = new LinearSystem(width, inputs, a, b);
    ContinuousEquation equation = ContinuousEquation.of(Field.of(Controlled.of(system, "input")));
    Step step = new Step(Schemes.lie(equation), width);
    ControlLayout layout =
        ControlLayout.builder().blocksOf(step, new PiecewiseConstant(steps, end)).build();
    return new Model(List.of(), step, TimeGrid.uniform(steps, end), layout, List.of());
  }

  /// The costs for `model`.
  public Costs costs(Model model) {
    return new Costs(
        Optional.of(new Tracking(new double[] {terminal})),
        running > 0 ? List.of(new StateEnergy(running)) : List.of(),
        List.of(ControlQuadratic.energy(energy, model.grid(), model.layout().blocks())));
  }

  /// The one initial state.
  public Batch batch() {
    return Batch.ofInput(new Shape(1, 1), start).withTarget(new double[width]);
  }

  /// The least cost and where it lies.
  ///
  /// @param controls `[steps, inputs]`
  public record Solution(double value, double[] controls) {}

  /// Backwards `P := Q + F P (F − G' …)`, forwards the trajectory: `x⁺ = x F + θ G` with
  /// `F = I + h A`, `G = h B`, `θ = −x K`, `K = F P Gᵀ (R + G P Gᵀ)⁻¹`.
  public Solution riccati() {
    double h = end / steps;
    double[][] f = new double[width][width];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < width; j++) {
        f[i][j] = (i == j ? 1 : 0) + h * a[i * width + j];
      }
    }
    double[][] g = new double[inputs][width];
    for (int i = 0; i < inputs; i++) {
      for (int j = 0; j < width; j++) {
        g[i][j] = h * b[i * width + j];
      }
    }
    double[][] p = diagonal(width, terminal);
    double[][][] gains = new double[steps][][];
    for (int n = steps - 1; n >= 0; n--) {
      double[][] pg = times(p, transpose(g));
      double[][] s = plus(diagonal(inputs, h * energy), times(g, pg), 1);
      double[][] k = times(times(f, pg), inverse(s));
      gains[n] = k;
      double[][] closed = plus(f, times(k, g), -1);
      p = plus(diagonal(width, h * running), times(times(f, p), transpose(closed)), 1);
    }
    double[][] x = {start.clone()};
    double value = 0.5 * times(times(x, p), transpose(x))[0][0];
    double[] controls = new double[steps * inputs];
    for (int n = 0; n < steps; n++) {
      double[][] theta = times(x, gains[n]);
      for (int i = 0; i < inputs; i++) {
        controls[n * inputs + i] = -theta[0][i];
      }
      x = plus(times(x, f), times(theta, g), -1);
    }
    return new Solution(value, controls);
  }

  private static double[][] diagonal(int n, double value) {
    double[][] d = new double[n][n];
    for (int i = 0; i < n; i++) {
      d[i][i] = value;
    }
    return d;
  }

  private static double[][] times(double[][] x, double[][] y) {
    double[][] z = new double[x.length][y[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y[0].length; j++) {
        for (int k = 0; k < y.length; k++) {
          z[i][j] += x[i][k] * y[k][j];
        }
      }
    }
    return z;
  }

  private static double[][] plus(double[][] x, double[][] y, double factor) {
    double[][] z = new double[x.length][x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x[0].length; j++) {
        z[i][j] = x[i][j] + factor * y[i][j];
      }
    }
    return z;
  }

  private static double[][] transpose(double[][] x) {
    double[][] z = new double[x[0].length][x.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x[0].length; j++) {
        z[j][i] = x[i][j];
      }
    }
    return z;
  }

  /// By Gauss–Jordan elimination; of a positive definite matrix.
  private static double[][] inverse(double[][] matrix) {
    int n = matrix.length;
    double[][] m = new double[n][2 * n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(matrix[i], 0, m[i], 0, n);
      m[i][n + i] = 1;
    }
    for (int k = 0; k < n; k++) {
      double pivot = m[k][k];
      for (int j = 0; j < 2 * n; j++) {
        m[k][j] /= pivot;
      }
      for (int i = 0; i < n; i++) {
        double factor = i == k ? 0 : m[i][k];
        for (int j = 0; j < 2 * n; j++) {
          m[i][j] -= factor * m[k][j];
        }
      }
    }
    double[][] inverse = new double[n][n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(m[i], n, inverse[i], 0, n);
    }
    return inverse;
  }
}
