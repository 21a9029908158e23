package org.costate.interop.data;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.costate.model.InputException;

/// Where windows into a long sequence begin.
public final class Windows {
  private Windows() {}

  /// Beginnings `0, stride, 2·stride, …` of all windows of `span` elements that fit into `total`.
  /// Windows that overlap by one element (`stride = span − 1`) predict every next element once.
  ///
  /// @throws InputException if not even one window fits
  public static int[] consecutive(int total, int span, int stride) {
    requireRoom(total, span);
    int[] starts = new int[(total - span) / stride + 1];
    Arrays.setAll(starts, i -> i * stride);
    return starts;
  }

  /// `count` beginnings of windows of `span` elements, uniform among all that fit, with repetition.
  /// The same seed and draw give the same windows whatever was drawn before, so that training can
  /// be taken up again at any draw.
  ///
  /// @param draw number of the draw: the step of an optimiser
  /// @throws InputException if not even one window fits
  public static int[] random(int total, int span, int count, long seed, long draw) {
    requireRoom(total, span);
    SplittableRandom random = seeded(seed, draw);
    int[] starts = new int[count];
    Arrays.setAll(starts, i -> random.nextInt(total - span + 1));
    return starts;
  }

  /// `count` of the numbers `0 … total − 1`, uniform, with repetition; reproducible like [#random].
  public static int[] choices(int total, int count, long seed, long draw) {
    return random(total, 1, count, seed, draw);
  }

  /// A generator of its own for every pair of numbers: the second is spread by the finaliser of
  /// the generator itself, so that neighbouring draws have unrelated streams.
  static SplittableRandom seeded(long seed, long draw) {
    return new SplittableRandom(seed ^ new SplittableRandom(draw).nextLong());
  }

  private static void requireRoom(int total, int span) {
    if (span < 1 || span > total) {
      throw new InputException(
          "data: found " + total + " elements in sequence",
          "at least the " + span + " of one window",
          "Maybe a shorter context or a longer file.");
    }
  }
}
