package org.costate.control.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.costate.control.train.RandomStreams;
import org.costate.model.kernel.Kernels;

/// How memories fall: whether the energy ever rises, how far from a pattern they still find it, how
/// exact one step is.
///
/// @param seed where patterns and noise come from
public record RetrievalStudy(long seed, Kernels kernels) {
  private static final int STARTS = 5;
  private static final int SWEEPS = 50;
  private static final int NORMS = 45;

  /// How the energy moves from random starts.
  ///
  /// @param energy name of the energy
  /// @param rise largest rise over a step, in units of the largest energy met
  /// @param fall largest fall from start to end, in the same units
  /// @param steps steps in all
  public record Descent(String energy, double rise, double fall, int steps) {}

  /// One descent for every energy.
  public List<Descent> descents() {
    RandomGenerator random = new RandomStreams(seed).stream("memory descents", 0);
    Patterns signs = Patterns.signs(20, 64, random);
    Patterns points = Patterns.onSphere(20, 16, 2, random);
    PolynomialMemory even = new PolynomialMemory(Patterns.signs(4, 10, random), 4);
    return List.of(
        descent(new HebbMemory(signs, kernels), random),
        descent(new PolynomialMemory(signs, 3), random),
        descent(new PolynomialMemory(signs, 4), random),
        descent(
            even.name() + ", all signs at once by attention",
            even,
            Patterns.signs(STARTS, 10, random),
            start -> even.descendTogether(start, SWEEPS, kernels)),
        descent(new AttentionMemory(points, 4, kernels), random));
  }

  private static Descent descent(AssociativeMemory memory, RandomGenerator random) {
    int d = memory.patterns().dimension();
    Patterns starts =
        memory instanceof AttentionMemory
            ? Patterns.onSphere(STARTS, d, 1, random)
            : Patterns.signs(STARTS, d, random);
    return descent(memory.name(), memory, starts, start -> memory.descend(start, SWEEPS));
  }

  private static Descent descent(
      String name,
      AssociativeMemory memory,
      Patterns starts,
      Function<double[], List<double[]>> dynamics) {
    double rise = 0;
    double fall = 0;
    double size = 0;
    int steps = 0;
    for (int s = 0; s < starts.count(); s++) {
      double[] start = starts.pattern(s);
      List<double[]> way = dynamics.apply(start);
      rise = Math.max(rise, memory.largestRise(way));
      fall = Math.max(fall, memory.energy(start) - memory.energy(way.getLast()));
      for (double[] state : way) {
        size = Math.max(size, Math.abs(memory.energy(state)));
      }
      steps += way.size() - 1;
    }
    return new Descent(name, rise / size, fall / size, steps);
  }

  /// Hebb's memory at several loads `p/d`, asked with several parts of the signs turned: mean
  /// overlap of the answers with the patterns.
  ///
  /// @return `[noise][load]`
  public double[][] phases(int d, double[] loads, double[] noises) {
    double[][] overlaps = new double[noises.length][loads.length];
    for (int l = 0; l < loads.length; l++) {
      int count = Math.max(1, (int) Math.round(loads[l] * d));
      RandomGenerator random = new RandomStreams(seed).stream("memory phases", l);
      Patterns patterns = Patterns.signs(count, d, random);
      HebbMemory memory = new HebbMemory(patterns, kernels);
      Patterns asked = patterns.first(Math.min(16, count));
      for (int n = 0; n < noises.length; n++) {
        double[] states = asked.values().clone();
        for (int i = 0; i < states.length; i++) {
          states[i] = random.nextDouble() < noises[n] ? -states[i] : states[i];
        }
        double[] end = memory.retrieveTogether(states, SWEEPS);
        double sum = 0;
        for (int i = 0; i < end.length; i++) {
          sum += end[i] * asked.values()[i];
        }
        overlaps[n][l] = sum / end.length;
      }
    }
    return overlaps;
  }

  /// The error of one step of attention from near a pattern, beside its bound.
  ///
  /// @param count patterns that are stored
  /// @param separation smallest separation `Δ_i` of those asked for
  /// @param error largest error
  /// @param bound the bound where the ratio is largest
  /// @param ratio largest ratio of error and bound: at most 1
  public record StepError(int count, double separation, double error, double bound, double ratio) {}

  /// Errors of one step for several numbers of random patterns of norm `3 √(d−1)` in dimension 14,
  /// `β = 1`, from a distance of a hundredth of the norm.
  public List<StepError> stepErrors(List<Integer> counts) {
    int d = 14;
    double radius = 3 * Math.sqrt(d - 1.0);
    List<StepError> rows = new ArrayList<>();
    for (int count : counts) {
      RandomGenerator random = new RandomStreams(seed).stream("memory errors", count);
      AttentionMemory memory =
          new AttentionMemory(Patterns.onSphere(count, d, radius, random), 1, kernels);
      rows.add(stepError(memory, Math.min(count, 10), radius / 100, random));
    }
    return rows;
  }

  /// How far a pattern must be separated from the others to be a place of rest, beside the bound.
  ///
  /// @param count patterns that are stored
  /// @param least largest separation `Δ_i` at which a pattern had no fixed point within its sphere
  /// @param bound the separation that is enough, for that pattern
  /// @param ratio largest ratio of both over all patterns without a fixed point: at most 1
  /// @param kept patterns that had one, of all
  public record Separation(int count, double least, double bound, double ratio, double kept) {}

  /// Random patterns in dimension 14, `β = 1`, of norms `M = 1 … 12`: whether retrieval from the
  /// pattern ends within the sphere of radius `1/(βpM)` about it, which is sure (Ramsauer et al.)
  /// from a separation of [AttentionMemory#requiredSeparation] on.
  public List<Separation> separations(List<Integer> counts) {
    return counts.stream().map(this::separation).toList();
  }

  private Separation separation(int count) {
    RandomGenerator random = new RandomStreams(seed).stream("memory separation", count);
    int asked = Math.min(count, 10);
    double least = 0;
    double bound = Double.NaN;
    double ratio = 0;
    int kept = 0;
    for (int k = 0; k < NORMS; k++) {
      double radius = 1 + 11.0 * k / (NORMS - 1);
      AttentionMemory memory =
          new AttentionMemory(Patterns.onSphere(count, 14, radius, random), 1, kernels);
      for (int i = 0; i < asked; i++) {
        if (memory.rests(i)) {
          kept++;
        } else {
          double found = memory.separation(i);
          least = Math.max(least, found);
          if (found / memory.requiredSeparation() >= ratio) {
            ratio = found / memory.requiredSeparation();
            bound = memory.requiredSeparation();
          }
        }
      }
    }
    return new Separation(count, least, bound, ratio, (double) kept / (asked * NORMS));
  }

  private static StepError stepError(
      AttentionMemory memory, int asked, double noise, RandomGenerator random) {
    Patterns patterns = memory.patterns();
    int d = patterns.dimension();
    double separation = Double.POSITIVE_INFINITY;
    double error = 0;
    double bound = Double.NaN;
    double ratio = 0;
    for (int i = 0; i < asked; i++) {
      double[] own = patterns.pattern(i);
      double[] state = own.clone();
      double[] off = Patterns.onSphere(1, d, noise, random).values();
      for (int k = 0; k < d; k++) {
        state[k] += off[k];
      }
      double found = AttentionMemory.distance(memory.attend(state), own);
      double allowed = memory.errorBound(i, state);
      separation = Math.min(separation, memory.separation(i));
      error = Math.max(error, found);
      if (found / allowed >= ratio) {
        ratio = found / allowed;
        bound = allowed;
      }
    }
    return new StepError(patterns.count(), separation, error, bound, ratio);
  }
}
