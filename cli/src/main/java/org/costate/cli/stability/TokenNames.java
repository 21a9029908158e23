package org.costate.cli.stability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.costate.model.state.Batch;

/// What the tokens of one sequence are called in plots and tables.
final class TokenNames {
  private TokenNames() {}

  /// Their numbers, with the character of a model of characters behind.
  ///
  /// @param tokens of the state
  /// @param notes what lies beside the weights of the model
  static List<String> of(int tokens, Batch batch, Map<String, String> notes) {
    int[] characters = notes.getOrDefault("vocabulary", "").codePoints().toArray();
    boolean known = batch.ids().isPresent() && characters.length > 0;
    List<String> names = new ArrayList<>();
    for (int i = 0; i < tokens; i++) {
      int id = known && i < batch.ids().get().length ? batch.ids().get()[i] : -1;
      boolean shown = id >= 0 && id < characters.length;
      names.add(shown ? i + " " + visible(characters[id]) : String.valueOf(i));
    }
    return names;
  }

  private static String visible(int character) {
    return switch (character) {
      case ' ' -> "␣";
      case '\n' -> "↵";
      default -> Character.toString(character);
    };
  }
}
