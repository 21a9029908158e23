package org.costate.model.converge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.ConstraintSet;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Pointwise;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Coefficient;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Schemes;
import org.costate.model.scheme.Step;
import org.costate.model.scheme.Term;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.TimeGrid;

/// The constraints `S1(σ1, σ2)` and `S2 = {u ≥ 0}` behind every substep of the post-norm step at
/// `dt = 1`, and how far its projections move a state, against what theory says:
///
///     |mean − σ1| = 0,   σ2² − var P v = σ2² ε/(var v + ε),   u ≥ 0 behind ReLU,
///     ‖P_S1 v − v‖² = N (σ2 − √var v)² + N (σ1 − mean v)²,   ‖P_S2 v − v‖² = Σ min(v, 0)²
///
/// (Theorem 3.1 of Tai, Liu, Li, Chan, arXiv 2510.03989; the distance to `S1` for `ε = 0`.)
public final class ConstraintResiduals {
  private static final double MEAN = 1e-14;
  private static final double DEFECT = 1e-13;
  private static final double DISTANCE = 1e-12;
  private static final int WIDTH = OrderSetting.WIDTH;

  /// One substep.
  ///
  /// @param number from 1
  /// @param name what it applies
  /// @param mean largest `|mean − σ1|` of a token behind it
  /// @param defect largest `|σ2² − var|` of a token behind it
  /// @param least smallest entry behind it
  public record Substep(int number, String name, double mean, double defect, double least) {}

  /// One comparison with theory.
  ///
  /// @param name what is compared
  /// @param substep number of the substep
  /// @param violation largest absolute difference
  /// @param witness that there was something to see
  public record Check(
      String name, int substep, double violation, double tolerance, String witness) {
    /// Whether theory holds.
    public boolean pass() {
      return violation <= tolerance;
    }
  }

  /// The substeps of one step and the checks on them.
  ///
  /// @param epsilon the floor under the variance
  public record Result(double epsilon, List<Substep> substeps, List<Check> checks) {}

  private final InitialValueProblem problem;
  private final Scheme scheme;
  private final double epsilon;
  private final double[] sigma;
  private final List<Substep> substeps = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();

  private ConstraintResiduals(
      InitialValueProblem problem, Scheme scheme, double epsilon, double[] sigma) {
    this.problem = problem;
    this.scheme = scheme;
    this.epsilon = epsilon;
    this.sigma = sigma;
  }

  /// Runs one post-norm step at `dt = 1`, substep by substep.
  ///
  /// @param epsilon the floor under the variance of the projections
  public static Result of(double epsilon, long seed, Kernels kernels) {
    ContinuousEquation e = OrderSetting.squareLayers(epsilon);
    InitialValueProblem problem = OrderSetting.problem(e, false, seed, kernels);
    ControlLayout.Block sphere = problem.layout().block(e.sphere().orElseThrow().block());
    double[] sigma = Arrays.copyOfRange(problem.c(), sphere.at(0), sphere.at(0) + 2);
    ConstraintResiduals run =
        new ConstraintResiduals(problem, Schemes.postNorm(e, 0.5), epsilon, sigma);
    run.run();
    return new Result(epsilon, List.copyOf(run.substeps), List.copyOf(run.checks));
  }

  private void run() {
    for (int k = 0; k < scheme.lines().size(); k++) {
      Line line = scheme.lines().get(k);
      double[] after = register(k + 1, line.target());
      String name = line.field().map(field -> field.operator().name()).orElse("relaxation");
      substeps.add(
          new Substep(
              k + 1,
              name,
              largest(after, row -> Math.abs(mean(row) - sigma[0])),
              largest(after, row -> Math.abs(sigma[1] * sigma[1] - variance(row))),
              Arrays.stream(after).min().orElseThrow()));
      int number = k + 1;
      line.field().ifPresent(field -> check(number, field, after));
    }
  }

  /// The value of a register after the first `count` lines: the step made of these, and of a line
  /// that copies the register into the state.
  private double[] register(int count, int register) {
    List<Line> lines = new ArrayList<>(scheme.lines().subList(0, count));
    lines.add(new Line(0, List.of(new Term(register, Coefficient.ONE)), Optional.empty()));
    Step step = new Step(new Scheme("substeps", 0, lines), WIDTH);
    return problem.solve(step, TimeGrid.uniform(1, 1));
  }

  private void check(int number, Application field, double[] after) {
    double[] before = register(number - 1, field.input());
    if (field.operator() instanceof LayerNorm) {
      checkSphere(number, before, after);
    } else if (field.operator() instanceof Pointwise) {
      double[] negative = Arrays.stream(before).map(v -> Math.min(v, 0)).toArray();
      double least = Arrays.stream(after).min().orElseThrow();
      add("u ≥ 0", number, Math.max(0, -least), 0, "least before " + number(least(before)));
      add(
          "distance to S2",
          number,
          Math.abs(square(after, before) - square(negative, new double[negative.length])),
          DISTANCE,
          "squared distance " + number(square(after, before)));
    }
  }

  private void checkSphere(int number, double[] before, double[] after) {
    ConstraintSet set = new ConstraintSet(sigma[0], sigma[1]);
    double mean = 0;
    double defect = 0;
    double distance = 0;
    double seen = 0;
    for (int at = 0; at < after.length; at += WIDTH) {
      double[] v = Arrays.copyOfRange(before, at, at + WIDTH);
      double[] p = Arrays.copyOfRange(after, at, at + WIDTH);
      double square = sigma[1] * sigma[1];
      double analytic = square * epsilon / (variance(v) + epsilon);
      mean = Math.max(mean, Math.abs(mean(p) - sigma[0]));
      defect = Math.max(defect, Math.abs(square - variance(p) - analytic));
      double theory = set.distanceSquared(WIDTH, mean(v), Math.sqrt(variance(v)));
      distance = Math.max(distance, Math.abs(square(p, v) - theory));
      seen = Math.max(seen, theory);
    }
    String moved = "squared distance " + number(seen);
    add("mean = σ1", number, mean, MEAN, moved);
    add("variance defect = σ2² ε/(var + ε)", number, defect, DEFECT, moved);
    if (epsilon == 0) {
      add("distance to S1", number, distance, DISTANCE, moved);
    }
  }

  private void add(String name, int substep, double violation, double tolerance, String witness) {
    checks.add(new Check(name, substep, violation, tolerance, witness));
  }

  private static double least(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  private static double mean(double[] row) {
    return Arrays.stream(row).sum() / row.length;
  }

  private static double variance(double[] row) {
    double mean = mean(row);
    return Arrays.stream(row).map(x -> (x - mean) * (x - mean)).sum() / row.length;
  }

  private static double square(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (x[i] - y[i]) * (x[i] - y[i]);
    }
    return sum;
  }

  private static double largest(double[] rows, ToDoubleFunction<double[]> of) {
    double largest = 0;
    for (int at = 0; at < rows.length; at += WIDTH) {
      largest = Math.max(largest, of.applyAsDouble(Arrays.copyOfRange(rows, at, at + WIDTH)));
    }
    return largest;
  }

  private static String number(double value) {
    return "%.3g".formatted(value);
  }
}
