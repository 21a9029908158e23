package org.costate.cli.experiment;

import java.util.List;
import java.util.Optional;

/// A constraint on the controls, or on what the model does with them.
///
/// @param kind which set
/// @param on arrays of controls that it holds for, each by itself: `block.parameter`, or
/// `block.parameter.k` for one coefficient in time; `*` stands for any characters
/// @param bound greatest norm, or right-hand side of a linear inequality
/// @param lower least value of an entry, of the mean output or of an entry of the states
/// @param upper greatest value of the same
/// @param coefficients of a linear inequality `Σ a_i x_i ≤ bound`: one for every entry of the
/// array, or a single one for all
/// @param feature output feature that a terminal constraint is about
/// @param value that the mean output shall have (kind `terminal`)
/// @param tolerance root mean square distance that states may be outside by (kind `state`)
public record ConstraintConfig(
    Kind kind,
    List<String> on,
    Optional<Double> bound,
    Optional<Double> lower,
    Optional<Double> upper,
    List<Double> coefficients,
    int feature,
    Optional<Double> value,
    Optional<Double> tolerance) {

  /// Kinds of constraints.
  public enum Kind {
    /// Every entry between bounds.
    BOX,
    /// Euclidean norm of the array.
    NORM,
    /// Largest singular value of the matrix.
    SPECTRAL_NORM,
    /// One linear inequality.
    LINEAR,
    /// The mean output over the training sequences: equal to a value, or between bounds.
    TERMINAL,
    /// Every token of every state behind a step, on the training sequences: a box or a norm.
    STATE
  }

  /// What a constraint may leave out: all but its kind.
  public static final ConstraintConfig DEFAULT =
      new ConstraintConfig(
          null,
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          0,
          Optional.empty(),
          Optional.empty());
}
