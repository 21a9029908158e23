package org.costate.model.state;

import java.util.concurrent.atomic.AtomicInteger;
import org.costate.model.kernel.Crew;
import org.costate.model.kernel.DividedKernels;
import org.costate.model.kernel.Kernels;

/// How a [Workspace] divides work among the threads of a [Crew]: each has a workspace of its own,
/// undivided, and takes the next part that nobody has taken.
final class Division {
  /// Rows are dealt in multiples of this: whole tiles of a product.
  private static final int TILE_ROWS = 8;

  private final Crew crew;
  private final Kernels base;
  private final DividedKernels divided;
  private final Crew.Work share = this::share;
  private final Crew.Work shareRows = this::shareRows;
  private final AtomicInteger taken = new AtomicInteger();
  private final Workspace[] own;
  private int ownSize = -1;

  private int parts;
  private Workspace.Part<Object> part = (job, index, s, operands, w) -> {};
  private Workspace.RowsPart<Object> rowsPart = (job, from, to, operands, w) -> {};
  private Object job = "";
  private Shape shape = new Shape(1, 1);
  private Slice[] operands = {};
  private int failedPart;
  private Throwable failure;

  Division(Kernels base, Crew crew) {
    this.base = base;
    this.crew = crew;
    this.divided = new DividedKernels(base, crew);
    this.own = new Workspace[crew.members()];
  }

  /// Kernels that divide what is large.
  Kernels kernels() {
    return divided;
  }

  /// Forgets work that an error has left waiting.
  void reset() {
    divided.abandon();
  }

  /// As [Workspace#divide]. If parts fail, the failure of the first of them is thrown. A part only
  /// ever gets the job that came with it.
  @SuppressWarnings("unchecked")
  <T> void run(
      int count,
      int scratchSize,
      Workspace.Part<T> newPart,
      T newJob,
      Shape s,
      Slice[] newOperands) {
    makeRoom(scratchSize);
    parts = count;
    part = (Workspace.Part<Object>) newPart;
    job = newJob;
    shape = s;
    operands = newOperands;
    taken.set(0);
    run(share);
  }

  /// As [Workspace#divideRows].
  @SuppressWarnings("unchecked")
  <T> void runRows(
      int count, int scratchPerRow, Workspace.RowsPart<T> newPart, T newJob, Slice[] newOperands) {
    makeRoom(Math.multiplyExact(scratchPerRow, crew.share(count, TILE_ROWS)));
    parts = count;
    rowsPart = (Workspace.RowsPart<Object>) newPart;
    job = newJob;
    operands = newOperands;
    run(shareRows);
  }

  private void run(Crew.Work work) {
    failedPart = Integer.MAX_VALUE;
    failure = null;
    crew.run(work);
    if (failure instanceof Error error) {
      throw error;
    } else if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
  }

  private void makeRoom(int scratchSize) {
    if (ownSize < scratchSize) {
      for (int i = 0; i < own.length; i++) {
        own[i] = new Workspace(base, scratchSize);
      }
      ownSize = scratchSize;
    }
  }

  private void share(int member) {
    Workspace w = own[member];
    for (int i = taken.getAndIncrement(); i < parts; i = taken.getAndIncrement()) {
      try {
        part.run(job, i, shape, operands, w);
      } catch (RuntimeException | Error e) {
        w.reset();
        fail(i, e);
      }
    }
  }

  private void shareRows(int member) {
    int each = crew.share(parts, TILE_ROWS);
    int from = Math.min(parts, member * each);
    int to = Math.min(parts, from + each);
    Workspace w = own[member];
    try {
      if (from < to) {
        rowsPart.run(job, from, to, operands, w);
      }
    } catch (RuntimeException | Error e) {
      w.reset();
      fail(member, e);
    }
  }

  private synchronized void fail(int index, Throwable e) {
    if (index < failedPart) {
      failedPart = index;
      failure = e;
    }
  }
}
