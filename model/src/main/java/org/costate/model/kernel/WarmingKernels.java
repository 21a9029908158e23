package org.costate.model.kernel;

/// The vector tier while it warms up: plain kernels, until a thread in the background has run the
/// vector kernels so often that they are compiled. Until then they would be many times slower than
/// plain ones, and every vector would be an object.
///
/// When the change comes does not matter to any result: both give the same bits.
final class WarmingKernels extends ForwardingKernels {
  private final VectorKernels vector = new VectorKernels();
  private final Thread thread = new Thread(this::warm, "costate-kernels");
  private volatile Kernels now = new PlainKernels();

  private WarmingKernels() {}

  /// Starts the thread. It keeps no process alive.
  static WarmingKernels start() {
    WarmingKernels kernels = new WarmingKernels();
    kernels.thread.setDaemon(true);
    kernels.thread.start();
    return kernels;
  }

  private void warm() {
    new VectorWarmUp(vector).run();
    now = vector;
  }

  /// Waits until the thread has ended; returns whether the vector kernels run now.
  boolean awaitWarm() throws InterruptedException {
    thread.join();
    return now == vector;
  }

  @Override
  Kernels rest() {
    return now;
  }

  @Override
  public String tier() {
    return vector.tier();
  }

  @Override
  public void affine(
      int m,
      int n,
      int k,
      double[] a,
      int ao,
      int lda,
      double[] b,
      int bo,
      int ldb,
      double[] bias,
      int biasOffset,
      double[] c,
      int co,
      int ldc) {
    now.affine(m, n, k, a, ao, lda, b, bo, ldb, bias, biasOffset, c, co, ldc);
  }

  @Override
  public void gemmTwice(
      boolean transposeB,
      int m,
      int n,
      int k,
      double[] a,
      int ao,
      double[] secondA,
      int sao,
      int lda,
      double[] b,
      int bo,
      int ldb,
      double beta,
      double[] c,
      int co,
      double[] secondC,
      int sco,
      int ldc) {
    now.gemmTwice(
        transposeB, m, n, k, a, ao, secondA, sao, lda, b, bo, ldb, beta, c, co, secondC, sco, ldc);
  }
}
