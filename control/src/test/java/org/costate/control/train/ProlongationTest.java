package org.costate.control.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.costate.adjoint.sweep.Outputs;
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
import org.costate.model.time.TimeBasis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProlongationTest {
  private static final int WIDTH = 4;
  private static final int STEPS = 24;

  /// The same 24 steps, the controls in so many functions of time.
  private static Model model(Depth.Basis basis, int controls) {
    Block block =
        new Block(
            Arrangement.PRE_NORM,
            Attention.standard(WIDTH, 2, new Mask.Full()),
            new FeedForward(WIDTH, 6, Activation.TANH, false, true),
            Norm.layer(1e-5));
    Depth depth = new Depth(STEPS, 1.5, basis, controls);
    return new Architecture(new Entry.State(WIDTH), block, depth, Exit.NONE).model();
  }

  static Stream<Arguments> nested() {
    return Stream.of(
        Arguments.of(Depth.Basis.PIECEWISE_CONSTANT, 3, 12),
        Arguments.of(Depth.Basis.PIECEWISE_CONSTANT, 2, 2),
        Arguments.of(Depth.Basis.PIECEWISE_LINEAR, 3, 9),
        Arguments.of(Depth.Basis.PIECEWISE_LINEAR, 4, 7),
        Arguments.of(Depth.Basis.LEGENDRE, 2, 5),
        Arguments.of(Depth.Basis.CONSTANT, 1, 1));
  }

  private static double[] random(int size) {
    SplittableRandom random = new SplittableRandom(6);
    double[] c = new double[size];
    Arrays.setAll(c, i -> 0.5 * random.nextGaussian());
    return c;
  }

  private static double at(ControlLayout layout, double[] c, String name, double t) {
    ControlLayout.Block block = layout.block(name);
    TimeBasis basis = block.basis();
    double h = 1e-9;
    double sum = 0;
    int first = basis.first(t, t - h, t + h);
    for (int k = first; k < first + basis.support(t, t - h, t + h); k++) {
      sum += basis.value(k, 0, t, t - h, t + h) * c[block.at(k) + block.size() - 1];
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("nested")
  void theControlsStayTheSameFunctionsOfTime(Depth.Basis basis, int few, int many) {
    Model coarse = model(basis, few);
    Model fine = model(basis, many);
    double[] c = random(coarse.layout().size());
    double[] prolonged = Prolongation.of(coarse.layout(), c, fine.layout());
    SplittableRandom random = new SplittableRandom(7);
    for (ControlLayout.Block block : fine.layout().blocks()) {
      for (int i = 0; i < 50; i++) {
        double t = random.nextDouble(0.01, 1.49);
        double expected = at(coarse.layout(), c, block.name(), t);
        assertEquals(expected, at(fine.layout(), prolonged, block.name(), t), 1e-14);
      }
    }
    Batch batch = Batch.ofInput(new Shape(1, 3), random(3 * WIDTH));
    double[] before = Outputs.of(coarse, c, batch, new PlainKernels());
    assertArrayEquals(before, Outputs.of(fine, prolonged, batch, new PlainKernels()), 1e-12);
  }

  @Test
  void whatIsNotNestedIsRefused() {
    refused(model(Depth.Basis.PIECEWISE_CONSTANT, 3), model(Depth.Basis.PIECEWISE_CONSTANT, 8));
    refused(model(Depth.Basis.PIECEWISE_CONSTANT, 8), model(Depth.Basis.PIECEWISE_CONSTANT, 4));
    refused(model(Depth.Basis.PIECEWISE_LINEAR, 3), model(Depth.Basis.PIECEWISE_LINEAR, 6));
    refused(model(Depth.Basis.LEGENDRE, 4), model(Depth.Basis.LEGENDRE, 3));
    refused(model(Depth.Basis.LEGENDRE, 3), model(Depth.Basis.PIECEWISE_LINEAR, 3));
  }

  private static void refused(Model coarse, Model fine) {
    double[] c = new double[coarse.layout().size()];
    InputException e =
        assertThrows(
            InputException.class, () -> Prolongation.of(coarse.layout(), c, fine.layout()));
    assertTrue(e.getMessage().contains("functions of time"), e.getMessage());
  }
}
