package org.costate.benchmarks;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// STREAM triad `a := b + s c`: the bandwidth that bounds every elementwise kernel. Bytes moved per
/// call: `24 size`.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MemoryBandwidth {
  /// Numbers per array: within the first cache level, within the last, beyond all.
  @Param({"1024", "65536", "8388608"})
  int size;

  private double[] a;
  private double[] b;
  private double[] c;

  @Setup
  public void allocate() {
    a = new double[size];
    b = new double[size];
    c = new double[size];
    Arrays.setAll(b, i -> 1.0 / (1 + i));
    Arrays.setAll(c, i -> i);
  }

  @Benchmark
  public double[] triad() {
    for (int i = 0; i < size; i++) {
      a[i] = b[i] + 3 * c[i];
    }
    return a;
  }
}
