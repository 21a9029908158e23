package org.costate.model.kernel;

import java.util.concurrent.atomic.AtomicInteger;

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

  private final Object lock = new Object();
  private final Thread[] threads;
  private final Patience patience = new Patience();
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicInteger asleep = new AtomicInteger();
  private Work work;
  private volatile long round;
  private volatile boolean callerSleeps;
  private volatile boolean closed;

  /// @param members threads, the calling one included
  public Crew(int members) {
    threads = new Thread[members - 1];
    for (int i = 0; i < threads.length; i++) {
      int member = i + 1;
      threads[i] =
          Thread.ofPlatform().daemon().name(THREAD_NAME + member).start(() -> serve(member));
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
    if (closed) {
      throw new IllegalStateException("sweep: found it closed, expected it open");
    }
  }

  /// Lets every member do `newWork` and returns when all have. Calls must not overlap. The write to
  /// the round publishes the work, and only the caller writes it.
  ///
  /// @throws IllegalStateException if it is closed
  @SuppressWarnings("NonAtomicVolatileUpdate")
  public void run(Work newWork) {
    requireOpen();
    work = newWork;
    busy.set(threads.length);
    round++;
    if (asleep.get() > 0) {
      synchronized (lock) {
        lock.notifyAll();
      }
    }
    newWork.run(0);
    if (!isDoneSoon()) {
      sleepUntilDone();
    }
  }

  private boolean isDoneSoon() {
    patience.begin();
    while (busy.get() > 0) {
      if (!patience.lasts()) {
        return false;
      }
    }
    return true;
  }

  private void sleepUntilDone() {
    boolean interrupted = false;
    synchronized (lock) {
      callerSleeps = true;
      while (busy.get() > 0) {
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

  private void serve(int member) {
    Patience own = new Patience();
    long done = 0;
    while (awaitWork(done, own)) {
      done++; // there is no next round before this one is over
      work.run(member);
      if (busy.decrementAndGet() == 0 && callerSleeps) {
        synchronized (lock) {
          lock.notifyAll();
        }
      }
    }
  }

  /// Waits for the round after `done`; false if there will be none.
  private boolean awaitWork(long done, Patience own) {
    own.begin();
    while (round == done && !closed) {
      if (!own.lasts()) {
        return sleepUntilWork(done);
      }
    }
    return !closed;
  }

  private boolean sleepUntilWork(long done) {
    synchronized (lock) {
      asleep.incrementAndGet();
      while (round == done && !closed) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          // Nobody else knows this thread, and whoever runs the sweep counts on it: wait again.
        }
      }
      asleep.decrementAndGet();
    }
    return !closed;
  }

  @Override
  public void close() {
    closed = true;
    synchronized (lock) {
      lock.notifyAll();
    }
  }
}
