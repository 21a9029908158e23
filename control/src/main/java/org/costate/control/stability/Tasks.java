package org.costate.control.stability;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Work that does not depend on each other, on some threads. What a piece gives does not depend on
/// how many they are: each has scratch of its own.
final class Tasks implements AutoCloseable {
  private final ExecutorService pool;

  Tasks(int threads) {
    pool = Executors.newFixedThreadPool(threads);
  }

  /// Something that is being computed.
  record Promise<T>(Future<T> future) {
    /// Waits for it.
    ///
    /// @throws RuntimeException what the computation threw
    T result() {
      try {
        return future.get();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException failure -> throw failure;
          case Error failure -> throw failure;
          default -> throw new IllegalStateException(e.getCause());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("stability: interrupted", e);
      }
    }
  }

  /// Hands over work; it begins in the order in which it was handed over.
  <T> Promise<T> begin(Callable<T> work) {
    return new Promise<>(pool.submit(work));
  }

  /// Drops what has not begun and waits for the rest.
  @Override
  public void close() {
    pool.shutdownNow();
    pool.close();
  }
}
