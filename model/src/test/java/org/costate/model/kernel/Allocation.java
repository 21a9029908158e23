package org.costate.model.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;

/// Measures what code allocates on the threads that compute: the calling one and those of the crews
/// that live. Other threads do not count: whatever runs the tests has threads of its own, and one
/// of them flushes its streams, and allocates, ten times a second.
public final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /// Fails unless some round allocates nothing. Compilation happens beside us, and code that is not
  /// compiled yet may allocate: what counts is that it gets to nothing.
  ///
  /// @param rounds how many there are at most; the first that allocates nothing is the last
  public static void assertGetsToNothing(int rounds, String what, Runnable round) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < rounds && least > 0; i++) {
      least = Math.min(least, bytes(round));
    }
    assertEquals(0, least, "bytes in the best of " + rounds + " rounds: " + what);
  }

  /// Bytes that `code` allocates; crews that it makes itself do not count.
  static long bytes(Runnable code) {
    long[] crews =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith(Crew.THREAD_NAME))
            .mapToLong(Thread::threadId)
            .toArray();
    long[] before = THREADS.getThreadAllocatedBytes(crews);
    long own = THREADS.getCurrentThreadAllocatedBytes();
    code.run();
    own = THREADS.getCurrentThreadAllocatedBytes() - own;
    return own + grown(before, THREADS.getThreadAllocatedBytes(crews));
  }

  /// What was allocated between the two; a thread that has ended shows -1.
  private static long grown(long[] before, long[] after) {
    return IntStream.range(0, before.length)
        .filter(i -> before[i] >= 0 && after[i] >= 0)
        .mapToLong(i -> after[i] - before[i])
        .sum();
  }
}
