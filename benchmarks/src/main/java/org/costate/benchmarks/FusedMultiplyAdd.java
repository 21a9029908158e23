package org.costate.benchmarks;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The peak rate of fused multiply-adds: sixteen independent chains on registers alone.
/// Floating-point operations per call: `2 · 16 · lanes · ROUNDS`, so GFLOP/s are
/// `32 · lanes · ROUNDS / ns`; with eight lanes 262 144 per call. With `-t 2` both cores: times
/// two.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FusedMultiplyAdd {
  private static final VectorSpecies<Double> LANES = DoubleVector.SPECIES_PREFERRED;
  private static final int ROUNDS = 1024;

  private double factor = 0.999999;
  private double term = 1e-6;

  @Benchmark
  public double chains() {
    DoubleVector x = DoubleVector.broadcast(LANES, factor);
    DoubleVector y = DoubleVector.broadcast(LANES, term);
    DoubleVector a0 = y;
    DoubleVector a1 = y;
    DoubleVector a2 = y;
    DoubleVector a3 = y;
    DoubleVector a4 = y;
    DoubleVector a5 = y;
    DoubleVector a6 = y;
    DoubleVector a7 = y;
    DoubleVector b0 = x;
    DoubleVector b1 = x;
    DoubleVector b2 = x;
    DoubleVector b3 = x;
    DoubleVector b4 = x;
    DoubleVector b5 = x;
    DoubleVector b6 = x;
    DoubleVector b7 = x;
    for (int i = 0; i < ROUNDS; i++) {
      a0 = a0.fma(x, y);
      a1 = a1.fma(x, y);
      a2 = a2.fma(x, y);
      a3 = a3.fma(x, y);
      a4 = a4.fma(x, y);
      a5 = a5.fma(x, y);
      a6 = a6.fma(x, y);
      a7 = a7.fma(x, y);
      b0 = b0.fma(x, y);
      b1 = b1.fma(x, y);
      b2 = b2.fma(x, y);
      b3 = b3.fma(x, y);
      b4 = b4.fma(x, y);
      b5 = b5.fma(x, y);
      b6 = b6.fma(x, y);
      b7 = b7.fma(x, y);
    }
    DoubleVector a = a0.add(a1).add(a2.add(a3)).add(a4.add(a5).add(a6.add(a7)));
    DoubleVector b = b0.add(b1).add(b2.add(b3)).add(b4.add(b5).add(b6.add(b7)));
    return a.add(b).lane(0);
  }
}
