package org.costate.model.kernel;

/// How long whoever waits for another thread looks again before it sleeps.
///
/// What threads of a sweep hand each other comes every few microseconds, far more often than a
/// sleeping thread could be woken; but a thread that waits between sweeps must not spin. One object
/// per waiting thread: waiting allocates nothing.
public final class Patience {
  /// Nanoseconds of looking again: about what it costs to be woken.
  private static final long NANOSECONDS = 50_000;

  /// Looks between two glances at the clock.
  private static final int LOOKS = 16;

  private int looks;
  private long until;

  /// Begins to wait.
  public void begin() {
    looks = 0;
  }

  /// Called after every look in vain: whether to look again rather than to sleep.
  public boolean lasts() {
    Thread.onSpinWait();
    if (++looks % LOOKS != 0) {
      return true;
    }
    long now = System.nanoTime();
    if (looks == LOOKS) {
      until = now + NANOSECONDS;
    }
    return now - until < 0;
  }
}
