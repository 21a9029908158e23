package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.costate.adjoint.LinearMap;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.Vectors;
import org.costate.control.replay.StepReplay;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The perturbation that grows most, substep by substep, against differences of runs; the most that
/// any can grow, against dense decompositions; where covariant vectors live.
class WorstPerturbationTest {
  private static final PlainKernels KERNELS = new PlainKernels();
  private static final int TOKENS = 4;
  private static final int WIDTH = 6;
  private static final int LAYERS = 3;
  private static final Shape SHAPE = new Shape(1, TOKENS);
  private static final Batch BATCH = Batch.ofInput(SHAPE, random(TOKENS * WIDTH, 7, 1));

  private static double[] random(int count, long seed, double scale) {
    Random random = new Random(seed);
    double[] x = new double[count];
    java.util.Arrays.setAll(x, i -> scale * random.nextGaussian());
    return x;
  }

  private static Model model(Arrangement arrangement) {
    Block block =
        new Block(
            arrangement,
            Attention.standard(WIDTH, 2, new Mask.Causal()),
            new FeedForward(WIDTH, 8, Activation.TANH, false, true),
            Norm.layer(1e-5));
    Depth depth = new Depth(LAYERS, LAYERS * 0.8, Depth.Basis.PIECEWISE_CONSTANT, LAYERS);
    return new Architecture(new Entry.State(WIDTH), block, depth, Exit.NONE).model();
  }

  private static double[] controls(Model model) {
    return random(model.layout().size(), 3, 0.5);
  }

  private static Stability analyse(Arrangement arrangement, int threads) {
    Model m = model(arrangement);
    StabilityOptions all = StabilityOptions.standard(5);
    return Stability.of(m, controls(m), BATCH, KERNELS, all, threads);
  }

  /// What the operators of a step give at `state`, the weights of their lines included.
  private static List<double[]> parts(Model model, int n, double[] state) {
    List<double[]> parts = new ArrayList<>();
    StepReplay replay = new StepReplay(model, controls(model), BATCH, n, KERNELS, SHAPE);
    replay.run(
        Slice.of(state),
        (number, line, h, visit) ->
            visit.ifPresent(
                v -> {
                  double[] part = v.value().clone();
                  Vectors.scale(v.weight(), part);
                  parts.add(part);
                }));
    return parts;
  }

  @ParameterizedTest
  @EnumSource(Arrangement.class)
  void whatSubstepsMakeOfAPerturbationIsADifferenceOfRuns(Arrangement arrangement) {
    Model model = model(arrangement);
    Linearisation trajectory = new Linearisation(model, controls(model), BATCH, KERNELS);
    double[] v = random(TOKENS * WIDTH, 9, 0.3);
    List<Passage> found = Passage.of(model, controls(model), BATCH, trajectory, KERNELS, v);
    double h = 1e-5;
    for (int n = 0; n < LAYERS; n++) {
      Passage passage = found.get(n);
      assertEquals(Vectors.norm(v), passage.front(), 1e-12);
      double[] more = trajectory.state(n).toArray();
      double[] less = more.clone();
      Vectors.axpy(h, v, more);
      Vectors.axpy(-h, v, less);
      List<double[]> above = parts(model, n, more);
      List<double[]> below = parts(model, n, less);
      List<Passage.Stop> stops =
          passage.stops().stream().filter(stop -> !stop.operator().equals("sum")).toList();
      assertEquals(above.size(), stops.size());
      for (int i = 0; i < above.size(); i++) {
        Vectors.axpy(-1, below.get(i), above.get(i));
        double expected = Vectors.norm(above.get(i)) / (2 * h);
        assertEquals(expected, stops.get(i).part(), 1e-7 * Math.max(1, expected));
        assertTrue(expected > 1e-3, "vacuous");
      }
      assertFactors(passage, arrangement);
      double[] image = new double[v.length];
      trajectory.propagator(n, n + 1).apply(v, image);
      assertEquals(Vectors.norm(image), passage.behind(), 1e-12 * Vectors.norm(image));
      v = image;
    }
  }

  /// The factors on the stream multiply to the growth of the step. Norms in front of a branch lie
  /// beside it, those behind a sum on it.
  private static void assertFactors(Passage p, Arrangement arrangement) {
    double product = 1;
    for (Passage.Stop stop : p.stops()) {
      boolean onStream = !Double.isNaN(stop.factor());
      product *= onStream ? stop.factor() : 1;
      assertTrue(!onStream || p.largest().factor() >= stop.factor());
      if (stop.operator().equals("layer norm")) {
        assertTrue(arrangement != Arrangement.PRE_NORM || !onStream);
        assertTrue(arrangement != Arrangement.POST_NORM || onStream);
      }
    }
    assertEquals(p.behind() / p.front(), product, 1e-12 * product);
  }

  @Test
  void thePassageOfTheWorstPerturbationEndsWithTheLargestGain() {
    Stability s = analyse(Arrangement.PRE_NORM, 1);
    assertEquals(1, s.passages().getFirst().front(), 1e-12);
    double end = s.passages().getLast().behind();
    assertEquals(s.singular()[0], end, 1e-8 * end);
    assertEquals(Vectors.norm(s.worst()[1]), s.passages().get(1).front(), 1e-12 * end);
  }

  @Test
  void transientGrowthIsTheNormOfTheProductUpToThere() {
    Model model = model(Arrangement.PRE_NORM);
    Linearisation trajectory = new Linearisation(model, controls(model), BATCH, KERNELS);
    TransientGrowth found = analyse(Arrangement.PRE_NORM, 1).transientGrowth().orElseThrow();
    assertArrayEquals(new int[] {1, 2, 3}, found.depths());
    for (int n = 1; n <= LAYERS; n++) {
      double expected = Assembled.singularValues(Assembled.matrix(trajectory.propagator(0, n)))[0];
      assertEquals(expected, found.gains()[n - 1], 1e-9 * expected);
      assertTrue(found.largest() >= found.gains()[n - 1]);
    }
    assertEquals(found.largest(), found.gains()[found.peak() - 1]);
  }

  @Test
  void deepModelsAreLookedAtAFewDepthsUpToTheLast() {
    int[] depths = TransientGrowth.depths(100);
    assertEquals(TransientGrowth.MOST, depths.length);
    assertEquals(100, depths[depths.length - 1]);
    assertEquals(8, depths[0]);
    assertArrayEquals(new int[] {1, 2}, TransientGrowth.depths(2));
  }

  @Test
  void covariantVectorsAreMappedToTokensAndFeatures() {
    Model model = model(Arrangement.POST_NORM);
    Linearisation trajectory = new Linearisation(model, controls(model), BATCH, KERNELS);
    List<LinearMap> maps = new ArrayList<>();
    for (int n = 0; n < LAYERS; n++) {
      maps.add(trajectory.propagator(n, n + 1));
    }
    Frame start = Frame.random(TOKENS * WIDTH, 3, 1);
    CovariantMap map = CovariantMap.of(maps, start, TOKENS);
    double[][][] vectors = CovariantVectors.of(maps, start).vectors();
    for (int n = 0; n <= LAYERS; n++) {
      for (int i = 0; i < 3; i++) {
        double[] v = vectors[n][i];
        assertEquals(1, Vectors.norm(map.tokens()[n][i]), 1e-13);
        assertEquals(1, Vectors.norm(map.features()[n][i]), 1e-13);
        double token = Math.hypot(Math.hypot(v[6], v[7]), Math.hypot(v[8], v[9]));
        token = Math.hypot(token, Math.hypot(v[10], v[11]));
        assertEquals(token, map.tokens()[n][i][1], 1e-13);
        double feature = Math.hypot(Math.hypot(v[2], v[8]), Math.hypot(v[14], v[20]));
        assertEquals(feature, map.features()[n][i][2], 1e-13);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PRE_NORM", "POST_NORM"})
  void anyNumberOfThreadsGivesTheSameBits(Arrangement arrangement) {
    Stability one = analyse(arrangement, 1);
    Stability four = analyse(arrangement, 4);
    assertArrayEquals(one.exponents(), four.exponents());
    assertArrayEquals(one.singular(), four.singular());
    assertEquals(one.gains(), four.gains());
    assertEquals(one.passages(), four.passages());
    assertArrayEquals(
        one.transientGrowth().orElseThrow().gains(), four.transientGrowth().orElseThrow().gains());
    Witnesses first = one.witnesses().orElseThrow();
    Witnesses second = four.witnesses().orElseThrow();
    assertEquals(first.anatomy(), second.anatomy());
    assertEquals(first.adversarial().gain(), second.adversarial().gain());
    assertEquals(
        one.lyapunov().orElseThrow().common().rate(),
        four.lyapunov().orElseThrow().common().rate());
    assertTrue(
        java.util.Arrays.deepEquals(one.covariant().features(), four.covariant().features()));
  }
}
