package org.costate.cli.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.costate.model.InputException;
import org.costate.model.Suggestion;
import org.costate.model.kernel.Precision;
import picocli.CommandLine.Option;

/// The option of verbs that sweep over models: in what large products are computed.
public final class PrecisionOption {
  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "float64, or float32: large products of operands rounded to single precision, everything"
              + " else in double precision (default: ${DEFAULT-VALUE}).")
  private String precision = "float64";

  /// What was chosen.
  ///
  /// @throws InputException if there is no such precision
  public Precision chosen() {
    Map<String, Precision> known = new LinkedHashMap<>();
    for (Precision each : Precision.values()) {
      known.put(each.name().toLowerCase(Locale.ROOT), each);
    }
    if (!known.containsKey(precision)) {
      throw new InputException(
          "--precision: found \"" + precision + "\"",
          String.join(" or ", known.keySet()),
          Suggestion.remedy(precision, List.copyOf(known.keySet())));
    }
    return known.get(precision);
  }
}
