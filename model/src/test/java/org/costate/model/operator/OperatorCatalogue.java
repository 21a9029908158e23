package org.costate.model.operator;

import java.util.List;
import java.util.stream.Stream;
import org.costate.model.scheme.SchemeCases;
import org.costate.model.scheme.StepCases;

/// Every operator of the suite, each in the settings that change its formulas. Whoever adds an
/// operator adds a list of entries here.
public final class OperatorCatalogue {
  private OperatorCatalogue() {}

  /// All entries.
  public static List<OperatorCase> all() {
    return Stream.of(
            PointwiseCases.all(),
            AttentionCases.all(),
            EmbeddingCases.all(),
            StepCases.all(),
            SchemeCases.all())
        .flatMap(List::stream)
        .toList();
  }
}
