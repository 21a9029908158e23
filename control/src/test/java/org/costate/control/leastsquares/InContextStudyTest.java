package org.costate.control.leastsquares;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.costate.control.leastsquares.InContextStudy.Result;
import org.costate.control.leastsquares.InContextStudy.Trained;
import org.costate.model.kernel.PlainKernels;
import org.junit.jupiter.api.Test;

class InContextStudyTest {
  /// One layer learns one gradient step, whose error is known in closed form; more layers come near
  /// least squares, whose error is `σ²/(n − p − 1)` for each feature (the mean of an inverse
  /// Wishart matrix).
  @Test
  void oneLayerIsOneGradientStepAndMoreAreNearLeastSquares() {
    List<Integer> rows = List.of(20, 80);
    Result result =
        new InContextStudy(1, 1000, 3000, new PlainKernels()).compare(List.of(1, 3), rows);
    double variance = InContextStudy.NOISE * InContextStudy.NOISE;
    Trained one = result.models().get(0);
    Trained deep = result.models().get(1);
    for (int k = 0; k < rows.size(); k++) {
      double exact = variance / (rows.get(k) - InContextStudy.FEATURES - 1);
      assertEquals(1, result.leastSquares()[k] / exact, 0.12);
      assertEquals(1, result.step()[k] / result.stepTheory()[k], 0.12);
      assertEquals(1, one.errors()[k] / result.step()[k], 0.05);
      assertTrue(deep.errors()[k] < 0.3 * one.errors()[k], "three layers " + deep.errors()[k]);
      assertTrue(result.bayes()[k] < result.leastSquares()[k]);
      assertTrue(result.bayes()[k] < deep.errors()[k]);
    }
    assertTrue(one.fromStep() < 0.1, "one layer is that step: " + one.fromStep());
    assertTrue(deep.fromStep() > 0.2, "three layers are another map: " + deep.fromStep());
    assertTrue(one.losses()[999] < one.losses()[0]);
  }

  /// What comes beside the query has no part in the answer but through the context.
  @Test
  void aTaskIsAContextAndAQueryOfWeightZero() {
    RandomTasks tasks = new RandomTasks(2, 2, 4, 0.1, 50, 7, "test");
    for (int i = 0; i < 50; i++) {
      RandomTasks.Task task = tasks.task(i);
      int n = task.y().length;
      assertTrue(n >= 2 && n <= 4);
      var batch = tasks.batch(new int[] {i});
      double[] weights = batch.tokenWeights().orElseThrow();
      double[] input = batch.input().orElseThrow();
      for (int k = 0; k < 5; k++) {
        assertEquals(k < n ? 1.0 / n : 0, weights[k]);
      }
      assertEquals(task.y()[0], input[2]);
      assertEquals(task.query()[0], input[12]);
      assertEquals(0, input[14], "the query has no target of its own");
      assertEquals(task.truth(), batch.target().orElseThrow()[14]);
    }
  }

  /// Without noise and with enough rows least squares is exact; the step and the mean given the
  /// rows are what their formulas say on one row.
  @Test
  void predictorsAreWhatTheirFormulasSay() {
    RandomTasks.Task full = new RandomTasks(3, 6, 6, 0, 1, 3, "test").task(0);
    assertEquals(full.truth(), Predictors.leastSquares(full), 1e-12);
    RandomTasks.Task one =
        new RandomTasks.Task(new double[] {2}, new double[] {3}, new double[] {5}, 0);
    assertEquals(7.5, Predictors.leastSquares(one), 1e-12);
    assertEquals(0.5 * 3 * 2 * 5, Predictors.step(one, 0.5), 1e-12);
    assertEquals(3 * 2 / (4 + 0.25) * 5, Predictors.bayes(one, 0.5), 1e-12);
    assertEquals(1 / (1 + 2.25 / 4), Predictors.bestStep(1, 4, 4, 0.5), 1e-15);
    double a = Predictors.bestStep(5, 20, 20, 0.5);
    double least = Predictors.stepError(5, 20, 0.5, a);
    assertTrue(least < Predictors.stepError(5, 20, 0.5, a + 0.01));
    assertTrue(least < Predictors.stepError(5, 20, 0.5, a - 0.01));
  }
}
