package org.costate.control.diagnose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.costate.adjoint.sweep.Outputs;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Entry;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Mask;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// A model of sets of tokens at other numbers of tokens, with quadrature weights and without:
/// tokens are samples of a function on a domain, and with the weights of the sampling attention and
/// pooling stay the same integrals on any sampling.
///
/// Samplings of a set of `n` tokens: every token copied 1, 2 or 3 times (weights one over the
/// copies: the same integrals to round-off); and `m` tokens drawn with replacement, evenly or with
/// those above the mean of their first feature four times as often (weights one over the density).
///
/// @param rows one for each sampling
/// @param violation relative difference with weights when tokens are copied: 0 but for round-off
public record TokenResampling(List<Row> rows, double violation) {
  /// Largest relative difference that round-off explains.
  public static final double TOLERANCE = 1e-11;

  private static final double DENSITY = 4;
  private static final int DRAWS = 4;

  /// One sampling.
  ///
  /// @param tokens tokens of a sequence; the mean where they differ
  /// @param without `‖y' − y‖/‖y‖` without weights, `y` the output of all tokens once
  /// @param with the same with the weights of the sampling
  public record Row(String sampling, double tokens, double without, double with) {}

  /// Whether tokens of this architecture are a set: real vectors without positions, all of which
  /// see each other.
  public static boolean applies(Architecture a) {
    boolean set =
        switch (a.entry()) {
          case Entry.Features f -> f.positions() == 0;
          case Entry.State _ -> true;
          case Entry.Tokens _, Entry.Patches _ -> false;
        };
    return set
        && a.exit().pooling().isPresent()
        && a.block().attention().mask() instanceof Mask.Full
        && a.block().attention().rotary().isEmpty();
  }

  /// Samples the tokens of every sequence of `batch`, which has no weights yet.
  ///
  /// @param c the controls
  public static TokenResampling of(
      Model model, double[] c, Batch batch, Kernels kernels, long seed) {
    double[] output = Outputs.of(model, c, batch, kernels);
    int tokens = batch.shape().tokens();
    List<Row> rows = new ArrayList<>();
    Sampling copies = copies(batch);
    Row copied =
        new Row(
            "every token 1, 2 or 3 times",
            copies.tokens(),
            difference(model, c, copies.plain(), output, kernels),
            difference(model, c, copies.weighted(), output, kernels));
    rows.add(copied);
    SplittableRandom random = new SplittableRandom(seed);
    for (int count : new int[] {Math.max(1, tokens / 2), tokens, 2 * tokens, 4 * tokens}) {
      for (double density : new double[] {1, DENSITY}) {
        double without = 0;
        double with = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
          Sampling drawn = drawn(batch, count, density, random);
          without += difference(model, c, drawn.plain(), output, kernels) / DRAWS;
          with += difference(model, c, drawn.weighted(), output, kernels) / DRAWS;
        }
        String name = density == 1 ? "drawn evenly" : "drawn four times as densely on one side";
        rows.add(new Row(name, count, without, with));
      }
    }
    return new TokenResampling(rows, copied.with());
  }

  /// Whether copied tokens with weights are the tokens themselves.
  public boolean pass() {
    return violation <= TOLERANCE;
  }

  private static double difference(
      Model model, double[] c, Batch batch, double[] output, Kernels kernels) {
    double[] found = Outputs.of(model, c, batch, kernels);
    double difference = 0;
    double size = 0;
    for (int i = 0; i < found.length; i++) {
      difference += (found[i] - output[i]) * (found[i] - output[i]);
      size += output[i] * output[i];
    }
    return Math.sqrt(difference / size);
  }

  /// Which token each new one is, and its weight: `[sequences, tokens]`.
  private record Sampling(Batch from, int tokens, int[] source, double[] weights) {
    Batch plain() {
      int sequences = from.shape().batch();
      double[] input = from.input().orElseThrow();
      int width = input.length / from.shape().positions();
      double[] sampled = new double[sequences * tokens * width];
      for (int i = 0; i < source.length; i++) {
        int row = i / tokens * from.shape().tokens() + source[i];
        System.arraycopy(input, row * width, sampled, i * width, width);
      }
      return Batch.ofInput(new Shape(sequences, tokens), sampled);
    }

    Batch weighted() {
      return plain().withTokenWeights(weights);
    }
  }

  private static Sampling copies(Batch batch) {
    int tokens = batch.shape().tokens();
    IntUnaryOperator copies = i -> 1 + i % 3;
    int[] source = new int[tokens * 3];
    int count = 0;
    for (int i = 0; i < tokens; i++) {
      for (int k = 0; k < copies.applyAsInt(i); k++) {
        source[count++] = i;
      }
    }
    int each = count;
    int sequences = batch.shape().batch();
    int[] sources = new int[sequences * each];
    Arrays.setAll(sources, i -> source[i % each]);
    double[] weights = new double[sources.length];
    Arrays.setAll(weights, i -> 1.0 / copies.applyAsInt(sources[i]));
    return new Sampling(batch, each, sources, weights);
  }

  private static Sampling drawn(Batch batch, int count, double density, SplittableRandom random) {
    int tokens = batch.shape().tokens();
    double[] input = batch.input().orElseThrow();
    int width = input.length / batch.shape().positions();
    int[] source = new int[batch.shape().batch() * count];
    double[] weights = new double[source.length];
    for (int b = 0; b < batch.shape().batch(); b++) {
      double[] first = new double[tokens];
      int from = b * tokens * width;
      Arrays.setAll(first, i -> input[from + i * width]);
      double mean = Arrays.stream(first).average().orElseThrow();
      double[] densities = Arrays.stream(first).map(x -> x > mean ? density : 1).toArray();
      for (int i = 0; i < count; i++) {
        int drawn = draw(densities, random);
        source[b * count + i] = drawn;
        weights[b * count + i] = 1 / densities[drawn];
      }
    }
    return new Sampling(batch, count, source, weights);
  }

  private static int draw(double[] densities, SplittableRandom random) {
    double place = random.nextDouble() * Arrays.stream(densities).sum();
    int i = 0;
    while (i + 1 < densities.length && place >= densities[i]) {
      place -= densities[i++];
    }
    return i;
  }
}
