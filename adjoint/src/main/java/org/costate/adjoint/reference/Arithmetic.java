package org.costate.adjoint.reference;

import java.util.Arrays;
import org.hipparchus.CalculusFieldElement;
import org.hipparchus.Field;
import org.hipparchus.util.MathArrays;

/// Arrays of numbers of one field, and the few sums that all formulas share. Matrices are
/// row-major.
///
/// @param field the numbers: doubles (`Binary64`), dual numbers (`Gradient`), complex numbers, many
///     digits (`Dfp`)
public record Arithmetic<T extends CalculusFieldElement<T>>(Field<T> field) {
  /// The number `x`.
  public T number(double x) {
    return field.getZero().newInstance(x);
  }

  /// `count` zeros.
  public T[] zeros(int count) {
    return MathArrays.buildArray(field, count);
  }

  /// The numbers `x`.
  public T[] numbers(double[] x) {
    T[] all = zeros(x.length);
    for (int i = 0; i < x.length; i++) {
      all[i] = number(x[i]);
    }
    return all;
  }

  /// Elements `from … from + count − 1` of `x`.
  public T[] part(T[] x, int from, int count) {
    return Arrays.copyOfRange(x, from, from + count);
  }

  /// `Σ_k x[i + k] y[j + k]`, `k < count`.
  T dot(int count, T[] x, int i, T[] y, int j) {
    T sum = field.getZero();
    for (int k = 0; k < count; k++) {
      sum = sum.add(x[i + k].multiply(y[j + k]));
    }
    return sum;
  }

  /// `x W + b` for `rows` rows of `in` numbers; `b` is absent if `hasBias` is false.
  ///
  /// @param theta `W` `[in, out]` and then `b` `[out]`, read through `theta`
  T[] affine(int rows, int in, int out, T[] x, Cursor<T> theta, boolean hasBias) {
    T[] weight = theta.next(in * out);
    T[] bias = theta.next(hasBias ? out : 0);
    T[] y = zeros(rows * out);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < out; j++) {
        T sum = hasBias ? bias[j] : field.getZero();
        for (int k = 0; k < in; k++) {
          sum = sum.add(x[i * in + k].multiply(weight[k * out + j]));
        }
        y[i * out + j] = sum;
      }
    }
    return y;
  }

  /// Reads controls one parameter after the other.
  Cursor<T> read(T[] theta) {
    return new Cursor<>(theta);
  }

  /// A place in an array of controls.
  static final class Cursor<T> {
    private final T[] theta;
    private int at;

    Cursor(T[] theta) {
      this.theta = theta;
    }

    T[] next(int count) {
      T[] found = Arrays.copyOfRange(theta, at, at + count);
      at += count;
      return found;
    }
  }
}
