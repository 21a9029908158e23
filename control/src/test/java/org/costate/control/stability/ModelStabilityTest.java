package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.costate.adjoint.LinearMap;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.SmallModels;
import org.costate.control.Vectors;
import org.costate.control.train.Initialisation;
import org.costate.model.Model;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;

/// What is computed along the trajectory of a whole model.
class ModelStabilityTest {
  private static final int TOKENS = 5;
  private static final int WIDTH = 8;
  private static final int LAYERS = 3;
  private static final Model MODEL = SmallModels.language(7, TOKENS, WIDTH, 2, LAYERS);
  private static final PlainKernels KERNELS = new PlainKernels();

  private static double[] controls() {
    return new Initialisation(new Initialisation.Weights.FanIn(1), 1, false)
        .controls(MODEL.layout(), MODEL.step(), MODEL.grid(), 1);
  }

  private static Batch sequence(long seed) {
    return Batch.ofIds(new Shape(1, TOKENS), new Random(seed).ints(TOKENS, 0, 7).toArray());
  }

  private static StabilityOptions options(OptionalInt lyapunov, Optional<Stretch.Request> stretch) {
    return new StabilityOptions(
        OptionalInt.of(6),
        OptionalInt.of(4),
        Optional.empty(),
        Optional.of(true),
        lyapunov,
        stretch,
        3);
  }

  private static Stability analyse(double[] c, Optional<Stretch.Request> stretch) {
    return Stability.of(MODEL, c, sequence(1), KERNELS, options(OptionalInt.of(4), stretch));
  }

  /// The steps alone, from the state behind the embedding.
  private static Linearisation steps(double[] c, double[] state) {
    Model alone = new Model(List.of(), MODEL.step(), MODEL.grid(), MODEL.layout(), List.of());
    return new Linearisation(alone, c, Batch.ofInput(new Shape(1, TOKENS), state), KERNELS);
  }

  @Test
  void theAdversaryFindsMoreThanTheBestOfAThousandDirections() {
    double[] c = controls();
    Witnesses found = analyse(c, Optional.empty()).witnesses().orElseThrow();
    double[] first = new Linearisation(MODEL, c, sequence(1), KERNELS).state(0).toArray();
    double[] last = steps(c, first).state(LAYERS).toArray();
    Random random = new Random(4);
    double best = 0;
    for (int k = 0; k < 1000; k++) {
      double[] delta = new double[first.length];
      Arrays.setAll(delta, i -> random.nextGaussian());
      Vectors.scale(found.radius() / Vectors.norm(delta), delta);
      Vectors.axpy(1, first, delta);
      double[] moved = steps(c, delta).state(LAYERS).toArray();
      Vectors.axpy(-1, last, moved);
      best = Math.max(best, Vectors.norm(moved) / found.radius());
    }
    double gain = found.adversarial().gain();
    assertTrue(gain >= best, gain + " " + best);
    assertTrue(best > 0.5 && gain > 1.1 * best, "the ascent was worth it: " + gain + " " + best);
  }

  @Test
  void covariantVectorsOfATransformerAreCovariant() {
    Linearisation trajectory = new Linearisation(MODEL, controls(), sequence(1), KERNELS);
    List<LinearMap> maps = new ArrayList<>();
    for (int n = 0; n < LAYERS; n++) {
      maps.add(trajectory.propagator(n, n + 1));
    }
    CovariantVectors found = CovariantVectors.of(maps, Frame.random(TOKENS * WIDTH, 6, 2));
    assertTrue(found.covarianceAngle(maps) <= 1e-8, "angle " + found.covarianceAngle(maps));
  }

  @Test
  void lyapunovFunctionsHoldOnTheWholeStateAndOnTheSpan() {
    LyapunovFunctions found = analyse(controls(), Optional.empty()).lyapunov().orElseThrow();
    assertTrue(found.recursionWhole());
    assertEquals(TOKENS * WIDTH, found.recursionStates());
    assertTrue(found.recursionResidual() <= 1e-9, "residual " + found.recursionResidual());
    assertTrue(found.residual() <= 1e-9, "residual " + found.residual());
    assertEquals(4, found.states());
    assertEquals(LAYERS + 1, found.energy().length);
    assertEquals(1, found.energy()[LAYERS], 1e-14);
    assertTrue(found.common().lowerBound() <= found.common().rate());
  }

  /// `λ_max(P_0)` is at least the squared gain of the whole, and at most the sum of all of them.
  @Test
  void theEnergyToComeHoldsTheGains() {
    double[] c = controls();
    Stability s = analyse(c, Optional.empty());
    double energy = s.lyapunov().orElseThrow().energy()[0];
    Linearisation trajectory = new Linearisation(MODEL, c, sequence(1), KERNELS);
    double sum = 1;
    double largest = 1;
    for (int n = 1; n <= LAYERS; n++) {
      double sigma = Assembled.singularValues(Assembled.matrix(trajectory.propagator(0, n)))[0];
      sum += sigma * sigma;
      largest = Math.max(largest, sigma * sigma);
    }
    assertTrue(energy >= 1 + largest - 1e-9 && energy <= sum * (1 + 1e-12), energy + " " + sum);
  }

  @Test
  void aStretchHasTheSingularValuesOfItsMatrix() {
    double[] c = controls();
    Stretch found = analyse(c, Optional.of(new Stretch.Request(1, 3, 2))).stretch().orElseThrow();
    Linearisation trajectory = new Linearisation(MODEL, c, sequence(1), KERNELS);
    double[] sigma = Assembled.singularValues(Assembled.matrix(trajectory.propagator(1, 3)));
    assertArrayEquals(Arrays.copyOf(sigma, 4), found.leading(), 1e-9 * sigma[0]);
    assertEquals(sigma[sigma.length - 1], found.least()[0], 1e-9 * sigma[0]);
    assertEquals(sigma[sigma.length - 2], found.least()[1], 1e-9 * sigma[0]);
    assertTrue(found.leadingConverged() && found.leastConverged());
    for (double[][] side : List.of(found.right(), found.left())) {
      assertEquals(4, side.length);
      assertEquals(1, Vectors.norm(side[2]), 1e-12);
      assertEquals(TOKENS, side[0].length);
    }
    Stretch.Request tooFar = new Stretch.Request(1, LAYERS + 1, 0);
    assertThrows(IllegalArgumentException.class, () -> analyse(c, Optional.of(tooFar)));
    assertThrows(IllegalArgumentException.class, () -> new Stretch.Request(2, 2, 0));
  }

  /// Without query weights all visible tokens are alike: `log (i + 1)` behind a causal mask.
  @Test
  void attentionThatSeesNoDifferenceHasTheLargestEntropy() {
    double[] c = controls();
    AttentionEntropy some = analyse(c, Optional.empty()).attention();
    for (int n = 0; n < LAYERS; n++) {
      assertEquals(2, some.heads()[n].length);
      for (double entropy : some.heads()[n]) {
        assertTrue(entropy > 0 && entropy < some.largest()[n] - 1e-6, "entropy " + entropy);
      }
    }
    Arrays.fill(c, MODEL.layout().block("attention").at(0), c.length, 0);
    double expected = 0;
    for (int i = 1; i <= TOKENS; i++) {
      expected += Math.log(i) / TOKENS;
    }
    AttentionEntropy blind =
        AttentionEntropy.of(
            MODEL, c, sequence(1), new Linearisation(MODEL, c, sequence(1), KERNELS), KERNELS);
    assertEquals(expected, blind.mean(1), 1e-14);
    assertEquals(expected, blind.largest()[1], 1e-14);
  }

  /// Every member once more by itself.
  @Test
  void theEnsembleIsTheSpreadOfItsMembers() {
    double[] c = controls();
    List<Batch> batches = List.of(sequence(1), sequence(2), sequence(3));
    EnsembleStability found =
        EnsembleStability.of(MODEL, c, batches, KERNELS, new EnsembleStability.Request(6, 4, 3, 2));
    assertEquals(3, found.sequences());
    double mean = 0;
    double[] gains = new double[3];
    for (int i = 0; i < 3; i++) {
      Stability one =
          Stability.of(
              MODEL, c, batches.get(i), KERNELS, options(OptionalInt.of(0), Optional.empty()));
      mean += one.exponents()[1] / 3;
      gains[i] = one.gains().get(2).gain();
    }
    assertEquals(mean, found.exponents().mean()[1], 1e-12);
    double middle = (gains[0] + gains[1] + gains[2]) / 3;
    double square = Arrays.stream(gains).map(g -> (g - middle) * (g - middle)).sum();
    assertEquals(middle, found.gains().mean()[2], 1e-9);
    assertEquals(Math.sqrt(square / 2), found.gains().deviation()[2], 1e-8);
    assertTrue(found.gains().deviation()[2] > 1e-3, "the sequences differ");
    assertEquals(LAYERS, found.running().size());
    assertArrayEquals(found.exponents().mean(), found.running().get(LAYERS - 1).mean(), 1e-12);
    assertEquals(4, found.singular().mean().length);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            EnsembleStability.of(
                MODEL, c, List.of(), KERNELS, new EnsembleStability.Request(6, 4, 3, 2)));
  }
}
