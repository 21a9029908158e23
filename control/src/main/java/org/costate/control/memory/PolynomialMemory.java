package org.costate.control.memory;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.special.Erf;

/// A memory of signs with `E = −Σ_i <x_i, ξ>ⁿ / d^{n−1}`. It keeps about
/// `d^{n−1}/(2(2n−3)!! ln d)` random patterns without an error.
///
/// Source: Krotov and Hopfield, *Dense associative memory for pattern recognition* (2016).
///
/// @param patterns signs
/// @param degree `n ≥ 2`
public record PolynomialMemory(Patterns patterns, int degree) implements AssociativeMemory {
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
