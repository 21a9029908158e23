package org.costate.control.generate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.costate.model.InputException;

/// Draws the next token from logits: `p_i ∝ exp(z_i/τ)` over the `k` largest of them.
///
/// @param temperature `τ`; 0: always the largest, the first of equal ones
/// @param most `k`; more than there are: all
public record Sampler(double temperature, int most) {
  /// @throws InputException if the temperature is negative or not finite, or no token is left
  public Sampler {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new InputException(
          "temperature: found " + temperature,
          "a finite number of at least 0",
          "Maybe 0, which always takes the likeliest token?");
    }
    if (most < 1) {
      throw new InputException("top-k: found " + most, "at least 1 token to choose from", "");
    }
  }

  /// Always the likeliest token.
  public static Sampler greedy() {
    return new Sampler(0, 1);
  }

  /// The place of the drawn logit.
  ///
  /// @param logits finite numbers
  /// @param random one number is drawn from it, unless the temperature is 0
  public int draw(double[] logits, RandomGenerator random) {
    if (temperature == 0) {
      return largest(logits);
    }
    int[] kept = kept(logits);
    double top = logits[largest(logits)];
    double[] weights = new double[kept.length];
    double sum = 0;
    for (int i = 0; i < kept.length; i++) {
      weights[i] = StrictMath.exp((logits[kept[i]] - top) / temperature);
      sum += weights[i];
    }
    double rest = sum * random.nextDouble();
    for (int i = 0; i < kept.length; i++) {
      rest -= weights[i];
      if (rest < 0) {
        return kept[i];
      }
    }
    // Rounding has left nothing of the rest: the last one that can be drawn.
    int last = kept.length - 1;
    while (weights[last] == 0) {
      last--;
    }
    return kept[last];
  }

  /// The places of the `k` largest logits, rising; of equal ones the first.
  private int[] kept(double[] logits) {
    if (most >= logits.length) {
      return IntStream.range(0, logits.length).toArray();
    }
    Comparator<Integer> falling = Comparator.comparingDouble(i -> -logits[i]);
    int[] kept =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(falling)
            .limit(most)
            .mapToInt(i -> i)
            .toArray();
    Arrays.sort(kept);
    return kept;
  }

  private static int largest(double[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
