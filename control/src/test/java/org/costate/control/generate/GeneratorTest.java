package org.costate.control.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.Outputs;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.cost.CrossEntropy;
import org.costate.control.train.Initialisation;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorTest {
  private static final int VOCABULARY = 9;
  private static final int CONTEXT = 6;
  private static final Model MODEL =
      new Architecture(
              new Entry.Tokens(VOCABULARY, 8, CONTEXT, 0, 0, Optional.empty()),
              new Block(
                  Arrangement.PRE_NORM,
                  Attention.standard(8, 2, new Mask.Causal()),
                  new FeedForward(8, 12, Activation.TANH, false, true),
                  Norm.layer(1e-5)),
              Depth.layers(2),
              new Exit(
                  Optional.of(Norm.layer(1e-5)),
                  Optional.empty(),
                  false,
                  Optional.of(new Exit.Readout(VOCABULARY, false, false))))
          .model();
  private static final double[] C =
      Initialisation.fanIn().controls(MODEL.layout(), MODEL.step(), MODEL.grid(), 3);

  private static Generator generator() {
    return new Generator(MODEL, C, CONTEXT, new PlainKernels());
  }

  private static int[] text(int length) {
    return new SplittableRandom(8).ints(length, 0, VOCABULARY).toArray();
  }

  @Test
  void theLossOfAWindowIsTheCrossEntropyThatTrainingMinimises() {
    int[] text = text(CONTEXT + 1);
    Batch batch =
        Batch.ofIds(new Shape(1, CONTEXT), Arrays.copyOf(text, CONTEXT))
            .withLabels(Arrays.copyOfRange(text, 1, CONTEXT + 1));
    Costs costs = Costs.of(CrossEntropy.perToken(VOCABULARY));
    try (EnsembleSweep sweep =
        new EnsembleSweep(MODEL, costs, SweepOptions.with(new PlainKernels()))) {
      double expected = sweep.value(C, sweep.prepare(batch));
      assertEquals(expected, generator().loss(text).orElseThrow(), 1e-13);
    }
  }

  @Test
  void everyTokenOfALongTextIsPredictedOnce() {
    int[] text = text(2 * CONTEXT + 4);
    double sum = 0;
    for (int from : new int[] {0, CONTEXT, 2 * CONTEXT}) {
      int[] part = Arrays.copyOfRange(text, from, Math.min(from + CONTEXT + 1, text.length));
      sum += generator().loss(part).orElseThrow() * (part.length - 1);
    }
    assertEquals(sum / (text.length - 1), generator().loss(text).orElseThrow(), 1e-13);
    assertTrue(generator().loss(new int[] {3}).isEmpty(), "nothing is predicted");
  }

  @Test
  void greedyTextFollowsTheLargestLogitsInASlidingWindow() {
    List<Integer> all = new ArrayList<>(List.of(1, 5));
    for (int i = 0; i < 10; i++) {
      int[] window =
          all.subList(Math.max(0, all.size() - CONTEXT), all.size()).stream()
              .mapToInt(id -> id)
              .toArray();
      double[] logits =
          Outputs.of(
              MODEL, C, Batch.ofIds(new Shape(1, window.length), window), new PlainKernels());
      int best = 0;
      for (int k = 1; k < VOCABULARY; k++) {
        int row = (window.length - 1) * VOCABULARY;
        best = logits[row + k] > logits[row + best] ? k : best;
      }
      all.add(best);
    }
    int[] expected = all.subList(2, 12).stream().mapToInt(id -> id).toArray();
    int[] found = generator().continuation(new int[] {1, 5}, 10, Sampler.greedy(), 1, _ -> {});
    assertArrayEquals(expected, found);
  }

  @Test
  void theSeedDecidesAndALongerTextBeginsWithTheShorterOne() {
    Sampler sampler = new Sampler(1, 5);
    int[] prompt = text(3);
    List<Integer> told = new ArrayList<>();
    int[] found = generator().continuation(prompt, 30, sampler, 1, told::add);
    assertArrayEquals(found, told.stream().mapToInt(id -> id).toArray());
    assertArrayEquals(found, generator().continuation(prompt, 30, sampler, 1, _ -> {}));
    assertArrayEquals(
        Arrays.copyOf(found, 12), generator().continuation(prompt, 12, sampler, 1, _ -> {}));
    assertFalse(Arrays.equals(found, generator().continuation(prompt, 30, sampler, 2, _ -> {})));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 2})
  void tokensAreDrawnWithTheirProbabilities(double temperature) {
    double[] logits = {0.3, -1, 2, 0.3, 1.1};
    int[] kept = {0, 2, 3, 4};
    double sum = 0;
    for (int k : kept) {
      sum += Math.exp(logits[k] / temperature);
    }
    int draws = 40_000;
    int[] counts = new int[logits.length];
    SplittableRandom random = new SplittableRandom(5);
    Sampler sampler = new Sampler(temperature, 4);
    for (int i = 0; i < draws; i++) {
      counts[sampler.draw(logits, random)]++;
    }
    assertEquals(0, counts[1], "not among the four largest");
    for (int k : kept) {
      double p = Math.exp(logits[k] / temperature) / sum;
      assertEquals(p, counts[k] / (double) draws, 5 * Math.sqrt(p * (1 - p) / draws), "token " + k);
    }
  }

  @Test
  void extremes() {
    double[] logits = {1, 3, 3, 2};
    SplittableRandom random = new SplittableRandom(1);
    assertEquals(1, Sampler.greedy().draw(logits, random), "the first of equal ones");
    assertEquals(1, new Sampler(7, 1).draw(logits, random));
    assertEquals(1, new Sampler(1e-300, 1).draw(logits, random), "no overflow");
    double[] far = {-1e6, 0, -1e6};
    for (int i = 0; i < 100; i++) {
      assertEquals(1, new Sampler(1, 100).draw(far, random));
    }
  }

  @Test
  void refusesWhatItCannotDo() {
    assertThrows(InputException.class, () -> new Sampler(-0.1, 3));
    assertThrows(InputException.class, () -> new Sampler(Double.NaN, 3));
    assertThrows(InputException.class, () -> new Sampler(1, 0));
    assertThrows(InputException.class, () -> new Generator(MODEL, C, 0, new PlainKernels()));
    assertThrows(InputException.class, () -> generator().loss(new int[0]));
    InputException unknown =
        assertThrows(
            InputException.class,
            () -> generator().continuation(new int[] {2, 9}, 1, Sampler.greedy(), 1, _ -> {}));
    assertTrue(unknown.getMessage().contains("token 9 at place 1"), unknown.getMessage());
  }
}
