package org.costate.model.kernel;

/// How long whoever waits for another thread looks again before it sleeps.
///
/// What threads of a sweep hand each other comes every few microseconds, far more often than a
/// sleeping thread could be woken; but a thread that waits between sweeps must not spin.
///
/// Waiting writes nothing to memory: a count on the heap may come to lie in the cache line that the
/// other thread is to write, and then every look would take that line away from it.
public final class Patience {
  /// Nanoseconds of looking again: about what it costs to be woken.
  private static final long NANOSECONDS = 50_000;

  /// Looks between two glances at the clock.
  private static final int LOOKS = 16;

  private Patience() {}

  /// What is waited for. Keep one object for many waits: waiting allocates nothing.
  public interface Condition {
    /// Whether it has come.
    boolean holds();
  }

  /// Looks until the condition holds, or for as long as looking is worth while; returns whether it
  /// holds.
  public static boolean awaits(Condition condition) {
    long until = 0;
    for (int looks = 1; !condition.holds(); looks++) {
      Thread.onSpinWait();
      if (looks % LOOKS == 0) {
        long now = System.nanoTime();
        if (looks == LOOKS) {
          until = now + NANOSECONDS;
        } else if (now - until >= 0) {
          return false;
        }
      }
    }
    return true;
  }
}
