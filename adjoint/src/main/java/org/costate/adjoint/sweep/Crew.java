package org.costate.adjoint.sweep;

/// Threads that live as long as the sweep they serve, and wait when there is nothing to do. The
/// calling thread is member 0 and works too; with one member there is no other thread.
///
/// Monitors instead of the concurrency library's conditions: those allocate a node per wait.
final class Crew implements AutoCloseable {
  /// What every member does once per [#run]; must not throw.
  interface Work {
    void run(int member);
  }

  private final Object lock = new Object();
  private final Thread[] threads;
  private Work work;
  private long round;
  private int busy;
  private boolean closed;

  Crew(int members) {
    threads = new Thread[members - 1];
    for (int i = 0; i < threads.length; i++) {
      int member = i + 1;
      threads[i] = Thread.ofPlatform().daemon().name("sweep-" + member).start(() -> serve(member));
    }
  }

  int members() {
    return threads.length + 1;
  }

  /// Lets every member do `newWork` and returns when all have.
  void run(Work newWork) {
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("sweep: found it closed, expected it open");
      }
      work = newWork;
      busy = threads.length;
      round++;
      lock.notifyAll();
    }
    newWork.run(0);
    boolean interrupted = false;
    synchronized (lock) {
      while (busy > 0) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true; // the others still write into our arrays: wait, then pass it on
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(int member) {
    long done = 0;
    while (true) {
      Work next;
      synchronized (lock) {
        while (round == done && !closed) {
          try {
            lock.wait();
          } catch (InterruptedException e) {
            return; // nobody else knows this thread
          }
        }
        if (closed) {
          return;
        }
        done = round;
        next = work;
      }
      next.run(member);
      synchronized (lock) {
        busy--;
        lock.notifyAll();
      }
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }
}
