package org.costate.adjoint.sweep;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.costate.model.InputException;
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
import org.costate.model.time.ControlLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A whole Transformer as the velocity of a continuous-time one.
class StackTest {
  private static final int WIDTH = 6;
  private static final List<String> PARTS =
      List.of(
          Architecture.ATTENTION_NORM,
          Architecture.ATTENTION,
          Architecture.FEED_FORWARD_NORM,
          Architecture.FEED_FORWARD);

  private static Model model(Arrangement arrangement, int stack, Depth depth) {
    Block block =
        new Block(
            arrangement,
            Attention.standard(WIDTH, 2, new Mask.Causal()),
            new FeedForward(WIDTH, 8, Activation.TANH, false, true),
            Norm.layer(1e-5),
            stack);
    return new Architecture(new Entry.State(WIDTH), block, depth, Exit.NONE).model();
  }

  private static double[] random(int size, long seed, double deviation) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[size];
    Arrays.setAll(values, i -> deviation * random.nextGaussian());
    return values;
  }

  private static final Batch INPUT = Batch.ofInput(new Shape(2, 4), random(2 * 4 * WIDTH, 1, 1));

  private static double[] run(Model model, double[] c) {
    return Outputs.of(model, c, INPUT, new PlainKernels());
  }

  @ParameterizedTest
  @EnumSource
  void inOneStepOfSizeOneItIsTheLayersThemselves(Arrangement arrangement) {
    Model layers = model(arrangement, 1, Depth.layers(3));
    Model stack = model(arrangement, 3, new Depth(1, 1, Depth.Basis.CONSTANT, 1));
    assertEquals(layers.layout().size(), stack.layout().size());
    double[] c = random(layers.layout().size(), 2, 0.4);
    double[] moved = new double[c.length];
    for (int k = 0; k < 3; k++) {
      for (String part : PARTS) {
        ControlLayout.Block from = layers.layout().block(part);
        ControlLayout.Block to = stack.layout().block(part + "-" + (k + 1));
        System.arraycopy(c, from.at(k), moved, to.at(0), from.size());
      }
    }
    double[] expected = run(layers, c);
    // Macaron reads the second half of its feed-forward step at the middle of a layer, which is the
    // same layer.
    assertArrayEquals(
        expected,
        run(stack, moved),
        1e-13 * Arrays.stream(expected).map(Math::abs).max().orElseThrow());
  }

  @Test
  void inManyStepsItMovesByTheirSizeTowardsTheLayers() {
    Model whole = model(Arrangement.PRE_NORM, 2, new Depth(1, 1, Depth.Basis.CONSTANT, 1));
    Model tenth = model(Arrangement.PRE_NORM, 2, new Depth(1, 0.1, Depth.Basis.CONSTANT, 1));
    double[] c = random(whole.layout().size(), 3, 0.4);
    double[] u = INPUT.input().orElseThrow();
    double[] g = run(whole, c);
    double[] expected = new double[u.length];
    Arrays.setAll(expected, i -> u[i] + 0.1 * (g[i] - u[i]));
    assertArrayEquals(
        expected, run(tenth, c), 1e-14 * Arrays.stream(g).map(Math::abs).max().orElseThrow());
  }

  @Test
  void weightsMayAlsoChangeWithTheSteps() {
    Model tied = model(Arrangement.PRE_NORM, 2, new Depth(3, 1, Depth.Basis.CONSTANT, 1));
    Model free = model(Arrangement.PRE_NORM, 2, new Depth(3, 1, Depth.Basis.PIECEWISE_CONSTANT, 3));
    assertEquals(3 * tied.layout().size(), free.layout().size());
    double[] c = random(tied.layout().size(), 4, 0.4);
    double[] repeated = new double[3 * c.length];
    for (int n = 0; n < 3; n++) {
      System.arraycopy(c, 0, repeated, n * c.length, c.length);
    }
    double[] expected = run(tied, c);
    assertArrayEquals(expected, run(free, repeated));
    repeated[2 * c.length] += 0.5;
    assertTrue(Arrays.mismatch(expected, run(free, repeated)) >= 0, "the last step has its own");
  }

  @Test
  void needsABlock() {
    assertThrows(InputException.class, () -> model(Arrangement.PRE_NORM, 0, Depth.layers(1)));
  }
}
