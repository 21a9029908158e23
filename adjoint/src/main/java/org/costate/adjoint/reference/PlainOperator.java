package org.costate.adjoint.reference;

import java.util.function.UnaryOperator;
import org.costate.model.operator.Operator;
import org.hipparchus.CalculusFieldElement;

/// An operator that the interpreter does not know and that brings its formula along.
public interface PlainOperator extends Operator {
  /// `F(t, h, u, θ; batch)` in plain loops over numbers of any field.
  ///
  /// @param plain the interpreter, for operators inside this one
  /// @param u `[batch, tokens, inputWidth]`
  /// @param theta `controlSize()` numbers
  <T extends CalculusFieldElement<T>> T[] plain(Plain<T> plain, Place p, T[] u, T[] theta);

  /// An operator of the same kind for other sizes.
  ///
  /// @param inner how known operators change
  /// @param width how widths change
  Operator resized(UnaryOperator<Operator> inner, UnaryOperator<Integer> width);
}
