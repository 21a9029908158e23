package org.costate.control.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.costate.model.kernel.Kernels;
import org.hipparchus.special.Erf;

/// A memory of signs with `E = −Σ_i <x_i, ξ>ⁿ / d^{n−1}`. It keeps about
/// `d^{n−1}/(2(2n−3)!! ln d)` random patterns without an error.
///
/// Source: Krotov and Hopfield, *Dense associative memory for pattern recognition* (2016).
///
/// @param patterns signs
/// @param degree `n ≥ 2`
public record PolynomialMemory(Patterns patterns, int degree) implements AssociativeMemory {
  private static final int MOST_FEATURES = 1024;

  /// @throws IllegalArgumentException if the degree is below 2
  public PolynomialMemory {
    if (degree < 2) {
      throw new IllegalArgumentException(
          "polynomial memory: found degree " + degree + ", expected at least 2");
    }
  }

  @Override
  public String name() {
    return "polynomial-" + degree;
  }

  @Override
  public double energy(double[] state) {
    double sum = 0;
    for (int i = 0; i < patterns.count(); i++) {
      sum += power(patterns.overlap(i, state) / patterns.dimension());
    }
    return -sum * patterns.dimension();
  }

  /// How many patterns the theory says are kept in dimension `d` without an error.
  public static double theory(int degree, int d) {
    double odd = 1;
    for (int k = 2 * degree - 3; k > 1; k -= 2) {
      odd *= k;
    }
    return Math.pow(d, degree - 1) / (2 * odd * Math.log(d));
  }

  /// `z²` where a normal variable exceeds `z` with probability `1/d`: a sign turns with that
  /// probability if `(2n−3)!! p/d^{n−1} = 1/z²`. For large `d` it tends to `2 ln d`.
  static double tail(int d) {
    double z = Math.sqrt(2) * Erf.erfcInv(2.0 / d);
    return z * z;
  }

  /// How many of the signs of stored pattern `i` would turn.
  public int errors(int i) {
    double[] state = patterns.pattern(i);
    double[] overlaps = overlaps(state);
    int errors = 0;
    for (int k = 0; k < patterns.dimension(); k++) {
      errors += gain(overlaps, state, k) < 0 ? 1 : 0;
    }
    return errors;
  }

  /// One sign after the other takes the value of less energy.
  @Override
  public List<double[]> descend(double[] start, int most) {
    List<double[]> way = new ArrayList<>();
    way.add(start.clone());
    double[] state = start.clone();
    double[] overlaps = overlaps(state);
    boolean moved = true;
    int d = patterns.dimension();
    for (int sweep = 0; sweep < most && moved; sweep++) {
      moved = false;
      for (int k = 0; k < d; k++) {
        if (gain(overlaps, state, k) < 0) {
          state[k] = -state[k];
          moved = true;
          for (int m = 0; m < overlaps.length; m++) {
            overlaps[m] += 2 * patterns.values()[m * d + k] * state[k];
          }
          way.add(state.clone());
        }
      }
    }
    return way;
  }

  /// The fields `Σ_m (<x_m, ξ>/d)^{n−1} x_m` of several states `[count, d]`, which are `−1/n` times
  /// the slope of the energy, by one pass of linear attention: `<x, ξ>^{n−1}` is the inner product
  /// of all products of `n − 1` coordinates, and these are the features of queries and keys.
  ///
  /// @throws IllegalArgumentException if there are too many of them
  public double[] fields(double[] states, Kernels kernels) {
    int d = patterns.dimension();
    double features = Math.pow(d, degree - 1);
    if (features > MOST_FEATURES) {
      throw new IllegalArgumentException(
          "polynomial memory: found %.0f products of coordinates, expected at most %d"
              .formatted(features, MOST_FEATURES));
    }
    int lift = (int) features;
    Patterns tokens = new Patterns(patterns.count(), lift + d, lifted(patterns.values(), lift));
    double[] answers =
        ContextAttention.lifted(lift, d, 1 / features, kernels)
            .answers(tokens, lifted(states, lift));
    double[] fields = new double[states.length];
    for (int i = 0; i < states.length / d; i++) {
      System.arraycopy(answers, i * (lift + d) + lift, fields, i * d, d);
    }
    return fields;
  }

  /// All signs at once, by attention: `ξ := sign` of the [#fields]. For an even degree the energy
  /// never rises, because it is concave and so below its tangents; for an odd one it may.
  ///
  /// @return the states on the way down, the first itself
  public List<double[]> descendTogether(double[] start, int most, Kernels kernels) {
    List<double[]> way = new ArrayList<>();
    way.add(start.clone());
    for (int k = 0; k < most; k++) {
      double[] now = way.getLast();
      double[] next = fields(now, kernels);
      for (int i = 0; i < next.length; i++) {
        next[i] = next[i] == 0 ? now[i] : Math.signum(next[i]);
      }
      if (Arrays.equals(next, now)) {
        break;
      }
      way.add(next);
    }
    return way;
  }

  /// Every row `x` of `[count, d]` behind the products of `n − 1` of its coordinates.
  private double[] lifted(double[] rows, int lift) {
    int d = patterns.dimension();
    double[] tokens = new double[rows.length / d * (lift + d)];
    for (int i = 0; i < rows.length / d; i++) {
      int at = i * (lift + d);
      for (int f = 0; f < lift; f++) {
        double product = 1;
        int rest = f;
        for (int k = 1; k < degree; k++) {
          product *= rows[i * d + rest % d];
          rest /= d;
        }
        tokens[at + f] = product;
      }
      System.arraycopy(rows, i * d, tokens, at + lift, d);
    }
    return tokens;
  }

  private double[] overlaps(double[] state) {
    double[] overlaps = new double[patterns.count()];
    for (int m = 0; m < overlaps.length; m++) {
      overlaps[m] = patterns.overlap(m, state);
    }
    return overlaps;
  }

  /// `Σ_m F(o_m) − F(o_m − 2 x_mk ξ_k)`: what the energy would rise if sign `k` turned.
  private double gain(double[] overlaps, double[] state, int k) {
    int d = patterns.dimension();
    double sum = 0;
    for (int m = 0; m < overlaps.length; m++) {
      double turned = overlaps[m] - 2 * patterns.values()[m * d + k] * state[k];
      sum += power(overlaps[m] / d) - power(turned / d);
    }
    return sum;
  }

  private double power(double x) {
    double p = x;
    for (int k = 1; k < degree; k++) {
      p *= x;
    }
    return p;
  }
}
