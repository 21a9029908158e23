package org.costate.control.cost;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Measures what code allocates.
final class Allocation {
  private static final int REPEATS = 500;

  private Allocation() {}

  /// Fails if `code` allocates on this thread once it is warm.
  static void assertNone(Runnable code) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().threadId();
    for (int i = 0; i < 20_000; i++) {
      code.run();
    }
    long before = threads.getThreadAllocatedBytes(id);
    for (int i = 0; i < REPEATS; i++) {
      code.run();
    }
    long bytes = threads.getThreadAllocatedBytes(id) - before;
    assertTrue(bytes < 8L * REPEATS, bytes + " bytes in " + REPEATS + " calls");
  }
}
