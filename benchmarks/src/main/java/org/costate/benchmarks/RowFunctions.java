package org.costate.benchmarks;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.KernelTier;
import org.costate.model.kernel.Kernels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Softmax, standardisation and activations: nanoseconds per number.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RowFunctions {
  private static final int ROWS = 64;
  private static final int WIDTH = 128;
  private static final int SIZE = ROWS * WIDTH;

  @Param({"plain", "vector"})
  String tier;

  private Kernels kernels;
  private double[] x;
  private double[] v;
  private double[] y;
  private double[] z;
  private double[] r;

  @Setup
  public void allocate() {
    kernels = KernelTier.of(tier).kernels();
    SplittableRandom random = new SplittableRandom(1);
    x = random.doubles(SIZE, -4, 4).toArray();
    v = random.doubles(SIZE, -1, 1).toArray();
    y = new double[SIZE];
    z = new double[SIZE];
    r = new double[3 * ROWS];
    kernels.standardizeRows(true, ROWS, WIDTH, 1e-5, x, 0, z, 0, r, 0, ROWS);
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public double[] exp() {
    kernels.exp(SIZE, x, 0, y, 0);
    return y;
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public double[] softmax() {
    System.arraycopy(x, 0, y, 0, SIZE);
    for (int row = 0; row < ROWS; row++) {
      kernels.softmax(WIDTH, y, row * WIDTH);
    }
    return y;
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public double[] standardize() {
    kernels.standardizeRows(true, ROWS, WIDTH, 1e-5, x, 0, y, 0, r, 0, ROWS);
    return y;
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public double[] standardizeTangent() {
    kernels.standardizeRowsTangent(true, ROWS, WIDTH, z, 0, r, 0, v, 0, 0, y, 0);
    return y;
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public double[] gelu() {
    kernels.activate(Activation.GELU_ERF, SIZE, x, 0, y, 0);
    return y;
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public double[] geluTangent() {
    kernels.activateTangent(Activation.GELU_ERF, SIZE, x, 0, v, 0, y, 0);
    return y;
  }
}
