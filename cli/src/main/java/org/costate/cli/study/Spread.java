package org.costate.cli.study;

import java.util.Arrays;
import java.util.Locale;

/// Mean and standard deviation of a quantity over seeds.
///
/// @param mean over the seeds
/// @param deviation `√(Σ (x − mean)²/(count − 1))`, NaN for one seed
/// @param count number of seeds
public record Spread(double mean, double deviation, int count) {
  /// Of these values.
  public static Spread of(double... values) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double squares = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
    double deviation = values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
    return new Spread(mean, deviation, values.length);
  }

  /// For people, with as many digits as `format` has.
  String text(String format) {
    String shown = String.format(Locale.ROOT, format, mean);
    return count < 2 ? shown : shown + " ± " + String.format(Locale.ROOT, format, deviation);
  }
}
