package org.costate.control.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.costate.model.kernel.Kernels;

/// Hebb's memory of signs, `E = −½ ξᵀWξ` with `W = (1/d) Σ x xᵀ` and zero diagonal: linear
/// attention with a sign behind it. It keeps about `.138 d` random patterns with few errors.
///
/// Source: Hopfield (1982); capacity: Amit, Gutfreund, Sompolinsky (1985).
public final class HebbMemory implements AssociativeMemory {
  private final Patterns patterns;
  private final ContextAttention attention;

  /// @param patterns signs
  public HebbMemory(Patterns patterns, Kernels kernels) {
    this.patterns = patterns;
    attention = ContextAttention.linear(patterns.dimension(), 1.0 / patterns.dimension(), kernels);
  }

  @Override
  public Patterns patterns() {
    return patterns;
  }

  @Override
  public String name() {
    return "hebb";
  }

  @Override
  public double energy(double[] state) {
    double sum = 0;
    for (int i = 0; i < patterns.count(); i++) {
      double overlap = patterns.overlap(i, state);
      sum += overlap * overlap;
    }
    int d = patterns.dimension();
    return -0.5 * (sum / d - patterns.count());
  }

  /// The fields `Wξ` of several states `[count, d]`, by one pass of attention.
  public double[] fields(double[] states) {
    double[] fields = attention.answers(patterns, states);
    double self = (double) patterns.count() / patterns.dimension();
    for (int i = 0; i < fields.length; i++) {
      fields[i] -= self * states[i];
    }
    return fields;
  }

  /// All states at once, all signs at once: `ξ := sign(Wξ)`, until nothing changes or `most` times.
  /// The energy may rise in this dynamics, which can end in a cycle of two.
  ///
  /// @return `[count, d]`
  public double[] retrieveTogether(double[] states, int most) {
    double[] before = states;
    double[] now = states.clone();
    for (int k = 0; k < most; k++) {
      double[] next = fields(now);
      for (int i = 0; i < next.length; i++) {
        next[i] = next[i] == 0 ? now[i] : Math.signum(next[i]);
      }
      if (Arrays.equals(next, now) || (Arrays.equals(next, before) && (most - k) % 2 == 1)) {
        return next;
      }
      before = now;
      now = next;
    }
    return now;
  }

  /// One sign after the other, by the field of the moment: the energy never rises.
  @Override
  public List<double[]> descend(double[] start, int most) {
    List<double[]> way = new ArrayList<>();
    way.add(start.clone());
    int d = patterns.dimension();
    double[] state = start.clone();
    double[] field = fields(state);
    boolean moved = true;
    for (int sweep = 0; sweep < most && moved; sweep++) {
      moved = false;
      for (int i = 0; i < d; i++) {
        if (field[i] * state[i] < 0) {
          state[i] = -state[i];
          moved = true;
          follow(field, i, state[i]);
          way.add(state.clone());
        }
      }
    }
    return way;
  }

  private void follow(double[] field, int i, double sign) {
    int d = patterns.dimension();
    for (int m = 0; m < patterns.count(); m++) {
      double factor = 2 * sign * patterns.values()[m * d + i] / d;
      for (int j = 0; j < d; j++) {
        if (j != i) {
          field[j] += factor * patterns.values()[m * d + j];
        }
      }
    }
  }
}
