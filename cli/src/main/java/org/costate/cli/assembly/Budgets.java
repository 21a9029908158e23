package org.costate.cli.assembly;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.costate.adjoint.checkpoint.Checkpointing;
import org.costate.adjoint.checkpoint.MemoryBudget;
import org.costate.adjoint.checkpoint.MemoryShare;
import org.costate.adjoint.checkpoint.StoreAll;
import org.costate.model.InputException;

/// Reads memory budgets: `200 MB`, `1.5 GiB`, `1/8`, `0.125`, `12 %`.
public final class Budgets {
  private static final Pattern NUMBER =
      Pattern.compile("([0-9]*\\.?[0-9]+)\\s*(/\\s*([0-9]*\\.?[0-9]+)|[a-zA-Z]+|%)?");
  private static final Map<String, Double> BYTES =
      Map.of(
          "b", 1.0,
          "kb", 1e3,
          "mb", 1e6,
          "gb", 1e9,
          "kib", 1024.0,
          "mib", 1024.0 * 1024,
          "gib", 1024.0 * 1024 * 1024);

  private Budgets() {}

  /// The checkpoints that `text` asks for; everything is kept where there is none.
  ///
  /// @param where the key or option, for messages
  /// @throws InputException if it is neither a number of bytes nor a share
  public static Checkpointing checkpointing(String where, Optional<String> text) {
    return text.isEmpty() ? new StoreAll() : read(where, text.get());
  }

  private static Checkpointing read(String where, String text) {
    Matcher m = NUMBER.matcher(text.trim());
    if (!m.matches()) {
      throw refused(where, text);
    }
    double number = Double.parseDouble(m.group(1));
    String unit = m.group(2) == null ? "" : m.group(2).toLowerCase(Locale.ROOT);
    if (unit.isEmpty() || unit.equals("%") || unit.startsWith("/")) {
      double share =
          unit.isEmpty()
              ? number
              : unit.equals("%") ? number / 100 : number / Double.parseDouble(m.group(3));
      if (!(share > 0 && share <= 1)) {
        throw refused(where, text);
      }
      return new MemoryShare(share);
    }
    double bytes = number * BYTES.getOrDefault(unit, Double.NaN);
    if (!(bytes >= 1 && bytes < Long.MAX_VALUE)) {
      throw refused(where, text);
    }
    return new MemoryBudget((long) bytes);
  }

  private static InputException refused(String where, String text) {
    return new InputException(
        where + ": found \"" + text + "\"",
        "bytes such as \"200 MB\" or \"1.5 GiB\", or a share in (0, 1] such as \"1/8\"",
        "");
  }
}
