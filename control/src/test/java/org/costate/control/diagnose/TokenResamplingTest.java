package org.costate.control.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
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
import org.costate.model.operator.Pooling;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;

class TokenResamplingTest {
  private static final int WIDTH = 8;

  private static Architecture clouds(Mask mask, int positions) {
    Block block =
        new Block(
            Arrangement.PRE_NORM,
            Attention.standard(WIDTH, 2, mask),
            new FeedForward(WIDTH, 16, Activation.TANH, false, true),
            Norm.layer(1e-5));
    Exit exit =
        new Exit(
            Optional.empty(),
            Optional.of(Pooling.Kind.MEAN),
            false,
            Optional.of(new Exit.Readout(3, true, false)));
    return new Architecture(new Entry.Features(3, WIDTH, positions), block, Depth.layers(2), exit);
  }

  @Test
  void weightsMakeAnySamplingTheSameIntegral() {
    Model model = clouds(new Mask.Full(), 0).model();
    Initialisation draw = new Initialisation(new Initialisation.Weights.Normal(0.4), 0.4, false);
    double[] c = draw.controls(model.layout(), model.step(), model.grid(), 7);
    SplittableRandom random = new SplittableRandom(3);
    double[] points = new double[4 * 16 * 3];
    Arrays.setAll(points, i -> random.nextGaussian());
    Batch batch = Batch.ofInput(new Shape(4, 16), points);
    TokenResampling found = TokenResampling.of(model, c, batch, new PlainKernels(), 1);

    assertTrue(found.pass(), found::toString);
    TokenResampling.Row copied = found.rows().getFirst();
    assertEquals(31, copied.tokens());
    assertTrue(copied.without() > 1e-3, "copies must be visible without weights: " + copied);
    TokenResampling.Row dense = found.rows().getLast();
    assertEquals(64, dense.tokens());
    assertTrue(dense.with() < dense.without() / 2, "weights must remove the bias: " + dense);
    TokenResampling.Row even = found.rows().get(1);
    assertEquals(even.without(), even.with(), 1e-12);
  }

  @Test
  void onlySetsAreResampled() {
    assertTrue(TokenResampling.applies(clouds(new Mask.Full(), 0)));
    assertFalse(TokenResampling.applies(clouds(new Mask.Causal(), 0)));
    assertFalse(TokenResampling.applies(clouds(new Mask.Full(), 16)));
  }
}
