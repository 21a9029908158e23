package org.costate.control.optimise;

import java.util.Map;
import org.costate.control.Objective;
import org.costate.control.Vectors;

/// Limited-memory BFGS with a strong-Wolfe line search: the direction `−H ∇J` comes from the last
/// `memory` pairs `s = Δc`, `y = Δ∇J` by the two-loop recursion (Nocedal and Wright, *Numerical
/// Optimization*, algorithm 7.4), scaled by `⟨s, y⟩/⟨y, y⟩`.
///
/// The objective must be the same in every step. Where the direction fails, the memory is dropped
/// and the step starts again along the gradient.
///
/// @param memory number of pairs that are kept
/// @param curvature `η` of the strong Wolfe conditions: how much of the slope a step may leave
public record Lbfgs(int memory, double curvature) implements Optimiser {
  private static final double USUAL_CURVATURE = 0.9;

  /// @throws IllegalArgumentException if a number is out of range
  public Lbfgs {
    if (memory < 1 || !(curvature > MoreThuente.ARMIJO && curvature < 1)) {
      throw new IllegalArgumentException(
          "l-bfgs: found memory "
              + memory
              + " and curvature "
              + curvature
              + ", expected a memory of at least 1 and a curvature in ("
              + MoreThuente.ARMIJO
              + ", 1)");
    }
  }

  /// With a line search that leaves up to nine tenths of the slope, as is usual.
  public Lbfgs(int memory) {
    this(memory, USUAL_CURVATURE);
  }

  @Override
  public String name() {
    return "l-bfgs";
  }

  @Override
  public String stepName() {
    return "α";
  }

  @Override
  public boolean stochastic() {
    return false;
  }

  /// The value and gradient at the controls, the pairs (a ring of `memory` rows), how many pairs
  /// there are and were ever stored.
  @Override
  public OptimiserState start(int size) {
    int pairs = Math.multiplyExact(memory, size);
    return new OptimiserState(
        Map.of(
            "value", new double[] {Double.NaN},
            "gradient", new double[size],
            "steps", new double[pairs],
            "changes", new double[pairs],
            "kept", new double[1],
            "stored", new double[1]));
  }

  @Override
  public Outcome step(
      Objective objective, double rate, double[] c, OptimiserState state, double[] g) {
    int evaluations = 0;
    if (Double.isNaN(state.number("value"))) {
      Outcome first = Clipping.gradient(objective, c, Double.POSITIVE_INFINITY, rate, g);
      evaluations = 1;
      if (!first.accepted()) {
        return first;
      }
      state.set("value", first.value());
      System.arraycopy(g, 0, state.array("gradient"), 0, g.length);
    }
    double value = state.number("value");
    double norm = Vectors.norm(state.array("gradient"));
    System.arraycopy(state.array("gradient"), 0, g, 0, g.length);
    if (norm == 0) {
      return Outcome.taken(value, norm, 0, false, evaluations);
    }
    boolean remembered = state.number("kept") > 0;
    MoreThuente.Found found = attempt(objective, rate, c, state);
    evaluations += found.evaluations();
    if (found.step() == 0 && remembered) {
      state.set("kept", 0);
      found = attempt(objective, rate, c, state);
      evaluations += found.evaluations();
    }
    return found.step() > 0
        ? Outcome.taken(value, norm, found.step(), false, evaluations)
        : Outcome.stalled(
            value, norm, evaluations, "no step along the direction decreases the objective");
  }

  /// Searches along the direction that the memory gives; on success moves `c` and the state.
  private MoreThuente.Found attempt(
      Objective objective, double rate, double[] c, OptimiserState state) {
    double[] gradient = state.array("gradient");
    double[] direction = direction(state, gradient);
    double slope = Vectors.dot(direction, gradient);
    if (!(slope < 0)) {
      return new MoreThuente.Found(0, 0);
    }
    double first = rate * (state.number("kept") > 0 ? 1 : Math.min(1, 1 / Vectors.norm(gradient)));
    Ray ray = new Ray(objective, c, direction);
    MoreThuente.Found found =
        MoreThuente.search(ray, state.number("value"), slope, first, curvature);
    if (found.step() > 0) {
      remember(state, found.step(), direction, ray.gradient);
      System.arraycopy(ray.at, 0, c, 0, c.length);
      System.arraycopy(ray.gradient, 0, gradient, 0, c.length);
      state.set("value", ray.value);
    }
    return found;
  }

  private double[] direction(OptimiserState state, double[] gradient) {
    int size = gradient.length;
    int kept = (int) state.number("kept");
    long stored = (long) state.number("stored");
    double[] s = state.array("steps");
    double[] y = state.array("changes");
    double[] q = gradient.clone();
    double[] a = new double[kept];
    for (int i = 0; i < kept; i++) {
      int row = row(stored - 1 - i, size);
      a[i] = dot(s, row, q) / dot(s, row, y, row, size);
      axpy(-a[i], y, row, q);
    }
    if (kept > 0) {
      int row = row(stored - 1, size);
      Vectors.scale(dot(s, row, y, row, size) / dot(y, row, y, row, size), q);
    }
    for (int i = kept - 1; i >= 0; i--) {
      int row = row(stored - 1 - i, size);
      double b = dot(y, row, q) / dot(s, row, y, row, size);
      axpy(a[i] - b, s, row, q);
    }
    Vectors.scale(-1, q);
    return q;
  }

  /// Stores a pair, unless its curvature `⟨s, y⟩` is not safely positive.
  private void remember(
      OptimiserState state, double step, double[] direction, double[] newGradient) {
    int size = direction.length;
    long stored = (long) state.number("stored");
    int row = row(stored, size);
    double[] s = state.array("steps");
    double[] y = state.array("changes");
    double[] gradient = state.array("gradient");
    double[] change = new double[size];
    for (int j = 0; j < size; j++) {
      change[j] = newGradient[j] - gradient[j];
    }
    double curvature = step * Vectors.dot(direction, change);
    if (curvature > 1e-14 * step * Vectors.norm(direction) * Vectors.norm(change)) {
      for (int j = 0; j < size; j++) {
        s[row + j] = step * direction[j];
        y[row + j] = change[j];
      }
      state.set("stored", (double) (stored + 1));
      state.set("kept", Math.min(memory, state.number("kept") + 1));
    }
  }

  private int row(long index, int size) {
    return (int) (index % memory) * size;
  }

  private static double dot(double[] rows, int row, double[] q) {
    return dot(rows, row, q, 0, q.length);
  }

  private static double dot(double[] x, int xo, double[] y, int yo, int n) {
    double sum = 0;
    for (int j = 0; j < n; j++) {
      sum += x[xo + j] * y[yo + j];
    }
    return sum;
  }

  private static void axpy(double alpha, double[] rows, int row, double[] q) {
    for (int j = 0; j < q.length; j++) {
      q[j] += alpha * rows[row + j];
    }
  }

  /// The objective along `c + α p`.
  private static final class Ray implements MoreThuente.Line {
    private final Objective objective;
    private final double[] origin;
    private final double[] direction;
    private final double[] at;
    private final double[] gradient;
    private double value;

    Ray(Objective objective, double[] origin, double[] direction) {
      this.objective = objective;
      this.origin = origin;
      this.direction = direction;
      this.at = new double[origin.length];
      this.gradient = new double[origin.length];
    }

    @Override
    public double value(double alpha) {
      for (int j = 0; j < at.length; j++) {
        at[j] = origin[j] + alpha * direction[j];
      }
      value = objective.gradient(at, gradient);
      return value;
    }

    @Override
    public double slope() {
      return Vectors.dot(gradient, direction);
    }
  }
}
