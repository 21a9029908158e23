package org.costate.control.memory;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.kernel.Kernels;

/// The memory of real patterns that softmax attention is:
///
///     E = −β⁻¹ ln Σ_i e^{β<x_i, ξ>} + ½|ξ|² + β⁻¹ ln p + ½M²,   ξ := Σ_i softmax_i(β<x, ξ>) x_i,
///
/// with `p` patterns of norm at most `M`; every step of attention lowers the energy. Random
/// patterns can be stored in a number that grows exponentially with the dimension.
///
/// Source: Ramsauer et al., *Hopfield Networks is All You Need* (arXiv 2008.02217).
public final class AttentionMemory implements AssociativeMemory {
  private static final double STILL = 1e-13;
  private static final int MOST_STEPS = 1000;

  private final Patterns patterns;
  private final double beta;
  private final double largest;
  private final ContextAttention attention;

  /// @param beta inverse temperature `β > 0`
  public AttentionMemory(Patterns patterns, double beta, Kernels kernels) {
    if (!(beta > 0) || Double.isInfinite(beta)) {
      throw new IllegalArgumentException(
          "attention memory: found beta " + beta + ", expected a positive number");
    }
    this.patterns = patterns;
    this.beta = beta;
    double most = 0;
    for (int i = 0; i < patterns.count(); i++) {
      most = Math.max(most, patterns.overlap(i, patterns.pattern(i)));
    }
    largest = Math.sqrt(most);
    attention = ContextAttention.softmax(patterns.dimension(), beta, kernels);
  }

  @Override
  public Patterns patterns() {
    return patterns;
  }

  @Override
  public String name() {
    return "log-sum-exp";
  }

  /// Largest norm `M` of a pattern.
  public double largestNorm() {
    return largest;
  }

  @Override
  public double energy(double[] state) {
    double[] scores = scores(state);
    double most = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      most = Math.max(most, score);
    }
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score - most);
    }
    double square = 0;
    for (double value : state) {
      square += value * value;
    }
    double free = -(most + Math.log(sum) - Math.log(scores.length)) / beta;
    return free + 0.5 * square + 0.5 * largest * largest;
  }

  /// One step of attention for several states `[count, d]`.
  public double[] attend(double[] states) {
    return attention.answers(patterns, states);
  }

  /// The same step for one state, written out: of use where few states meet many patterns, because
  /// the operator answers to the patterns too.
  public double[] step(double[] state) {
    int d = patterns.dimension();
    double[] scores = scores(state);
    double most = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      most = Math.max(most, score);
    }
    double sum = 0;
    double[] next = new double[d];
    for (int i = 0; i < scores.length; i++) {
      double weight = Math.exp(scores[i] - most);
      sum += weight;
      for (int k = 0; k < d; k++) {
        next[k] += weight * patterns.values()[i * d + k];
      }
    }
    for (int k = 0; k < d; k++) {
      next[k] /= sum;
    }
    return next;
  }

  private double[] scores(double[] state) {
    double[] scores = new double[patterns.count()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = beta * patterns.overlap(i, state);
    }
    return scores;
  }

  @Override
  public List<double[]> descend(double[] start, int most) {
    List<double[]> way = new ArrayList<>();
    way.add(start.clone());
    for (int k = 0; k < most; k++) {
      double[] next = attend(way.getLast());
      double apart = distance(next, way.getLast());
      way.add(next);
      if (apart <= STILL * largest) {
        break;
      }
    }
    return way;
  }

  /// Separation of pattern `i` from the others: `Δ_i = <x_i, x_i> − max_{j≠i} <x_i, x_j>`.
  public double separation(int i) {
    double[] own = patterns.pattern(i);
    double next = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < patterns.count(); j++) {
      if (j != i) {
        next = Math.max(next, patterns.overlap(j, own));
      }
    }
    return patterns.overlap(i, own) - next;
  }

  /// The separation from which on a pattern is sure to have a fixed point within `1/(βpM)` of
  /// itself, `2/(βp) + β⁻¹ ln(2 (p−1) p β M²)` (Ramsauer et al., "well separated"): from there on a
  /// step of attention from within that distance stays within it.
  public double requiredSeparation() {
    double p = patterns.count();
    return (2 / p + Math.log(2 * (p - 1) * p * beta * largest * largest)) / beta;
  }

  /// Whether retrieval from pattern `i` ends within `1/(βpM)` of it.
  public boolean rests(int i) {
    double[] own = patterns.pattern(i);
    double[] state = own;
    for (int k = 0; k < MOST_STEPS; k++) {
      double[] next = step(state);
      boolean still = distance(next, state) <= STILL * largest;
      state = next;
      if (still) {
        break;
      }
    }
    return distance(state, own) <= 1 / (beta * patterns.count() * largest);
  }

  /// The bound on the error of one step from `state` towards pattern `i` (Ramsauer et al., theorem
  /// 5): `2 (p−1) M exp(−β(Δ_i − 2 max(|ξ − x_i|, |x_i* − x_i|) M))`, with the fixed point `x_i*`
  /// that is reached from the pattern.
  public double errorBound(int i, double[] state) {
    double[] own = patterns.pattern(i);
    double[] fixed = retrieve(own, 100);
    double away = Math.max(distance(state, own), distance(fixed, own));
    double exponent = -beta * (separation(i) - 2 * away * largest);
    return 2 * (patterns.count() - 1) * largest * Math.exp(exponent);
  }

  static double distance(double[] a, double[] b) {
    double square = 0;
    for (int k = 0; k < a.length; k++) {
      square += (a[k] - b[k]) * (a[k] - b[k]);
    }
    return Math.sqrt(square);
  }
}
