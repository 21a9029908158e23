package org.costate.model.kernel;

import java.util.SplittableRandom;

/// Every method of [Kernels] on fixed random numbers, ended by a check sum of all results: what
/// must not change from call to call, from tier to tier of the compiler, and what must not
/// allocate.
final class Workout {
  private static final int ROWS = 9;
  private static final int WIDTH = 37;
  private static final int SIZE = ROWS * WIDTH;

  private final Kernels kernels;
  private final double[] x;
  private final double[] v;
  private final double[] w;
  private final double[] gain;
  private final double[] start;
  private final double[] y = new double[SIZE];
  private final double[] z = new double[SIZE];
  private final double[] xBar = new double[SIZE];
  private final double[] r = new double[3 * ROWS];
  private final double[] large = new double[ROWS * WIDTH * 4];
  private final double[] product = new double[ROWS * WIDTH * 4];
  private long sum;

  Workout(Kernels kernels) {
    this.kernels = kernels;
    SplittableRandom random = new SplittableRandom(42);
    x = Tiers.normal(random, SIZE);
    v = Tiers.normal(random, SIZE);
    w = Tiers.normal(random, SIZE);
    gain = Tiers.normal(random, WIDTH);
    start = Tiers.normal(random, SIZE);
    double[] numbers = Tiers.normal(random, large.length);
    System.arraycopy(numbers, 0, large, 0, large.length);
  }

  /// Runs everything once; returns the check sum of the bits of all results.
  long run() {
    sum = 0;
    products();
    elementwise();
    rows();
    for (Activation f : ACTIVATIONS) {
      kernels.activate(f, SIZE, x, 0, y, 0);
      add(y);
      kernels.activateTangent(f, SIZE, x, 0, v, 0, y, 0);
      add(y);
      kernels.activateWithDerivatives(f, SIZE, x, 0, y, 0, z, 0, xBar, 0);
      add(y);
      add(z);
      add(xBar);
      restart();
      kernels.activateSecond(f, SIZE, x, 0, v, 0, w, 0, y, 0);
      add(y);
    }
    return sum;
  }

  private static final Activation[] ACTIVATIONS = Activation.values();

  private void products() {
    restart();
    kernels.gemm(false, false, 9, 9, 30, 1, x, 0, WIDTH, v, 0, 11, 0, y, 0, WIDTH);
    kernels.gemm(true, false, 30, 37, 9, 0.5, x, 0, WIDTH, v, 0, WIDTH, 1, product, 0, 37);
    kernels.gemm(false, true, 9, 9, 37, -1, x, 0, WIDTH, w, 0, WIDTH, 0.3, y, 2, WIDTH);
    kernels.gemm(true, true, 6, 5, 4, 1, x, 0, WIDTH, v, 0, WIDTH, 0, y, 0, WIDTH);
    add(y);
    kernels.gemm(false, false, 35, 35, 35, 1, large, 0, 35, large, 0, 35, 0, product, 0, 35);
    kernels.gemm(false, true, 35, 19, 35, 1, large, 0, 35, large, 0, 35, 1, product, 0, 35);
    add(product);
    tangents();
    kernels.affine(35, 32, 35, large, 0, 35, large, 0, 35, x, 3, product, 0, 35);
    kernels.affine(3, 29, 35, large, 0, 35, large, 0, 35, x, 3, product, 1, 29);
    add(product);
    kernels.gemm(false, true, 31, 28, 9, 0.7, large, 0, 35, large, 0, 35, 0, product, 0, 35);
    kernels.gemm(false, true, 31, 32, 9, 0.7, large, 0, 35, large, 0, 35, 0, product, 0, 35);
    kernels.gemm(false, true, 30, 24, 9, 0.7, large, 0, 35, large, 1, 35, 1, product, 0, 35);
    add(product);
  }

  private void tangents() {
    kernels.gemmWithTangent(
        false, true, 9, 13, 20, 1, large, 0, x, 0, 20, v, 3, w, 0, 20, 1, product, 0, y, 0, 13);
    add(y);
    add(product);
    kernels.gemmWithTangent(
        true,
        false,
        31,
        24,
        9,
        0.7,
        large,
        0,
        large,
        9,
        35,
        x,
        0,
        v,
        0,
        35,
        0,
        Kernels.ABSENT,
        0,
        product,
        0,
        35);
    kernels.gemmWithTangent(
        false,
        false,
        20,
        29,
        20,
        1,
        large,
        0,
        Kernels.ABSENT,
        0,
        20,
        large,
        3,
        large,
        9,
        30,
        0.4,
        product,
        5,
        product,
        640,
        29);
    add(product);
    kernels.affineWithTangent(
        15, 32, 8, large, 0, large, 9, 35, large, 3, large, 7, 35, x, 3, v, 1, product, 0, product,
        600, 35);
    kernels.affineWithTangent(
        3,
        29,
        35,
        large,
        0,
        large,
        9,
        35,
        large,
        3,
        Kernels.ABSENT,
        0,
        29,
        Kernels.ABSENT,
        0,
        v,
        1,
        product,
        1,
        product,
        99,
        29);
    add(product);
  }

  private void elementwise() {
    restart();
    kernels.axpy(SIZE, 0.3, x, 0, y, 0);
    kernels.axpby(SIZE, 0.3, v, 0, 0.9, y, 0);
    kernels.multiply(SIZE, 0.3, x, 0, w, 0, -0.2, y, 0);
    add(y);
    kernels.axpby(SIZE, 0.7, x, 0, 0, y, 0);
    kernels.multiply(SIZE - 1, 0.3, x, 0, v, 1, 0, y, 1);
    add(y);
    kernels.exp(SIZE, x, 0, y, 0);
    add(y);
    add(kernels.dot(SIZE, x, 0, v, 0));
    add(kernels.sum(SIZE, w, 0));
  }

  private void rows() {
    restart();
    kernels.addToRows(ROWS, WIDTH, gain, 0, y, 0, WIDTH);
    kernels.scaleRows(ROWS, WIDTH, gain, 0, x, 0, 1, y, 0);
    kernels.addColumnSums(ROWS, WIDTH, x, 0, WIDTH, y, 0);
    kernels.addColumnProducts(ROWS, WIDTH, x, 0, v, 0, y, 0);
    add(y);
    restart();
    for (int row = 0; row < ROWS; row++) {
      double log = kernels.softmax(WIDTH - row, y, row * WIDTH);
      add(log);
      System.arraycopy(x, row * WIDTH, z, row * WIDTH, WIDTH);
      kernels.softmaxJacobianRows(1, WIDTH, y, 0, z, row * WIDTH);
      kernels.expShifted(WIDTH, log, z, row * WIDTH);
    }
    kernels.softmaxRows(ROWS, WIDTH, y, 0, r, 0);
    kernels.expShiftedRows(ROWS, WIDTH, r, 0, z, 0);
    System.arraycopy(v, 0, xBar, 0, SIZE);
    kernels.softmaxSecondJacobianRows(ROWS, WIDTH, y, 0, x, 0, z, 0, xBar, 0);
    add(xBar);
    add(r);
    add(y);
    add(z);
    for (int centre = 0; centre < 2; centre++) {
      restart();
      boolean centred = centre == 0;
      kernels.standardizeRows(centred, ROWS, WIDTH, 1e-5, x, 0, z, 0, r, 0, ROWS);
      kernels.restandardizeRows(ROWS, WIDTH, x, 0, r, 0, ROWS, z, 0);
      kernels.restandardizeAndMapRows(ROWS, WIDTH, x, 0, r, 0, ROWS, w, 3, xBar, 0);
      add(xBar);
      kernels.standardizeRowsTangent(centred, ROWS, WIDTH, z, 0, r, 0, v, 0, 0.4, y, 0);
      kernels.standardizeRowsSecond(centred, ROWS, WIDTH, z, 0, r, 0, v, 0, w, 0, y, 0);
      add(z);
      add(y);
      kernels.standardizeRowsTangent(centred, ROWS, WIDTH, z, 0, r, 0, v, 0, 0, y, 0);
      add(y);
    }
  }

  private void restart() {
    System.arraycopy(start, 0, y, 0, SIZE);
  }

  private void add(double[] results) {
    for (double result : results) {
      add(result);
    }
  }

  /// Zeros count without their sign.
  private void add(double result) {
    sum = Long.rotateLeft(sum, 7) * 0x9e3779b97f4a7c15L + Double.doubleToLongBits(result + 0.0);
  }

  /// The tier of that name, cold: [KernelTier] would begin with plain kernels.
  static Kernels cold(String tier) {
    return switch (tier) {
      case "vector" -> new VectorKernels();
      case "openblas" -> new OpenBlasKernels(new VectorKernels());
      default -> new PlainKernels();
    };
  }

  /// Prints the check sum of one run of the tier that is named: the cold side of a comparison.
  public static void main(String[] arguments) {
    System.out.println("checksum " + new Workout(cold(arguments[0])).run());
  }
}
