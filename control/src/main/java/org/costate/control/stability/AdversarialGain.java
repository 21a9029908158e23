package org.costate.control.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.costate.control.Vectors;
import org.costate.control.train.RandomStreams;

/// The gain over a finite distance, `max ‖Φ(u + δ) − Φ(u)‖ / r` over all perturbations of length
/// `‖δ‖ = r`, by ascent on the gain: `δ ← r g/‖g‖` with
/// `g = (∂Φ(u + δ))ᵀ (Φ(u + δ) − Φ(u))`, shortened towards `δ` where the gain would not rise. For a
/// linear map this is the power iteration, and the gain its largest singular value.
///
/// @param gain the largest gain found: a lower bound of the maximum
/// @param perturbation `δ`
/// @param iterations products with the transposed tangent
public record AdversarialGain(double gain, double[] perturbation, int iterations) {
  private static final double RISE = 1e-10;
  private static final int HALVINGS = 8;

  /// A differentiable map at one point.
  ///
  /// @param value `Φ(u)`
  /// @param transposedTangent `w ↦ (∂Φ(u))ᵀ w`
  public record Linearised(double[] value, Function<double[], double[]> transposedTangent) {}

  /// How the maximum is sought.
  ///
  /// @param radius `r`
  /// @param probes random perturbations that are tried first
  /// @param ascents of the perturbations tried, the best so many are ascended from
  /// @param iterations most iterations of an ascent
  /// @param seed of the random perturbations
  public record Search(double radius, int probes, int ascents, int iterations, long seed) {}

  /// Tries `start` and random perturbations, and ascends from the best of them: ascent alone may
  /// end in a lesser maximum.
  public static AdversarialGain of(
      Function<double[], Linearised> map, double[] start, Search search) {
    double[] origin = map.apply(new double[start.length]).value();
    RandomGenerator random = new RandomStreams(search.seed()).stream("adversary", 0);
    List<AdversarialGain> tried = new ArrayList<>();
    for (int k = 0; k <= search.probes(); k++) {
      double[] direction = start;
      if (k > 0) {
        direction = new double[start.length];
        Arrays.setAll(direction, i -> random.nextGaussian());
      }
      double[] delta = scaled(direction, search.radius());
      double gain = ratio(map.apply(delta), origin, search.radius());
      tried.add(new AdversarialGain(gain, delta, 0));
    }
    tried.sort(Comparator.comparingDouble(AdversarialGain::gain).reversed());
    return tried.stream()
        .limit(search.ascents())
        .map(t -> of(map, t.perturbation(), search.radius(), search.iterations()))
        .max(Comparator.comparingDouble(AdversarialGain::gain))
        .orElseThrow();
  }

  /// Ascends from `start`.
  ///
  /// @param map the map around the point: `δ ↦` [Linearised] at `u + δ`
  /// @param start direction of the first perturbation, of any length but 0
  /// @param radius `r`
  /// @param most iterations
  public static AdversarialGain of(
      Function<double[], Linearised> map, double[] start, double radius, int most) {
    double[] origin = map.apply(new double[start.length]).value();
    double[] delta = scaled(start, radius);
    Linearised here = map.apply(delta);
    double gain = ratio(here, origin, radius);
    int iterations = 0;
    while (iterations < most) {
      iterations++;
      double[] difference = here.value().clone();
      Vectors.axpy(-1, origin, difference);
      double[] target = scaled(here.transposedTangent().apply(difference), radius);
      double before = gain;
      for (int halving = 0; halving < HALVINGS; halving++) {
        double[] tried = scaled(mixed(delta, target, Math.scalb(1.0, -halving)), radius);
        Linearised there = map.apply(tried);
        double found = ratio(there, origin, radius);
        if (found > gain) {
          gain = found;
          delta = tried;
          here = there;
          break;
        }
      }
      if (gain <= before * (1 + RISE)) {
        break;
      }
    }
    return new AdversarialGain(gain, delta, iterations);
  }

  private static double ratio(Linearised there, double[] origin, double radius) {
    double[] difference = there.value().clone();
    Vectors.axpy(-1, origin, difference);
    return Vectors.norm(difference) / radius;
  }

  private static double[] mixed(double[] from, double[] to, double share) {
    double[] mixed = from.clone();
    Vectors.scale(1 - share, mixed);
    Vectors.axpy(share, to, mixed);
    return mixed;
  }

  private static double[] scaled(double[] v, double length) {
    double[] result = v.clone();
    double norm = Vectors.norm(result);
    if (norm > 0) {
      Vectors.scale(length / norm, result);
    }
    return result;
  }
}
