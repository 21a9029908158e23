package org.costate.model.kernel;

import static org.costate.model.kernel.Kernels.ABSENT;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/// Runs every loop of the vector kernels until it is compiled: until a round allocates nothing.
final class VectorWarmUp {
  /// Rounds after which the compiler has seen every loop often enough to compile it for good.
  private static final int LEAST = 800;

  /// Rounds after which no more is expected of it.
  private static final int MOST = 40_000;

  private static final int BATCH = 100;

  /// Rows and columns that leave every kind of rest: tiles of 8, 4, 2 and 1 rows, broken vectors.
  private static final int ROWS = 15;

  private static final int FEW = 2;
  private static final int MANY = 40;
  private static final int WIDTH = 75;
  private static final int SIZE = ROWS * WIDTH;
  private static final Activation[] ACTIVATIONS = Activation.values();

  private final Kernels kernels;
  private final double[] x = new double[SIZE];
  private final double[] v = new double[SIZE];
  private final double[] y = new double[SIZE];
  private final double[] z = new double[SIZE];
  private final double[] r = new double[3 * ROWS];

  VectorWarmUp(Kernels kernels) {
    this.kernels = kernels;
    Arrays.setAll(x, i -> Math.sin(i));
    Arrays.setAll(v, i -> Math.cos(i));
  }

  /// Returns when all is compiled.
  void run() {
    untilCompiled(
        () -> {
          products();
          tangents();
          affine();
          rows();
          elementwise();
          activations();
        });
  }

  /// Runs `loops` until they are compiled.
  static void untilCompiled(Runnable loops) {
    Object threads = ManagementFactory.getThreadMXBean();
    int quiet = 0;
    for (int round = 0; round < MOST && (round < LEAST || quiet < 2); round += BATCH) {
      long before = allocated(threads);
      for (int i = 0; i < BATCH; i++) {
        loops.run();
      }
      quiet = allocated(threads) == before ? quiet + 1 : 0;
    }
  }

  /// Bytes that this thread has allocated; always 0 on a JVM that does not tell.
  private static long allocated(Object threads) {
    return threads instanceof ThreadMXBean told ? told.getCurrentThreadAllocatedBytes() : 0;
  }

  private void products() {
    kernels.gemm(false, false, ROWS, 24, 14, 1, x, 0, WIDTH, v, 0, WIDTH, 0, y, 0, WIDTH);
    kernels.gemm(true, false, ROWS, 24, 8, 1, x, 0, WIDTH, v, 0, WIDTH, 1, y, 0, WIDTH);
    kernels.gemm(false, true, ROWS, 10, 14, 1, x, 0, WIDTH, v, 0, WIDTH, 0, y, 0, WIDTH);
    kernels.gemm(false, false, ROWS, 24, 14, 1, x, 0, WIDTH, v, 0, WIDTH, 0.5, y, 0, WIDTH);
  }

  /// Value and tangent, and a tangent alone, of so many rows that columns are packed as they lie.
  private void tangents() {
    kernels.gemmWithTangent(
        false, true, ROWS, 24, 14, 1, x, 0, v, 0, WIDTH, v, 0, x, 0, 14, 0, y, 0, z, 0, WIDTH);
    kernels.gemmWithTangent(
        false, false, MANY, 24, 8, 1, x, 0, ABSENT, 0, 8, v, 0, x, 0, 24, 1, ABSENT, 0, y, 0, 24);
  }

  /// Tiles with a row to add, of every height, wide and narrow: 24 columns are whole vectors of
  /// eight lanes, 28 of four.
  private void affine() {
    kernels.affine(ROWS, 24, 14, x, 0, WIDTH, v, 0, WIDTH, x, 0, y, 0, WIDTH);
    kernels.affine(ROWS, 28, 14, x, 0, WIDTH, v, 0, WIDTH, x, 0, y, 0, WIDTH);
  }

  private void rows() {
    kernels.addToRows(FEW, WIDTH, x, 0, y, 0, WIDTH);
    kernels.addColumnSums(FEW, WIDTH, x, 0, WIDTH, y, 0);
    kernels.standardizeRows(true, FEW, WIDTH, 1, x, 0, z, 0, r, 0, FEW);
    kernels.restandardizeRows(FEW, WIDTH, x, 0, r, 0, FEW, z, 0);
    kernels.restandardizeAndMapRows(2, WIDTH / 2, x, 0, r, 0, FEW, v, 0, z, 0);
    kernels.standardizeRowsTangent(true, FEW, WIDTH, z, 0, r, 0, v, 0, 0, y, 0);
    kernels.standardizeRowsTangent(true, FEW, WIDTH, z, 0, r, 0, v, 0, 0.5, y, 0);
    kernels.standardizeRowsSecond(true, FEW, WIDTH, z, 0, r, 0, v, 0, x, 0, y, 0);
    System.arraycopy(x, 0, y, 0, SIZE);
    kernels.softmax(WIDTH, y, 0);
    kernels.softmaxRows(FEW, WIDTH, y, 0, r, 0);
    kernels.expShiftedRows(FEW, WIDTH, r, 0, y, 0);
    kernels.softmaxJacobianRows(FEW, WIDTH, y, 0, z, 0);
    kernels.softmaxSecondJacobianRows(FEW, WIDTH, y, 0, v, 0, z, 0, z, FEW * WIDTH);
  }

  private void elementwise() {
    System.arraycopy(x, 0, y, 0, SIZE);
    kernels.axpy(WIDTH, 0.1, x, 0, y, 0);
    kernels.axpby(WIDTH, 0.1, x, 0, 0.2, y, 0);
    kernels.axpby(WIDTH, 0.1, x, 0, 0, z, 0);
    kernels.multiply(WIDTH, 1, x, 0, v, 0, 0, z, 0);
    kernels.multiply(WIDTH, 1, x, 0, v, 0, 0.3, y, 0);
    kernels.exp(WIDTH, x, 0, z, 0);
    z[0] = kernels.dot(WIDTH, x, 0, v, 0) + kernels.sum(WIDTH, x, 0);
  }

  private void activations() {
    for (Activation f : ACTIVATIONS) {
      kernels.activate(f, WIDTH, x, 0, z, 0);
      kernels.activateWithDerivatives(f, WIDTH, x, 0, z, 0, y, 0, ABSENT, 0);
      kernels.activateWithDerivatives(f, WIDTH, x, 0, z, 0, y, 0, y, WIDTH);
      kernels.activateTangent(f, WIDTH, x, 0, v, 0, z, 0);
      kernels.activateSecond(f, WIDTH, x, 0, v, 0, v, 0, z, 0);
    }
  }
}
