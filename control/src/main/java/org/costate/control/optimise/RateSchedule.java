package org.costate.control.optimise;

/// Learning rate as a function of the iteration, which counts from 0.
public sealed interface RateSchedule {
  /// Rate of iteration `k`.
  double at(long k);

  /// The same rate always.
  record Constant(double rate) implements RateSchedule {
    /// @throws IllegalArgumentException if the rate is not positive and finite
    public Constant {
      requireRate(rate);
    }

    @Override
    public double at(long k) {
      return rate;
    }
  }

  /// Linear rise to `peak` in the first `warmUp` iterations, then half a cosine down to `floor` at
  /// iteration `total`, and `floor` from there on.
  record WarmUpCosine(double peak, double floor, long warmUp, long total) implements RateSchedule {
    /// @throws IllegalArgumentException if a number is out of range
    public WarmUpCosine {
      requireRate(peak);
      if (!(floor >= 0 && floor <= peak) || warmUp < 0 || warmUp > total || total < 1) {
        throw new IllegalArgumentException(
            "rate schedule: found floor "
                + floor
                + ", warm-up "
                + warmUp
                + " and total "
                + total
                + ", expected 0 <= floor <= peak and 0 <= warm-up <= total");
      }
    }

    @Override
    public double at(long k) {
      if (k < warmUp) {
        return peak * (k + 1) / warmUp;
      }
      if (k >= total) {
        return floor;
      }
      double passed = (double) (k - warmUp) / (total - warmUp);
      return floor + (peak - floor) * 0.5 * (1 + StrictMath.cos(Math.PI * passed));
    }
  }

  /// `rate / (1 + k / horizon)`: decays like one over the iteration, as stochastic approximation
  /// needs.
  record Harmonic(double rate, double horizon) implements RateSchedule {
    /// @throws IllegalArgumentException if a number is not positive and finite
    public Harmonic {
      requireRate(rate);
      requireRate(horizon);
    }

    @Override
    public double at(long k) {
      return rate / (1 + k / horizon);
    }
  }

  /// `low · (high/low)^(k/(total − 1))`: rises by the same factor in every iteration.
  record Exponential(double low, double high, long total) implements RateSchedule {
    /// @throws IllegalArgumentException if a rate is not positive and finite or there are fewer
    ///     than two iterations
    public Exponential {
      requireRate(low);
      requireRate(high);
      if (total < 2) {
        throw new IllegalArgumentException(
            "rate schedule: found " + total + " iterations, expected at least 2");
      }
    }

    @Override
    public double at(long k) {
      return low * StrictMath.pow(high / low, (double) k / (total - 1));
    }
  }

  private static void requireRate(double rate) {
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException(
          "rate schedule: found " + rate + ", expected a positive, finite number");
    }
  }
}
