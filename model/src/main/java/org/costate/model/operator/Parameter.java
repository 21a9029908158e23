package org.costate.model.operator;

/// One named array `[rows, cols]` among the controls of an operator. Weights act from the right:
/// `y = x W`, so `rows` is the fan-in and `cols` the fan-out.
///
/// @param name short name within the operator: `query.weight`, `bias`, `gain`
/// @param role what it is, which decides initialisation and weight decay
public record Parameter(String name, Role role, int rows, int cols) {
  /// What a parameter does.
  public enum Role {
    /// A matrix of a linear map.
    WEIGHT,
    /// An added vector.
    BIAS,
    /// A multiplying vector, 1 at rest.
    GAIN,
    /// A table of vectors that is looked up.
    EMBEDDING,
    /// The mean `σ1` of the constraint set `S1(σ1, σ2)`, 0 at rest.
    CONSTRAINT_MEAN,
    /// The deviation `σ2` of the constraint set `S1(σ1, σ2)`, 1 at rest.
    CONSTRAINT_DEVIATION,
    /// A time derivative of another control: it has no coefficients of its own.
    RATE
  }

  /// Number of doubles.
  public int size() {
    return Math.multiplyExact(rows, cols);
  }
}
