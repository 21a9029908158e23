package org.costate.model.converge;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.kernel.Kernels;
import org.costate.model.quadrature.FunctionAttention;
import org.costate.model.quadrature.FunctionBasis;
import org.costate.model.quadrature.FunctionKernel;
import org.costate.model.quadrature.QuadratureRule.Family;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Schemes;
import org.costate.model.scheme.Step;
import org.costate.model.time.TimeGrid;

/// Measures the orders of all schemes in time, and of all quadratures on tokens and features.
///
/// Schemes are measured against an integration of their equation by Dormand–Prince 8(5,3) with
/// tolerance 1e-13; those on `u ≥ 0`, where the equation has no smooth right-hand side, against
/// themselves with every step halved.
public final class OrderStudy {
  private static final int[] STEPS = {20, 40, 80, 160};
  private static final double TOLERANCE = 1e-13;
  private static final double KINKED_TOLERANCE = 1e-10;
  private static final double BELOW = 0.1;
  private static final double BELOW_WITH_KINKS = 0.25;

  private final Kernels kernels;
  private final long seed;
  private final Consumer<Row> done;
  private final List<Row> rows = new ArrayList<>();

  /// What was measured.
  public enum Kind {
    /// A scheme in time.
    SCHEME,
    /// A quadrature on tokens or features.
    QUADRATURE
  }

  /// One measured order.
  ///
  /// @param kind of what
  /// @param setting which equation
  /// @param convergence the errors
  /// @param tolerance how far the measured order may lie below the claimed one
  public record Row(Kind kind, String setting, Convergence convergence, double tolerance) {
    /// Whether the claimed order is met; 0 claims nothing. A higher one is no failure: on coarse
    /// grids the next term of the error often helps.
    public boolean pass() {
      return convergence.claimed() == 0
          || convergence.measured() >= convergence.claimed() - tolerance;
    }
  }

  private OrderStudy(Kernels kernels, long seed, Consumer<Row> done) {
    this.kernels = kernels;
    this.seed = seed;
    this.done = done;
  }

  /// Measures everything.
  ///
  /// @param seed of weights and first states
  /// @param done is told every row when it is there
  public static List<Row> measure(Kernels kernels, long seed, Consumer<Row> done) {
    OrderStudy study = new OrderStudy(kernels, seed, done);
    study.schemes(false);
    study.schemes(true);
    study.postNorm();
    study.positivePart();
    study.quadratures();
    return List.copyOf(study.rows);
  }

  private void schemes(boolean moving) {
    String controls = moving ? ", controls moving in time" : ", constant controls";
    ContinuousEquation free = OrderSetting.free();
    against(
        "free" + controls,
        free,
        moving,
        Schemes.lie(free),
        Schemes.strang(free),
        Schemes.additive(free),
        Schemes.euler(free),
        Schemes.midpoint(free),
        Schemes.rk4(free));
    ContinuousEquation normed = OrderSetting.normed();
    against(
        "normed argument" + controls,
        normed,
        moving,
        Schemes.preNormLie(normed),
        Schemes.parallelResidual(normed),
        Schemes.macaron(normed),
        Schemes.strang(normed),
        Schemes.rk4(normed));
    ContinuousEquation on = OrderSetting.constrained(moving);
    against(
        (moving ? "on a moving S1" : "on S1") + controls,
        on,
        moving,
        Schemes.lieProjected(on),
        Schemes.additiveProjected(on),
        Schemes.strangProjected(on),
        Schemes.strangTangent(on),
        Schemes.rk4Tangent(on));
  }

  private void against(String setting, ContinuousEquation e, boolean moving, Scheme... schemes) {
    InitialValueProblem problem = OrderSetting.problem(e, moving, seed, kernels);
    double[] exact = problem.integrate(e, OrderSetting.END, TOLERANCE);
    for (Scheme scheme : schemes) {
      add(setting, problem.order(step(scheme), OrderSetting.END, exact, STEPS));
    }
  }

  private void postNorm() {
    ContinuousEquation layers = OrderSetting.layers();
    InitialValueProblem problem = OrderSetting.problem(layers, false, seed, kernels);
    double[] exact =
        OrderSetting.limitOf(problem)
            .integrate(OrderSetting.layersLimit(), OrderSetting.END, KINKED_TOLERANCE);
    for (Scheme scheme :
        List.of(Schemes.postNormConsistent(layers), Schemes.postNorm(layers, 0.5))) {
      add("on S1, substeps on u >= 0", problem.order(step(scheme), OrderSetting.END, exact, STEPS));
    }
  }

  private void positivePart() {
    ContinuousEquation e = OrderSetting.positive();
    InitialValueProblem problem = OrderSetting.problem(e, false, seed, kernels);
    TimeGrid coarse = TimeGrid.uniform(STEPS[0], OrderSetting.END);
    for (Scheme scheme : List.of(Schemes.lieProjected(e), Schemes.strangProjected(e))) {
      add(
          Kind.SCHEME,
          "on u >= 0, against itself",
          problem.selfConvergence(step(scheme), coarse, 1, 2, 4, 8),
          BELOW_WITH_KINKS);
    }
  }

  private static Step step(Scheme scheme) {
    return new Step(scheme, OrderSetting.WIDTH);
  }

  private void quadratures() {
    AttentionIntegral integral =
        new AttentionIntegral(
            kernelsAsFunctions(),
            (x, y) -> Math.sin(1.3 * x + 0.4 * y) + 0.3 * Math.exp(-y) * x,
            2,
            3,
            kernels);
    for (Family family : Family.values()) {
      int[] nodes =
          family == Family.GAUSS_LEGENDRE ? new int[] {2, 4, 6, 8} : new int[] {16, 32, 64, 128};
      for (Convergence found :
          List.of(integral.onTokens(family, nodes), integral.onFeatures(family, nodes))) {
        add(Kind.QUADRATURE, "kernels given as functions", found, BELOW);
      }
    }
  }

  /// Two heads with kernels that are polynomials of degree 3 in both arguments.
  private FunctionAttention kernelsAsFunctions() {
    FunctionBasis basis = new FunctionBasis(FunctionBasis.Kind.LEGENDRE, 4, 0, 3);
    SplittableRandom random = new SplittableRandom(seed);
    List<FunctionAttention.Head> heads = new ArrayList<>();
    for (int h = 0; h < 2; h++) {
      heads.add(
          new FunctionAttention.Head(
              kernel(basis, random), kernel(basis, random), kernel(basis, random)));
    }
    return new FunctionAttention(heads);
  }

  private static FunctionKernel kernel(FunctionBasis basis, SplittableRandom random) {
    int count = basis.count() * basis.count();
    return new FunctionKernel(basis, basis, random.doubles(count, -0.5, 0.5).toArray());
  }

  private void add(String setting, Convergence found) {
    add(Kind.SCHEME, setting, found, found.claimed() > 2 ? 2 * BELOW : BELOW);
  }

  private void add(Kind kind, String setting, Convergence found, double tolerance) {
    Row row = new Row(kind, setting, found, tolerance);
    rows.add(row);
    done.accept(row);
  }
}
