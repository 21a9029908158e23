package org.costate.benchmarks;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.costate.cli.bench.Preset;
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

/// The matrix products of one layer of a preset, forwards and for the gradient, and nothing else,
/// in the shapes of a chunk of 512 positions or one sequence: what `dgemm` alone makes of them.
///
/// Per call `3 · (2 P (4 d² + 2 d f) + 4 P N d)` floating-point operations for `P` positions; the
/// harness prints microseconds, GFLOP/s are that over a thousand times them. With `-t 2` both cores
/// work, each on products of its own: times two.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PresetProducts {
  private static final int GOOD_POSITIONS = 512;

  @Param({"vector", "openblas"})
  String tier;

  @Param({"small", "medium", "large", "long", "deep"})
  String preset;

  private Kernels kernels;
  private int positions;
  private int tokens;
  private int width;
  private int hidden;
  private int heads;
  private double[] narrow;
  private double[] wide;
  private double[] weights;
  private double[] scores;
  private double[] out;

  @Setup
  public void allocate() {
    kernels = KernelTier.of(tier).kernels();
    Preset p = Preset.of(preset);
    tokens = p.shape().tokens();
    int sequences = Math.clamp(GOOD_POSITIONS / tokens, 1, p.shape().batch());
    positions = sequences * tokens;
    width = p.width();
    hidden = p.hidden();
    heads = p.heads();
    int most = Math.max(hidden, 3 * width);
    SplittableRandom random = new SplittableRandom(1);
    narrow = random.doubles((long) positions * 3 * width).toArray();
    wide = random.doubles((long) positions * most).toArray();
    weights = random.doubles((long) width * most).toArray();
    scores = random.doubles((long) tokens * tokens).toArray();
    out = new double[Math.max(positions * most, Math.max(width * most, tokens * tokens))];
  }

  @Benchmark
  public double[] layer() {
    dense(width, 3 * width);
    dense(width, width);
    dense(width, hidden);
    dense(hidden, width);
    int each = width / heads;
    for (int pair = 0; pair < positions / tokens * heads; pair++) {
      // scores and values, and four products of the same sizes for their adjoints
      kernels.gemm(
          false, true, tokens, tokens, each, 1, narrow, 0, each, wide, 0, each, 0, out, 0, tokens);
      kernels.gemm(
          false, true, tokens, tokens, each, 1, narrow, 0, each, wide, 0, each, 0, out, 0, tokens);
      for (int i = 0; i < 2; i++) {
        kernels.gemm(
            false, false, tokens, each, tokens, 1, scores, 0, tokens, wide, 0, each, 0, out, 0,
            each);
        kernels.gemm(
            true, false, tokens, each, tokens, 1, scores, 0, tokens, wide, 0, each, 0, out, 0,
            each);
      }
    }
    return out;
  }

  /// `Y = X W`, `X̄ = Ȳ Wᵀ`, `W̄ = Xᵀ Ȳ`.
  private void dense(int in, int cols) {
    double[] x = in == width ? narrow : wide;
    double[] y = cols == hidden || cols == 3 * width ? wide : narrow;
    int n = positions;
    kernels.gemm(false, false, n, cols, in, 1, x, 0, in, weights, 0, cols, 0, out, 0, cols);
    kernels.gemm(false, true, n, in, cols, 1, y, 0, cols, weights, 0, cols, 0, out, 0, in);
    kernels.gemm(true, false, in, cols, n, 1, x, 0, in, y, 0, cols, 0, out, 0, cols);
  }
}
