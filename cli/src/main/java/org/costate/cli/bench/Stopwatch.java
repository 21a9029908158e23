package org.costate.cli.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.costate.model.kernel.Crew;

/// Times, bytes allocated and peak memory.
final class Stopwatch {
  private static final int WARM_UP_RUNS = 5;
  private static final int MEASURED_RUNS = 7;
  private static final int ALLOCATION_RUNS = 10;

  /// Runs that take this long each are warm after one, and measured once.
  private static final double LONG_SECONDS = 20;

  /// A stretch in which the compilers of the JVM take a smaller share of the time is a quiet one.
  private static final double QUIET_SHARE = 0.05;

  private static final double STRETCH_SECONDS = 0.5;

  private final double warmUpSeconds;
  private final double measuredSeconds;
  private final int quietStretches;

  /// @param warmUpSeconds least time to run before anything counts
  /// @param measuredSeconds least time to measure
  /// @param quietStretches how often in a row the compilers of the JVM must have been found quiet
  Stopwatch(double warmUpSeconds, double measuredSeconds, int quietStretches) {
    this.warmUpSeconds = warmUpSeconds;
    this.measuredSeconds = measuredSeconds;
    this.quietStretches = quietStretches;
  }

  /// Median seconds of a run, after warm-up.
  double medianSeconds(Runnable run) {
    warmUp(run);
    List<Double> seconds = repeat(run, MEASURED_RUNS, measuredSeconds);
    double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /// Runs until the JVM has compiled what it runs: with all cores busy that takes longer than any
  /// fixed number of seconds that would do for one.
  private void warmUp(Runnable run) {
    double elapsed = sum(repeat(run, WARM_UP_RUNS, warmUpSeconds));
    for (int quiet = 0; quiet < quietStretches && elapsed < LONG_SECONDS; ) {
      long compiled = compilationMilliseconds();
      double stretch = sum(repeat(run, 1, STRETCH_SECONDS));
      boolean isQuiet = (compilationMilliseconds() - compiled) * 1e-3 < QUIET_SHARE * stretch;
      quiet = isQuiet ? quiet + 1 : 0;
      elapsed += stretch;
    }
  }

  private static double sum(List<Double> seconds) {
    return seconds.stream().mapToDouble(Double::doubleValue).sum();
  }

  /// What the compilers of this JVM have taken so far; 0 where it does not tell.
  private static long compilationMilliseconds() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    return compiler != null && compiler.isCompilationTimeMonitoringSupported()
        ? compiler.getTotalCompilationTime()
        : 0;
  }

  private static List<Double> repeat(Runnable run, int leastRuns, double leastSeconds) {
    List<Double> seconds = new ArrayList<>();
    double elapsed = 0;
    while (elapsed < LONG_SECONDS && (seconds.size() < leastRuns || elapsed < leastSeconds)) {
      long start = System.nanoTime();
      run.run();
      seconds.add((System.nanoTime() - start) * 1e-9);
      elapsed += seconds.getLast();
    }
    return seconds;
  }

  /// Bytes that the threads of a sweep allocate in a run, this one and those of its crew: the
  /// median of some runs, since one during which the JVM compiles a method anew may leave a few.
  /// The JVM has threads of its own, which do not count.
  ///
  /// @param seconds what a run takes
  static long allocatedPer(Runnable run, double seconds) {
    int runs = (int) Math.clamp(LONG_SECONDS / seconds, 1, ALLOCATION_RUNS);
    long[] crew =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith(Crew.THREAD_NAME))
            .mapToLong(Thread::threadId)
            .toArray();
    long[] bytes = new long[runs];
    for (int i = 0; i < runs; i++) {
      bytes[i] = allocated(run, crew);
    }
    Arrays.sort(bytes);
    return bytes[runs / 2];
  }

  private static long allocated(Runnable run, long[] crew) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long others = Arrays.stream(threads.getThreadAllocatedBytes(crew)).sum();
    long own = threads.getCurrentThreadAllocatedBytes();
    run.run();
    own = threads.getCurrentThreadAllocatedBytes() - own;
    return own + Arrays.stream(threads.getThreadAllocatedBytes(crew)).sum() - others;
  }

  /// Largest resident size of this process in MB; not a number where the system does not tell.
  static double peakResidentMegabytes() {
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
