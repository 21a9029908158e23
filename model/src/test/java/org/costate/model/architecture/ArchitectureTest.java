package org.costate.model.architecture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.stream.IntStream;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTest {
  private static final int WIDTH = 8;

  private static Architecture language(Arrangement arrangement, boolean tied) {
    return new Architecture(
        new Entry.Tokens(11, WIDTH, 5, 0, 0, Optional.empty()),
        new Block(
            arrangement,
            Attention.standard(WIDTH, 2, new Mask.Causal()),
            new FeedForward(WIDTH, 12, Activation.TANH, false, true),
            Norm.layer(1e-5)),
        Depth.layers(3),
        new Exit(
            Optional.of(Norm.layer(1e-5)),
            Optional.empty(),
            false,
            Optional.of(new Exit.Readout(11, false, tied))));
  }

  @ParameterizedTest
  @EnumSource
  void everyArrangementMakesAModel(Arrangement arrangement) {
    Model model = language(arrangement, false).model();
    assertEquals(WIDTH, model.stateWidth());
    assertEquals(11, model.outputWidth());
    assertEquals(new Shape(2, 5), model.outputShape(new Shape(2, 5)));
    int attention = WIDTH * 24 + 24 + WIDTH * WIDTH + WIDTH;
    int feedForward = WIDTH * 12 + 12 + 12 * WIDTH + WIDTH;
    int step = attention + feedForward + 4 * WIDTH;
    assertEquals(11 * WIDTH + 5 * WIDTH + 3 * step + 2 * WIDTH + WIDTH * 11, model.layout().size());
  }

  @Test
  void aTiedReadoutHasNoControlsOfItsOwn() {
    int free = language(Arrangement.PRE_NORM, false).model().layout().size();
    int tied = language(Arrangement.PRE_NORM, true).model().layout().size();
    assertEquals(11 * WIDTH, free - tied);
  }

  @Test
  void aTiedReadoutNeedsAnEmbedding() {
    Architecture language = language(Arrangement.PRE_NORM, false);
    Exit tied =
        new Exit(
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.of(new Exit.Readout(7, false, true)));
    InputException refused =
        assertThrows(
            InputException.class,
            () -> new Architecture(language.entry(), language.block(), language.depth(), tied));
    assertTrue(refused.getMessage().contains("7 outputs"), refused.getMessage());
  }

  @Test
  void theNumberOfControlsInTimeDoesNotFollowTheSteps() {
    Architecture language = language(Arrangement.PRE_NORM, false);
    int[] sizes =
        IntStream.of(2, 4, 16)
            .map(
                steps ->
                    new Architecture(
                            language.entry(),
                            language.block(),
                            new Depth(steps, 2, Depth.Basis.LEGENDRE, 3),
                            language.exit())
                        .model()
                        .layout()
                        .size())
            .toArray();
    assertArrayEquals(new int[] {sizes[0], sizes[0], sizes[0]}, sizes);
  }
}
