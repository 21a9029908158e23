package org.costate.interop.data;

import java.util.Arrays;
import org.costate.model.InputException;

/// The distinct characters (Unicode code points) of a text in rising order; the place of a
/// character is its token identity.
public final class Vocabulary {
  private final int[] codePoints;

  private Vocabulary(int[] codePoints) {
    this.codePoints = codePoints;
  }

  /// The characters that occur in `text`.
  public static Vocabulary of(String text) {
    return new Vocabulary(text.codePoints().distinct().sorted().toArray());
  }

  /// The vocabulary whose [#characters] are `characters`.
  ///
  /// @throws InputException if a character stands there twice or they do not rise
  public static Vocabulary restored(String characters) {
    int[] codePoints = characters.codePoints().toArray();
    for (int i = 1; i < codePoints.length; i++) {
      if (codePoints[i - 1] >= codePoints[i]) {
        throw new InputException(
            "vocabulary: found character U+" + Integer.toHexString(codePoints[i]) + " at " + i,
            "rising code points",
            "");
      }
    }
    return new Vocabulary(codePoints);
  }

  /// Number of distinct characters.
  public int size() {
    return codePoints.length;
  }

  /// All characters in the order of their identities: what [#restored] needs.
  public String characters() {
    return new String(codePoints, 0, codePoints.length);
  }

  /// The identities of the characters of `text`.
  ///
  /// @throws InputException if a character is not in this vocabulary, with its position
  public int[] encode(String text) {
    int[] ids = text.codePoints().toArray();
    for (int i = 0; i < ids.length; i++) {
      int id = Arrays.binarySearch(codePoints, ids[i]);
      if (id < 0) {
        throw new InputException(
            "text: found character `" + Character.toString(ids[i]) + "` at position " + i,
            "one of the " + codePoints.length + " that the model was trained on",
            "");
      }
      ids[i] = id;
    }
    return ids;
  }

  /// The text of these identities.
  ///
  /// @throws IndexOutOfBoundsException if one is not in the vocabulary
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder(ids.length);
    for (int id : ids) {
      text.appendCodePoint(codePoints[id]);
    }
    return text.toString();
  }
}
