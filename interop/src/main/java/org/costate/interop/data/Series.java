package org.costate.interop.data;

import java.util.Arrays;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// A time series of `channels` values at each of its times, at equal intervals.
///
/// @param channels values per time
/// @param values `[times, channels]`, row-major
public record Series(int channels, double[] values) {
  /// @throws IllegalArgumentException if the values are no whole number of times
  public Series {
    if (channels < 1 || values.length % channels != 0) {
      throw new IllegalArgumentException(
          "series: found " + values.length + " values, expected a multiple of " + channels);
    }
  }

  /// Number of times.
  public int length() {
    return values.length / channels;
  }

  /// Times that one window takes.
  public static int span(int context, int horizon) {
    return context + horizon;
  }

  /// Windows of `context` times as input `[batch, context, channels]`, and as target the chosen
  /// columns `horizon` times later, `[batch, context, columns]`.
  ///
  /// @param starts where the windows begin
  /// @param columns channels to forecast
  public Batch forecasts(int[] starts, int context, int horizon, int[] columns) {
    double[] input = new double[starts.length * context * channels];
    double[] target = new double[starts.length * context * columns.length];
    int at = 0;
    for (int b = 0; b < starts.length; b++) {
      System.arraycopy(
          values, starts[b] * channels, input, b * context * channels, context * channels);
      for (int i = 0; i < context; i++) {
        int row = starts[b] + i + horizon;
        for (int column : columns) {
          target[at++] = values[row * channels + column];
        }
      }
    }
    return Batch.ofInput(new Shape(starts.length, context), input).withTarget(target);
  }

  /// Times `from … to − 1` as a series of their own.
  public Series part(int from, int to) {
    return new Series(channels, Arrays.copyOfRange(values, from * channels, to * channels));
  }
}
