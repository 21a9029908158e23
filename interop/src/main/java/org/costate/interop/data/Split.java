package org.costate.interop.data;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.costate.model.InputException;

/// Which rows train a model and which judge it.
///
/// @param training rows to learn from
/// @param validation rows held out
public record Split(int[] training, int[] validation) {

  /// The last `heldOut` of `total` rows are held out.
  ///
  /// @throws InputException if either part would be empty
  public static Split end(int total, int heldOut) {
    requireParts(total, heldOut);
    return of(naturals(total), total - heldOut);
  }

  /// `heldOut` of `total` rows are held out, drawn without repetition; both parts stay in order.
  ///
  /// @throws InputException if either part would be empty
  public static Split random(int total, int heldOut, long seed) {
    requireParts(total, heldOut);
    SplittableRandom random = Windows.seeded(seed, 0);
    int[] rows = naturals(total);
    for (int i = total - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = rows[i];
      rows[i] = rows[j];
      rows[j] = swap;
    }
    Split split = of(rows, total - heldOut);
    Arrays.sort(split.training);
    Arrays.sort(split.validation);
    return split;
  }

  /// Number of rows held out when `part` of `total` is: what remains behind `⌊total (1 − part)⌋`.
  ///
  /// @throws InputException if `part` is not between 0 and 1 or a side would be empty
  public static int heldOut(int total, double part) {
    if (!(part > 0 && part < 1)) {
      throw new InputException("split: found a held-out part of " + part, "between 0 and 1", "");
    }
    int heldOut = total - (int) Math.floor(total * (1 - part));
    requireParts(total, heldOut);
    return heldOut;
  }

  private static Split of(int[] rows, int first) {
    return new Split(
        Arrays.copyOfRange(rows, 0, first), Arrays.copyOfRange(rows, first, rows.length));
  }

  private static int[] naturals(int total) {
    int[] rows = new int[total];
    Arrays.setAll(rows, i -> i);
    return rows;
  }

  private static void requireParts(int total, int heldOut) {
    if (heldOut < 1 || heldOut >= total) {
      throw new InputException(
          "split: found " + heldOut + " held out of " + total + " in all",
          "at least one row on either side",
          "");
    }
  }
}
