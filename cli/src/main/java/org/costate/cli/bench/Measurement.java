package org.costate.cli.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.Ensemble;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.cost.Quadratic;
import org.costate.control.train.Initialisation;
import org.costate.model.Model;
import org.costate.model.state.Batch;

/// Figures of one case.
///
/// @param preset shape
/// @param kind what is in a layer
/// @param threads worker threads
/// @param forwardS median seconds of a forward sweep
/// @param gradientS median seconds of forward and gradient together
/// @param peakRssMb largest resident size of the process; not a number where the system does not
/// tell
/// @param gflops matrix products of forward and gradient over `gradientS`
/// @param allocatedBytesPerSweep bytes that all threads allocated per sweep after warm-up
/// @param kernels the kernels
public record Measurement(
    String preset,
    String kind,
    int threads,
    double forwardS,
    double gradientS,
    double peakRssMb,
    double gflops,
    long allocatedBytesPerSweep,
    String kernels) {
  private static final double WARM_UP_SECONDS = 3;
  private static final int WARM_UP_RUNS = 5;
  private static final double MEASURED_SECONDS = 2;
  private static final int MEASURED_RUNS = 7;

  /// Measures in this process.
  public static Measurement of(Preset preset, Preset.Kind kind, SweepOptions options) {
    Model model = preset.architecture(kind).model();
    SplittableRandom random = new SplittableRandom(1);
    int size = preset.shape().size(preset.width());
    Batch batch =
        Batch.ofInput(preset.shape(), normal(size, random)).withTarget(normal(size, random));
    double[] c = Initialisation.gpt2().controls(model.layout(), model.step(), model.grid(), 1);
    double[] g = new double[c.length];
    try (EnsembleSweep sweep =
        new EnsembleSweep(
            model,
            Costs.of(new Quadratic()),
            options.withExtras(SweepOptions.Extra.INPUT_COSTATE))) {
      Ensemble ensemble = sweep.prepare(batch);
      double[] sink = new double[1];
      Runnable forward = () -> sink[0] += sweep.value(c, ensemble);
      Runnable gradient = () -> sink[0] += sweep.gradient(c, ensemble, g);
      double forwardSeconds = medianSeconds(forward);
      double gradientSeconds = medianSeconds(gradient);
      long allocated = allocatedPer(gradient);
      if (Double.isNaN(sink[0])) {
        throw new IllegalStateException("bench: found a value that is no number");
      }
      return new Measurement(
          preset.name(),
          kind.name().toLowerCase(Locale.ROOT),
          options.threads(),
          forwardSeconds,
          gradientSeconds,
          peakResidentMegabytes(),
          preset.gradientFlops() / gradientSeconds * 1e-9,
          allocated,
          options.kernels().tier());
    }
  }

  private static double[] normal(int count, SplittableRandom random) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> random.nextGaussian());
    return values;
  }

  private static double medianSeconds(Runnable run) {
    repeat(run, WARM_UP_RUNS, WARM_UP_SECONDS);
    List<Double> seconds = repeat(run, MEASURED_RUNS, MEASURED_SECONDS);
    double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static List<Double> repeat(Runnable run, int leastRuns, double leastSeconds) {
    List<Double> seconds = new ArrayList<>();
    long began = System.nanoTime();
    while (seconds.size() < leastRuns || (System.nanoTime() - began) * 1e-9 < leastSeconds) {
      long start = System.nanoTime();
      run.run();
      seconds.add((System.nanoTime() - start) * 1e-9);
    }
    return seconds;
  }

  private static long allocatedPer(Runnable run) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int runs = 10;
    long own = threads.getTotalThreadAllocatedBytes();
    long before = threads.getTotalThreadAllocatedBytes();
    long asking = before - own;
    for (int i = 0; i < runs; i++) {
      run.run();
    }
    long after = threads.getTotalThreadAllocatedBytes();
    return Math.max(0, after - before - asking) / runs;
  }

  private static double peakResidentMegabytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
        }
      }
    } catch (IOException e) {
      // Not Linux: the figure does not apply.
    }
    return Double.NaN;
  }
}
