package org.costate.control.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.costate.control.train.RandomStreams;
import org.costate.model.kernel.Kernels;

/// How many random patterns a memory keeps, measured: for every seed the largest number for which a
/// criterion holds, found by bisection; over the seeds a mean with a 95 % interval.
///
/// @param seed first seed
/// @param seeds number of seeds
public record CapacityStudy(long seed, int seeds, Kernels kernels) {
  private static final int ASKED = 48;
  private static final double RETRIEVED = 0.95;
  private static final double NOISE = 0.2;
  private static final double OVERLAP = 0.967;
  private static final int STEPS = 3;

  /// Radius of stored points on the sphere in units of `√(d−1)`.
  public static final double RADIUS = 1.25;

  /// One measured capacity.
  ///
  /// @param energy name of the energy
  /// @param d dimension
  /// @param capacity mean over the seeds
  /// @param low lower end of its 95 % interval
  /// @param high upper end
  /// @param theory what the theory says: the leading term for large `d`, for `log-sum-exp` a lower
  ///     bound
  /// @param finite the same at finite `d`, before `z²` is replaced by `2 ln d`; NaN where there is
  ///     no such form
  public record Row(
      String energy,
      int d,
      double capacity,
      double low,
      double high,
      double theory,
      double finite) {}

  /// How capacity grows with `d`.
  ///
  /// @param energy name of the energy
  /// @param law what is fitted: `capacity ~ d^a`, `capacity · z² ~ d^a` or `capacity ~ e^(ad)`,
  ///     where a normal variable exceeds `z` with probability `1/d` (`z²` tends to `2 ln d`)
  /// @param fitted exponent `a`, mean over the seeds
  /// @param low lower end of its 95 % interval
  /// @param high upper end
  /// @param theory exponent of the theory; for `log-sum-exp` of its lower bound
  public record Growth(
      String energy, String law, double fitted, double low, double high, double theory) {
    /// Distance of the theory's exponent from the interval, 0 inside; negative where a lower bound
    /// is exceeded.
    public double gap() {
      if (law.contains("e^") && low > theory) {
        return theory - low;
      }
      return Math.max(0, Math.max(theory - high, low - theory));
    }
  }

  /// Capacities of one energy over dimensions, and their growth.
  ///
  /// @param limit where the theory is a load that holds for `d → ∞` only: `capacity/d` there, by
  ///     the straight line over `1/d` through each seed's capacities
  public record Series(List<Row> rows, Growth growth, Optional<Estimate> limit) {
    public Series {
      rows = List.copyOf(rows);
    }

    Series withLimit(Estimate load) {
      return new Series(rows, growth, Optional.of(load));
    }
  }

  /// Hebb: the largest number for which stored patterns keep a mean overlap of at least
  /// 0.967, what theory says is left at the threshold. Theory: `.138 d`.
  public Series hebb(List<Integer> dimensions) {
    double[][] found = new double[dimensions.size()][seeds];
    for (int k = 0; k < found.length; k++) {
      int d = dimensions.get(k);
      for (int s = 0; s < seeds; s++) {
        Patterns all = Patterns.signs(d / 2, d, random("hebb", s, d));
        found[k][s] = largest(d / 2, p -> meanOverlap(all.first(p)) >= OVERLAP);
      }
    }
    return series("hebb", "capacity ~ d^a", dimensions, found, d -> 0.138 * d, 1)
        .withLimit(limit(dimensions, found));
  }

  private Estimate limit(List<Integer> dimensions, double[][] found) {
    double[] limits = new double[seeds];
    double[] x = dimensions.stream().mapToDouble(d -> 1.0 / d).toArray();
    double meanX = Arrays.stream(x).average().orElse(Double.NaN);
    for (int s = 0; s < seeds; s++) {
      double[] loads = new double[x.length];
      for (int k = 0; k < x.length; k++) {
        loads[k] = found[k][s] * x[k];
      }
      double mean = Arrays.stream(loads).average().orElse(Double.NaN);
      limits[s] = mean - slope(x, loads) * meanX;
    }
    return Estimate.of(limits);
  }

  private double meanOverlap(Patterns patterns) {
    int d = patterns.dimension();
    Patterns asked = patterns.first(Math.min(ASKED, patterns.count()));
    double[] end = new HebbMemory(patterns, kernels).retrieveTogether(asked.values(), 50);
    double sum = 0;
    for (int i = 0; i < end.length; i++) {
      sum += end[i] * asked.values()[i];
    }
    return sum / asked.count() / d;
  }

  /// Polynomial energy: the largest number for which a sign of a stored pattern turns with
  /// probability at most `1/d`. Theory: `d^{n−1}/(2(2n−3)!! ln d)`.
  public Series polynomial(int degree, List<Integer> dimensions) {
    double[][] found = new double[dimensions.size()][seeds];
    for (int k = 0; k < found.length; k++) {
      int d = dimensions.get(k);
      int most = (int) Math.ceil(8 * PolynomialMemory.theory(degree, d)) + 8;
      for (int s = 0; s < seeds; s++) {
        Patterns all = Patterns.signs(most, d, random("polynomial", s, d));
        found[k][s] = largest(most, p -> errors(all.first(p), degree) <= 1);
      }
    }
    return series(
        "polynomial-" + degree,
        "capacity z^2 ~ d^a",
        dimensions,
        found,
        d -> PolynomialMemory.theory(degree, d),
        degree - 1);
  }

  /// Mean number of signs of a stored pattern that turn.
  private static double errors(Patterns patterns, int degree) {
    PolynomialMemory memory = new PolynomialMemory(patterns, degree);
    int asked = Math.min(ASKED, patterns.count());
    double errors = 0;
    for (int i = 0; i < asked; i++) {
      errors += memory.errors(i);
    }
    return errors / asked;
  }

  /// Log-sum-exp with `β = 1` and patterns of norm `M = 1.25 √(d−1)`: the largest number of which
  /// 95 % are found again, to a tenth of `M`, by three steps of attention from queries with noise
  /// of norm `0.2 M`. Theory: the lower bound `√p c^{(d−1)/4}` with `p = 0.05`.
  public Series logSumExp(List<Integer> dimensions) {
    double[][] found = new double[dimensions.size()][seeds];
    for (int k = 0; k < found.length; k++) {
      int d = dimensions.get(k);
      double radius = RADIUS * Math.sqrt(d - 1.0);
      int most = (int) Math.ceil(12 * Math.exp(0.62 * d));
      for (int s = 0; s < seeds; s++) {
        Patterns all = Patterns.onSphere(most, d, radius, random("sphere", s, d));
        Patterns noise = Patterns.onSphere(ASKED, d, NOISE * radius, random("noise", s, d));
        found[k][s] = largest(most, p -> retrieved(all.first(p), noise) >= RETRIEVED);
      }
    }
    return series(
        "log-sum-exp",
        "capacity ~ e^(ad)",
        dimensions,
        found,
        d -> ExponentialBound.patterns(d, 1, RADIUS, 1 - RETRIEVED),
        ExponentialBound.slope(dimensions, 1, RADIUS, 1 - RETRIEVED));
  }

  private double retrieved(Patterns patterns, Patterns noise) {
    int d = patterns.dimension();
    int asked = Math.min(ASKED, patterns.count());
    AttentionMemory memory = new AttentionMemory(patterns, 1, kernels);
    int found = 0;
    for (int i = 0; i < asked; i++) {
      double[] state = patterns.pattern(i);
      for (int k = 0; k < d; k++) {
        state[k] += noise.values()[i * d + k];
      }
      for (int step = 0; step < STEPS; step++) {
        state = memory.step(state);
      }
      double apart = AttentionMemory.distance(state, patterns.pattern(i));
      found += apart <= 0.1 * memory.largestNorm() ? 1 : 0;
    }
    return (double) found / asked;
  }

  /// The largest number up to `most` that passes, if those that pass are the smaller ones: doubled
  /// until one fails, then bisected. At least 1.
  static int largest(int most, IntPredicate passes) {
    int good = 1;
    int bad = 2;
    while (bad <= most && passes.test(bad)) {
      good = bad;
      bad *= 2;
    }
    bad = Math.min(bad, most + 1);
    while (bad - good > 1) {
      int middle = (good + bad) / 2;
      if (passes.test(middle)) {
        good = middle;
      } else {
        bad = middle;
      }
    }
    return good;
  }

  private RandomGenerator random(String name, int s, int d) {
    return new RandomStreams(seed + s).stream("memory " + name, d);
  }

  private Series series(
      String energy,
      String law,
      List<Integer> dimensions,
      double[][] found,
      java.util.function.IntToDoubleFunction theory,
      double exponent) {
    List<Row> rows = new ArrayList<>();
    for (int k = 0; k < found.length; k++) {
      int d = dimensions.get(k);
      Estimate e = Estimate.of(found[k]);
      double leading = theory.applyAsDouble(d);
      double finite =
          law.contains("z^2") ? leading * 2 * Math.log(d) / PolynomialMemory.tail(d) : Double.NaN;
      rows.add(new Row(energy, d, e.mean(), e.low(), e.high(), leading, finite));
    }
    double[] slopes = new double[seeds];
    for (int s = 0; s < seeds; s++) {
      double[] x = new double[found.length];
      double[] y = new double[found.length];
      for (int k = 0; k < found.length; k++) {
        int d = dimensions.get(k);
        x[k] = law.contains("e^") ? d : Math.log(d);
        y[k] =
            Math.log(found[k][s]) + (law.contains("z^2") ? Math.log(PolynomialMemory.tail(d)) : 0);
      }
      slopes[s] = slope(x, y);
    }
    Estimate e = Estimate.of(slopes);
    return new Series(
        rows, new Growth(energy, law, e.mean(), e.low(), e.high(), exponent), Optional.empty());
  }

  static double slope(double[] x, double[] y) {
    double mx = Arrays.stream(x).average().orElse(Double.NaN);
    double my = Arrays.stream(y).average().orElse(Double.NaN);
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
    }
    return xy / xx;
  }
}
