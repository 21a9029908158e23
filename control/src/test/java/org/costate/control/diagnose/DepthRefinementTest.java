package org.costate.control.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.costate.control.train.Initialisation;
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
import org.junit.jupiter.api.Test;

class DepthRefinementTest {
  private static final int WIDTH = 8;

  private static Model model(Depth depth) {
    Block block =
        new Block(
            Arrangement.PRE_NORM,
            Attention.standard(WIDTH, 2, new Mask.Full()),
            new FeedForward(WIDTH, 16, Activation.TANH, false, true),
            Norm.layer(1e-5));
    return new Architecture(new Entry.State(WIDTH), block, depth, Exit.NONE).model();
  }

  private static double[] controls(Model model, double weights) {
    Initialisation draw =
        new Initialisation(new Initialisation.Weights.Normal(weights), 0.1, false);
    return draw.controls(model.layout(), model.step(), model.grid(), 7);
  }

  private static DepthRefinement refine(Model model, double[] c) {
    SplittableRandom random = new SplittableRandom(3);
    Shape shape = new Shape(2, 5);
    double[] u = new double[shape.size(WIDTH)];
    Arrays.setAll(u, i -> random.nextGaussian());
    return DepthRefinement.of(model, c, Batch.ofInput(shape, u), new PlainKernels());
  }

  @Test
  void fineStepsOfSharedWeightsAreAFlow() {
    Model model = model(new Depth(32, 1, Depth.Basis.CONSTANT, 1));
    DepthRefinement found = refine(model, controls(model, 0.3));
    assertEquals(DepthRefinement.Verdict.FLOW, found.verdict(), found.sentence());
    assertEquals(1, found.best().observed(), 0.1);
    assertEquals(0, found.best().movement()[0]);
    assertTrue(found.variation().isEmpty());
    assertEquals(32, found.velocity().length);
    assertTrue(found.sentence().contains("behaves like a discretised flow"), found.sentence());
  }

  @Test
  void coarseStepsOfSharedWeightsHaveAFarLimit() {
    Model model = model(new Depth(6, 6, Depth.Basis.CONSTANT, 1));
    DepthRefinement found = refine(model, controls(model, 0.3));
    assertEquals(DepthRefinement.Verdict.COARSE, found.verdict(), found.sentence());
  }

  @Test
  void largeUnrelatedLayersAreNoFlow() {
    Model model = model(Depth.layers(3));
    DepthRefinement found = refine(model, controls(model, 3));
    assertEquals(DepthRefinement.Verdict.NO_FLOW, found.verdict(), found.sentence());
    assertEquals(2, found.courses().size());
    assertEquals(Math.sqrt(2), found.meanVariation(), 0.3);
    assertTrue(found.sentence().contains("unrelated"), found.sentence());
  }

  /// With one layer interpolated weights are held weights: both refinements must agree.
  @Test
  void interpolationBeginsAtTheWeightsOfTheLayers() {
    Model one = model(Depth.layers(1));
    DepthRefinement found = refine(one, controls(one, 0.5));
    assertEquals(2, found.courses().size());
    for (int i = 0; i < 4; i++) {
      assertEquals(
          found.courses().get(0).movement()[i], found.courses().get(1).movement()[i], 1e-12);
    }
    Model more = model(Depth.layers(4));
    assertEquals(0, refine(more, controls(more, 0.5)).courses().get(1).movement()[0], 1e-14);
  }
}
