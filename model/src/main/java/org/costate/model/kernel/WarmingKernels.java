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
  boolean hasOwnProduct(int m, int n, int k) {
    return false;
  }

  @Override
  public String tier() {
    return vector.tier();
  }
}
