package org.costate.model.equation;

import java.util.Optional;

/// One field on the right-hand side of the equation: `F(u; θ(t))`, or `F(P u; θ(t))` where it reads
/// a normalised state.
///
/// @param term the operator `F`
/// @param argument the projection `P` in front of it
/// @param projection what brings the state back to the constraint set behind a sub-step with this
///     field alone, where that is another operator than the projection of the equation: the norms
///     behind attention and feed-forward have gains of their own
public record Field(
    Controlled term, Optional<Controlled> argument, Optional<Controlled> projection) {
  /// The field `F(u)`.
  public static Field of(Controlled term) {
    return new Field(term, Optional.empty(), Optional.empty());
  }

  /// This field read at the normalised state: `F(P u)`.
  public Field reading(Controlled newArgument) {
    return new Field(term, Optional.of(newArgument), projection);
  }

  /// This field with a projection of its own behind its sub-step.
  public Field followedBy(Controlled newProjection) {
    return new Field(term, argument, Optional.of(newProjection));
  }

  /// Name for schemes and messages: that of its operator.
  public String name() {
    return term.operator().name();
  }
}
