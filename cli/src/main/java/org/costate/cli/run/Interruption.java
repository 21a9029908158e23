package org.costate.cli.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Turns Ctrl-C into a request: the job that runs sees it between two iterations, keeps what it has
/// and ends.
public final class Interruption {
  /// Exit code of an interrupted run.
  public static final int EXIT_CODE = 130;

  private static final long PATIENCE_SECONDS = 60;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean requested;

  private Interruption() {}

  /// Watches for the end of the process from now on.
  public static Interruption watch() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::waitForTheJob, "interruption"));
    return interruption;
  }

  /// Whether the job shall end as soon as it has a state to keep.
  public boolean requested() {
    return requested;
  }

  /// Says that everything is kept: the process may end.
  public void finish() {
    finished.countDown();
  }

  private void waitForTheJob() {
    if (finished.getCount() == 0) {
      return;
    }
    requested = true;
    try {
      boolean unused = finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
