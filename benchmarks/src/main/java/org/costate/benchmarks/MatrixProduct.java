package org.costate.benchmarks;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.costate.model.kernel.KernelTier;
import org.costate.model.kernel.Kernels;
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

/// `C := A B`, `Aᵀ B` and `A Bᵀ` in the shapes of a Transformer, in every tier. Operations per
/// call: `2 m n k`.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MatrixProduct {
  @Param({"plain", "vector", "openblas"})
  String tier;

  /// `m x n x k`: scores and values of a head, tokens times weights, a square.
  @Param({"8x8x8", "32x32x8", "64x64x32", "64x32x64", "2048x128x512", "512x512x512"})
  String shape;

  private Kernels kernels;
  private int m;
  private int n;
  private int k;
  private double[] a;
  private double[] b;
  private double[] c;

  @Setup
  public void allocate() {
    kernels = KernelTier.of(tier).kernels();
    String[] sizes = shape.split("x", -1);
    m = Integer.parseInt(sizes[0]);
    n = Integer.parseInt(sizes[1]);
    k = Integer.parseInt(sizes[2]);
    SplittableRandom random = new SplittableRandom(1);
    a = random.doubles((long) m * k).toArray();
    b = random.doubles((long) k * n).toArray();
    c = new double[m * n];
  }

  @Benchmark
  public double[] product() {
    kernels.gemm(false, false, m, n, k, 1, a, 0, k, b, 0, n, 0, c, 0, n);
    return c;
  }

  @Benchmark
  public double[] transposedLeft() {
    kernels.gemm(true, false, m, n, k, 1, a, 0, m, b, 0, n, 0, c, 0, n);
    return c;
  }

  @Benchmark
  public double[] transposedRight() {
    kernels.gemm(false, true, m, n, k, 1, a, 0, k, b, 0, k, 0, c, 0, n);
    return c;
  }
}
