package org.costate.control.leastsquares;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.costate.model.kernel.PlainKernels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningTest {
  private static final PlainKernels KERNELS = new PlainKernels();

  private static double[] draw(int n, SplittableRandom random) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextGaussian();
    }
    return x;
  }

  private static LayerObjective objective(SplittableRandom random) {
    RegressionLayer layer = RegressionLayer.ofControls(3, new double[36], KERNELS);
    return new LayerObjective(layer, draw(15, random), draw(5, random), KERNELS);
  }

  @Test
  void gradientAndHessianAreLimitsOfDifferences() {
    SplittableRandom random = new SplittableRandom(8);
    LayerObjective objective = objective(random);
    double[] c = draw(36, random);
    double[] v = draw(36, random);
    double h = 1e-5;
    double[] plus = c.clone();
    double[] minus = c.clone();
    for (int i = 0; i < 36; i++) {
      plus[i] += h * v[i];
      minus[i] -= h * v[i];
    }
    double[] g = new double[36];
    double value = objective.gradient(c, g);
    assertEquals(objective.value(c), value, 0);
    double slope = (objective.value(plus) - objective.value(minus)) / (2 * h);
    double along = 0;
    for (int i = 0; i < 36; i++) {
      along += g[i] * v[i];
    }
    assertEquals(slope, along, 1e-7 * Math.abs(slope));
    double[] up = new double[36];
    double[] down = new double[36];
    objective.gradient(plus, up);
    objective.gradient(minus, down);
    double[] second = new double[36];
    double size = 0;
    for (int i = 0; i < 36; i++) {
      second[i] = (up[i] - down[i]) / (2 * h);
      size = Math.max(size, Math.abs(second[i]));
    }
    double[] found = new double[36];
    objective.hessian(c).apply(v, found);
    assertArrayEquals(second, found, 1e-7 * size);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "8, 1", "1, 2", "8, 2", "8, 3"})
  void trainingReachesTheLeastSquaresMap(int features, long seed) {
    LearningStudy.Training training = new LearningStudy(seed, KERNELS).train(features);
    assertTrue(training.arrived(), "after " + training.epochs() + " epochs");
    assertTrue(training.epochs() < LearningStudy.EPOCHS);
    assertTrue(training.distances()[0] > 0.1, "the start is not the end");
    assertTrue(training.rotation() > 1e-2, "other weights, the same map");
    assertTrue(training.shifted() > 0.1, "the slow memory does not know the new rows");
  }

  @Test
  void theContextAloneChangesAndTheRecursiveUpdateIsExact() {
    List<LearningStudy.Change> changes = new LearningStudy(1, KERNELS).changes();
    for (LearningStudy.Change change : changes) {
      assertEquals(0, change.slow());
      assertTrue(change.recursive() <= 1e-10, change.toString());
    }
    assertEquals(0, changes.get(0).fast());
    assertTrue(changes.get(1).fast() < 1e-12, changes.get(1).toString());
    assertTrue(changes.get(2).fast() > 1e-6, changes.get(2).toString());
    assertTrue(changes.get(3).fast() > 1e-6, changes.get(3).toString());
  }

  @Test
  void turnedWeightsAreTheSameMap() {
    LearningStudy.Turn turn = new LearningStudy(1, KERNELS).turn();
    assertTrue(turn.weights() > 0.01, "weights " + turn.weights());
    assertTrue(turn.map() < 1e-12, "map " + turn.map());
    double[] map = {1, 0.3, -0.2, 2};
    RegressionLayer layer = new RegressionLayer(2, map, map, new double[] {1, -1}, KERNELS);
    double[][] skew = {{1, 0.5}, {0, 1}};
    double[] rows = {1, 2, 3, -1, 0.5, 2};
    double[] ones = {1, 1, 1};
    double[] turned = layer.turned(skew).coefficients(rows, ones);
    assertTrue(Math.abs(turned[0] - layer.coefficients(rows, ones)[0]) > 0.1, "not any matrix");
  }

  @Test
  void weightsOfAnotherSizeAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> RegressionLayer.ofControls(3, new double[35], KERNELS));
  }
}
