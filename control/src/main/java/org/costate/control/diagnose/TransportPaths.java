package org.costate.control.diagnose;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.time.TimeGrid;

/// How sequences move through a model, as optimal transport sees it: the minimisers of a transport
/// cost move on straight lines at constant speed. A sequence is one point, all its tokens together.
///
/// @param straightness `‖u_N − u_0‖ / Σ_n ‖u_{n+1} − u_n‖` of every sequence: 1 on a straight line;
///     NaN where nothing moves
/// @param speedVariation standard deviation over the steps of the speed `‖u_{n+1} − u_n‖/h`, over
///     its mean, of every sequence: 0 at constant speed
/// @param cost `Σ_n h ‖(u_{n+1} − u_n)/h‖²/(n d)` of every sequence: the transport cost for `κ = 1`
/// @param speeds mean over the sequences of the speed, of every step, over `√(n d)`
/// @param tokenVariation variance over mean² of `‖v‖²/d` over all tokens, sequences and steps, `v`
///     the velocity of a token
public record TransportPaths(
    double[] straightness,
    double[] speedVariation,
    double[] cost,
    double[] speeds,
    double tokenVariation) {
  private static final int MOST_SEQUENCES = 64;
  private static final double DEGENERATE = 1e-3;

  /// Follows the first sequences of `batch`, 64 at most.
  ///
  /// @param c the controls
  public static TransportPaths of(Model model, double[] c, Batch batch, Kernels kernels) {
    int count = Math.min(MOST_SEQUENCES, batch.shape().batch());
    double[][][] states = new double[count][][];
    Batch first = batch.sequences(0, count);
    SweepOptions options = SweepOptions.with(kernels).withExtras(SweepOptions.Extra.STATES);
    ModelSweep sweep =
        new ModelSweep(
            model,
            new Costs(Optional.empty(), List.of(), List.of()),
            batch.sequences(0, 1).shape(),
            options);
    for (int b = 0; b < count; b++) {
      sweep.value(c, first.sequences(b, 1), Scales.ONE);
      states[b] = new double[model.grid().steps() + 1][];
      for (int n = 0; n < states[b].length; n++) {
        Slice u = sweep.state(n);
        states[b][n] = u.toArray();
      }
    }
    Shape one = model.stateShape(batch.sequences(0, 1).shape());
    double[][] weights = new double[count][];
    for (int b = 0; b < count; b++) {
      weights[b] = first.sequences(b, 1).tokenWeights().orElseGet(() -> ones(one.tokens()));
    }
    return of(states, weights, model.grid());
  }

  /// Measures given paths.
  ///
  /// @param states `[sequence][n]`: the state `[tokens, width]`, row-major, at `t_n`
  /// @param weights `[sequence][token]`: quadrature weights of the tokens; 0 for padding
  public static TransportPaths of(double[][][] states, double[][] weights, TimeGrid grid) {
    int count = states.length;
    int steps = grid.steps();
    double[] straightness = new double[count];
    double[] variation = new double[count];
    double[] cost = new double[count];
    double[] speeds = new double[steps];
    Moments tokens = new Moments();
    for (int b = 0; b < count; b++) {
      double[] w = weights[b];
      int width = states[b][0].length / w.length;
      double entries = Arrays.stream(w).sum() * width;
      double[] speed = new double[steps];
      double length = 0;
      for (int n = 0; n < steps; n++) {
        double h = grid.step(n);
        double square = 0;
        for (int i = 0; i < w.length; i++) {
          double token = square(states[b][n], states[b][n + 1], i * width, width) / (h * h);
          square += w[i] * token;
          if (w[i] > 0) {
            tokens.add(token / width);
          }
        }
        speed[n] = Math.sqrt(square);
        length += h * speed[n];
        cost[b] += h * square / entries;
        speeds[n] += speed[n] / Math.sqrt(entries) / count;
      }
      straightness[b] = displacement(states[b][0], states[b][steps], w, width) / length;
      variation[b] = relativeDeviation(speed);
    }
    return new TransportPaths(straightness, variation, cost, speeds, tokens.relativeVariance());
  }

  /// Mean of [#straightness] over the sequences that move; NaN if none does.
  public double meanStraightness() {
    return mean(straightness);
  }

  /// Mean of [#speedVariation] over the sequences that move; NaN if none does.
  public double meanSpeedVariation() {
    return mean(speedVariation);
  }

  /// Mean of [#cost].
  public double meanCost() {
    return mean(cost);
  }

  /// Variance of [#cost] over the sequences, over its mean.
  public double costVariation() {
    double mean = meanCost();
    return Arrays.stream(cost).map(x -> (x - mean) * (x - mean)).average().orElse(Double.NaN)
        / mean;
  }

  /// Whether a transport cost cannot choose between paths: every token moves at the same speed in
  /// every step whatever the input, as where a norm closes the velocity field and makes `‖v‖²/d` 1.
  ///
  /// The criterion is [#tokenVariation] below 1e-3. It is taken over tokens and relative to the
  /// square of the mean: over whole sequences a mean over many tokens varies little anyway, and
  /// relative to the mean any small cost would look degenerate.
  public boolean degenerate() {
    return tokenVariation < DEGENERATE;
  }

  private static double square(double[] from, double[] to, int at, int width) {
    double sum = 0;
    for (int k = at; k < at + width; k++) {
      double d = to[k] - from[k];
      sum += d * d;
    }
    return sum;
  }

  private static double displacement(double[] from, double[] to, double[] weights, int width) {
    double sum =
        IntStream.range(0, weights.length)
            .mapToDouble(i -> weights[i] * square(from, to, i * width, width))
            .sum();
    return Math.sqrt(sum);
  }

  private static double relativeDeviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double square = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    return Math.sqrt(square) / mean;
  }

  private static double mean(double[] values) {
    return DoubleStream.of(values).filter(x -> !Double.isNaN(x)).average().orElse(Double.NaN);
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /// Running mean and variance (Welford 1962), which lose nothing to cancellation.
  private static final class Moments {
    private long count;
    private double mean;
    private double squares;

    void add(double x) {
      count++;
      double before = x - mean;
      mean += before / count;
      squares += before * (x - mean);
    }

    double relativeVariance() {
      return squares / count / (mean * mean);
    }
  }
}
