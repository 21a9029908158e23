package org.costate.model.operator;

import java.util.List;
import java.util.stream.Stream;

/// Every operator of the suite, each in the settings that change its formulas. Whoever adds an
/// operator adds a list of entries here.
public final class OperatorCatalogue {
  private OperatorCatalogue() {}

  /// All entries.
  public static List<OperatorCase> all() {
    return Stream.of(PointwiseCases.all(), AttentionCases.all(), EmbeddingCases.all())
        .flatMap(List::stream)
        .toList();
  }
}
