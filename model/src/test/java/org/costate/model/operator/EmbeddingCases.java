package org.costate.model.operator;

import java.util.List;

/// Operators between data and states.
final class EmbeddingCases {
  private EmbeddingCases() {}

  static List<OperatorCase> all() {
    return List.of();
  }
}
