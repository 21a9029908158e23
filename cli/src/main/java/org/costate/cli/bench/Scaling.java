package org.costate.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.costate.cli.bench.BenchCase.Task;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Shape;

/// How the cost of a gradient grows when one size grows over a decade or more: seconds and planned
/// memory, with exponents fitted by least squares in logarithms.
///
/// @param variable which size: `layers`, `batch`, `tokens`, `width`
/// @param values of that size
/// @param seconds forward and gradient
/// @param megabytes states and records
/// @param timeExponent slope of log seconds over log size
/// @param memoryExponent slope of log megabytes over log size
public record Scaling(
    String variable,
    List<Integer> values,
    List<Double> seconds,
    List<Double> megabytes,
    double timeExponent,
    double memoryExponent) {
  public Scaling {
    values = List.copyOf(values);
    seconds = List.copyOf(seconds);
    megabytes = List.copyOf(megabytes);
  }

  /// A size that grows while the others stay.
  private interface Growth {
    Preset at(int value);
  }

  /// All four studies, in this process, once what they run is compiled: else the first sizes would
  /// seem the slowest.
  public static List<Scaling> all(Preset.Kind kind, Kernels kernels, int threads) {
    CaseRun.measure(example(preset(8, 32, 64, 4), kind, threads), kernels);
    return List.of(
        of("layers", List.of(2, 4, 8, 16, 32), n -> preset(8, 32, 64, n), kind, kernels, threads),
        of("batch", List.of(4, 8, 16, 32, 64), n -> preset(n, 32, 64, 4), kind, kernels, threads),
        of(
            "tokens",
            List.of(128, 256, 512, 1024, 2048),
            n -> preset(2, n, 64, 2),
            kind,
            kernels,
            threads),
        of(
            "width",
            List.of(32, 64, 128, 256, 512),
            n -> preset(8, 32, n, 4),
            kind,
            kernels,
            threads));
  }

  private static Preset preset(int batch, int tokens, int width, int layers) {
    return new Preset("scaling", new Shape(batch, tokens), width, 4, 4 * width, layers);
  }

  private static BenchCase example(Preset preset, Preset.Kind kind, int threads) {
    return new BenchCase(preset, kind, Task.GRADIENT, Optional.empty(), threads);
  }

  private static Scaling of(
      String variable,
      List<Integer> values,
      Growth growth,
      Preset.Kind kind,
      Kernels kernels,
      int threads) {
    List<Double> seconds = new ArrayList<>();
    List<Double> megabytes = new ArrayList<>();
    for (int value : values) {
      Measurement m = CaseRun.glance(example(growth.at(value), kind, threads), kernels);
      seconds.add(m.gradientS());
      megabytes.add(m.memoryMb());
    }
    return new Scaling(
        variable, values, seconds, megabytes, slope(values, seconds), slope(values, megabytes));
  }

  /// Slope of the least-squares line through `(log x, log y)`.
  static double slope(List<Integer> x, List<Double> y) {
    double meanX = x.stream().mapToDouble(Math::log).average().orElseThrow();
    double meanY = y.stream().mapToDouble(Math::log).average().orElseThrow();
    double xx = 0;
    double xy = 0;
    for (int i = 0; i < x.size(); i++) {
      double dx = Math.log(x.get(i)) - meanX;
      xx += dx * dx;
      xy += dx * (Math.log(y.get(i)) - meanY);
    }
    return xy / xx;
  }

  /// One line for people.
  public String summary() {
    return String.format(
        Locale.ROOT,
        "%-7s %4d … %4d: time ~ %s^%.2f, memory ~ %s^%.2f",
        variable,
        values.getFirst(),
        values.getLast(),
        variable,
        timeExponent,
        variable,
        memoryExponent);
  }
}
