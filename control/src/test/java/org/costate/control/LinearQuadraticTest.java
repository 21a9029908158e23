package org.costate.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.optimise.AdamW;
import org.costate.control.optimise.Lbfgs;
import org.costate.control.optimise.LevenbergMarquardt;
import org.costate.control.optimise.Momentum;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.RateSchedule;
import org.costate.control.optimise.SecondOrder;
import org.costate.control.optimise.TrustRegion;
import org.costate.control.principle.LayerMaximiser;
import org.costate.control.principle.SuccessiveApproximation;
import org.costate.control.train.IterationRecord;
import org.costate.control.train.Limits;
import org.costate.control.train.Problem;
import org.costate.control.train.Training;
import org.costate.control.train.TrainingState;
import org.costate.model.Model;
import org.costate.model.kernel.PlainKernels;
import org.junit.jupiter.api.Test;

/// Every solver on the linear–quadratic problem, against the Riccati recursion.
class LinearQuadraticTest {
  private static final SweepOptions OPTIONS =
      SweepOptions.with(new PlainKernels()).withExtras(SweepOptions.Extra.TANGENTS);
  private static final LayerMaximiser EXACT = new LayerMaximiser(50, 1e-12, 10, 1);

  private record Solver(Optimiser rule, RateSchedule rate, int most, double tolerance) {}

  private static Map<String, Solver> solvers() {
    RateSchedule one = new RateSchedule.Constant(1);
    Map<String, Solver> all = new LinkedHashMap<>();
    all.put(
        "newton", new Solver(new TrustRegion(SecondOrder.HESSIAN, 1e6, 1e-12, 500), one, 1, 1e-8));
    all.put(
        "gauss-newton",
        new Solver(new TrustRegion(SecondOrder.GAUSS_NEWTON, 1e6, 1e-12, 500), one, 1, 1e-8));
    all.put(
        "levenberg-marquardt",
        new Solver(new LevenbergMarquardt(1e-3, 1e-10, 500, 100), one, 10, 1e-8));
    all.put("l-bfgs", new Solver(new Lbfgs(10), one, 60, 1e-8));
    all.put("emsa", new Solver(SuccessiveApproximation.extended(1, true, EXACT), one, 400, 1e-8));
    all.put(
        "adamw",
        new Solver(AdamW.plain(), new RateSchedule.WarmUpCosine(0.05, 0, 0, 2000), 2000, 1e-6));
    all.put(
        "sgd",
        new Solver(
            new Momentum(0.9, false, Double.POSITIVE_INFINITY),
            new RateSchedule.WarmUpCosine(0.2, 0, 0, 2000),
            2000,
            1e-6));
    return all;
  }

  @Test
  void everySolverReachesTheRiccatiSolution() {
    LinearQuadratic problem = LinearQuadratic.oscillator();
    LinearQuadratic.Solution exact = problem.riccati();
    Model model = problem.model();
    try (EnsembleSweep sweep = new EnsembleSweep(model, problem.costs(model), OPTIONS)) {
      ModelObjective objective = new ModelObjective(model, sweep, sweep.prepare(problem.batch()));
      assertEquals(exact.value(), objective.value(exact.controls()), 1e-13);
      double start = objective.value(new double[model.layout().size()]);
      assertTrue(start > 2 * exact.value(), "nothing to gain: " + start);
      for (Map.Entry<String, Solver> entry : solvers().entrySet()) {
        Solver solver = entry.getValue();
        TrainingState from = TrainingState.start(new double[model.layout().size()], solver.rule());
        Training training =
            new Training(
                Problem.of(objective),
                solver.rule(),
                solver.rate(),
                Limits.of(solver.most()),
                from,
                () -> 0);
        training.run();
        double reached = objective.value(training.controls());
        double gap = (reached - exact.value()) / exact.value();
        assertTrue(Math.abs(gap) <= solver.tolerance(), entry.getKey() + " is off by " + gap);
      }
    }
  }

  @Test
  void theFixedPointOfTheExtendedMethodIsTheRiccatiControl() {
    LinearQuadratic problem = LinearQuadratic.oscillator();
    Model model = problem.model();
    try (EnsembleSweep sweep = new EnsembleSweep(model, problem.costs(model), OPTIONS)) {
      ModelObjective objective = new ModelObjective(model, sweep, sweep.prepare(problem.batch()));
      double[] c = problem.riccati().controls();
      double[] before = c.clone();
      Optimiser rule = SuccessiveApproximation.extended(4, false, EXACT);
      rule.step(objective, 1, c, rule.start(c.length), new double[c.length]);
      assertArrayEquals(before, c, 1e-9);
    }
  }

  /// Iterates the extended method with a fixed `ρ` on `u' = θ`: the controls of the last iteration.
  private static double[] iterate(double k, double rho, int iterations) {
    LinearQuadratic problem = LinearQuadratic.scalar(k, 8);
    Model model = problem.model();
    Optimiser rule =
        rho == 0
            ? SuccessiveApproximation.basic(EXACT)
            : SuccessiveApproximation.extended(rho, false, EXACT);
    try (EnsembleSweep sweep = new EnsembleSweep(model, problem.costs(model), OPTIONS)) {
      ModelObjective objective = new ModelObjective(model, sweep, sweep.prepare(problem.batch()));
      TrainingState from = TrainingState.start(new double[8], rule);
      Training training =
          new Training(
              Problem.of(objective),
              rule,
              new RateSchedule.Constant(1),
              Limits.of(iterations),
              from,
              () -> 0);
      training.run();
      return training.controls().clone();
    }
  }

  @Test
  void theThresholdOfThePenaltyShows() {
    double[] expected = new double[8];
    double theta = 0;
    for (int i = 0; i < 3; i++) {
      theta = (1.4 * theta - 4 * (1 + theta)) / 2.4;
    }
    java.util.Arrays.fill(expected, theta);
    assertArrayEquals(expected, iterate(4, 1.4, 3), 1e-9);
    assertTrue(Math.abs(iterate(4, 0, 40)[0]) > 1e6, "the basic method converged");
    assertTrue(Math.abs(iterate(4, 1.4, 100)[3] + 0.8) > 10, "ρ = 1.4 converged");
    for (double rho : new double[] {1.6, 4}) {
      java.util.Arrays.fill(expected, -0.8);
      assertArrayEquals(expected, iterate(4, rho, 250), 1e-6, "ρ = " + rho);
    }
  }

  @Test
  void theAdaptedPenaltyFindsItsWayFromBelowTheThreshold() {
    LinearQuadratic problem = LinearQuadratic.scalar(4, 8);
    Model model = problem.model();
    Optimiser rule = SuccessiveApproximation.extended(0.01, true, EXACT);
    try (EnsembleSweep sweep = new EnsembleSweep(model, problem.costs(model), OPTIONS)) {
      ModelObjective objective = new ModelObjective(model, sweep, sweep.prepare(problem.batch()));
      Training training =
          new Training(
              Problem.of(objective),
              rule,
              new RateSchedule.Constant(1),
              Limits.of(60).untilGradientNorm(1e-8),
              TrainingState.start(new double[8], rule),
              () -> 0);
      training.run();
      assertEquals(-0.8, training.controls()[0], 1e-7);
      double before = Double.POSITIVE_INFINITY;
      for (int i = 0; i + 1 < training.history().size(); i++) {
        IterationRecord row = training.history().get(i);
        double after = training.history().get(i + 1).value();
        assertTrue(row.value() - after >= row.requiredDecrease() - 1e-15);
        assertTrue(row.pmpGap() > 0 && row.stateFeasibility() >= 0);
        // the maximum is worth at least the penalty that it pays
        double paid = 0.5 * row.step() * (row.stateFeasibility() + row.costateFeasibility());
        assertTrue(row.pmpGap() >= paid * (1 - 1e-9));
        assertTrue(row.value() <= before);
        before = row.value();
      }
    }
  }
}
