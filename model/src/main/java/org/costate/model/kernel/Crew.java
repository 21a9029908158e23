package org.costate.model.kernel;

import java.util.concurrent.atomic.AtomicLongArray;

/// Threads that live as long as the sweep they serve, and wait when there is nothing to do. The
/// calling thread is member 0 and works too; with one member there is no other thread.
///
/// A sweep over one sequence hands over work every few microseconds. So whoever waits looks again
/// for a while, see [Patience], and only then sleeps on a monitor: between sweeps nobody spins.
/// Monitors instead of the concurrency library's conditions: those allocate a node per wait.
public final class Crew implements AutoCloseable {
  /// What every member does once per [#run]; must not throw.
  public interface Work {
    /// Does the share of one member.
    void run(int member);
  }

  /// How the names of the threads begin.
  public static final String THREAD_NAME = "sweep-";

  // Places among the signals, so far apart that each has a cache line of its own and that the line
  // next to it holds none.
  private static final int APART = 16;
  private static final int ROUND = APART;
  private static final int BUSY = 2 * APART;
  private static final int ASLEEP = 3 * APART;

  /// The round after the last.
  private static final long CLOSED = -1;

  private final Object lock = new Object();
  private final Thread[] threads;
  private final AtomicLongArray signals = new AtomicLongArray(4 * APART);
  private final Patience.Condition allDone = () -> signals.get(BUSY) == 0;
  private Work work;
  private volatile boolean callerSleeps;

  /// @param members threads, the calling one included
  public Crew(int members) {
    threads = new Thread[members - 1];
    for (int i = 0; i < threads.length; i++) {
      int member = i + 1;
      threads[i] =
          Thread.ofPlatform().daemon().name(THREAD_NAME + member).start(new Member(member)::serve);
    }
  }

  /// Number of threads, the calling one included.
  public int members() {
    return threads.length + 1;
  }

  /// The most of `count` that one member gets, dealt in multiples of `granule`.
  public int share(int count, int granule) {
    return Math.ceilDiv(Math.ceilDiv(count, members()), granule) * granule;
  }

  /// Refuses when the crew is closed.
  ///
  /// @throws IllegalStateException if it is
  public void requireOpen() {
    if (signals.get(ROUND) == CLOSED) {
      throw new IllegalStateException("sweep: found it closed, expected it open");
    }
  }

  /// Lets every member do `newWork` and returns when all have. Calls must not overlap. The write to
  /// the round publishes the work, and only the caller writes it.
  ///
  /// @throws IllegalStateException if it is closed
  public void run(Work newWork) {
    requireOpen();
    work = newWork;
    signals.setPlain(BUSY, threads.length);
    signals.set(ROUND, signals.getPlain(ROUND) + 1);
    if (signals.get(ASLEEP) > 0) {
      synchronized (lock) {
        lock.notifyAll();
      }
    }
    newWork.run(0);
    if (!Patience.awaits(allDone)) {
      sleepUntilDone();
    }
  }

  private void sleepUntilDone() {
    boolean interrupted = false;
    synchronized (lock) {
      callerSleeps = true;
      while (!allDone.holds()) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true; // the others still write into our arrays: wait, then pass it on
        }
      }
      callerSleeps = false;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    signals.set(ROUND, CLOSED);
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  /// A thread other than the caller; what it waits for is the round after those it has done.
  private final class Member implements Patience.Condition {
    private final int number;
    private long done;

    Member(int number) {
      this.number = number;
    }

    @Override
    public boolean holds() {
      return signals.get(ROUND) != done;
    }

    void serve() {
      while (awaitWork()) {
        done++; // there is no next round before this one is over
        work.run(number);
        if (signals.decrementAndGet(BUSY) == 0 && callerSleeps) {
          synchronized (lock) {
            lock.notifyAll();
          }
        }
      }
    }

    /// Waits for the next round; false if there will be none.
    private boolean awaitWork() {
      if (!Patience.awaits(this)) {
        sleepUntilWork();
      }
      return signals.get(ROUND) != CLOSED;
    }

    private void sleepUntilWork() {
      synchronized (lock) {
        signals.incrementAndGet(ASLEEP);
        while (!holds()) {
          try {
            lock.wait();
          } catch (InterruptedException e) {
            // Nobody else knows this thread, and whoever runs the sweep counts on it: wait again.
          }
        }
        signals.decrementAndGet(ASLEEP);
      }
    }
  }
}
