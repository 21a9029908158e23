package org.costate.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds the known word that a misspelt one was probably meant to be.
public final class Suggestion {
  private Suggestion() {}

  /// The word of `known` nearest to `found` by the number of single-letter edits, if near enough to
  /// be meant.
  public static Optional<String> nearest(String found, Collection<String> known) {
    return known.stream()
        .min(
            Comparator.comparingInt((String word) -> edits(found, word))
                .thenComparing(word -> word))
        .filter(word -> edits(found, word) <= Math.max(2, word.length() / 2));
  }

  /// `Maybe "word"?`, or the list of what is known when nothing is near.
  public static String remedy(String found, Collection<String> known) {
    return nearest(found, known)
        .map(word -> "Maybe \"" + word + "\"?")
        .orElse("Known: " + String.join(", ", known) + ".");
  }

  private static int edits(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int swap = previous[j - 1] + (sameLetter(a.charAt(i - 1), b.charAt(j - 1)) ? 0 : 1);
        current[j] = Math.min(swap, 1 + Math.min(previous[j], current[j - 1]));
      }
      int[] done = previous;
      previous = current;
      current = done;
    }
    return previous[b.length()];
  }

  private static boolean sameLetter(char a, char b) {
    return Character.toLowerCase(a) == Character.toLowerCase(b);
  }
}
