package org.costate.adjoint.sweep;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.costate.model.kernel.Patience;

/// The order in which the chunks of an ensemble add to one gradient.
///
/// On its way back every chunk goes through the same passages: the stages behind the steps, the
/// parts of the steps from the last to the first, the stages in front. Where no two passages touch
/// the same controls, a chunk adds in a passage as soon as the chunk before it has left that
/// passage, a stretch behind it rather than after it: every number is still the sum over the chunks
/// in their order, the same to the bit for any number of threads; no thread needs a gradient of its
/// own, and the stretch that is added to is in a cache.
final class Succession {
  /// More than any number of passages.
  private static final int ENDED = Integer.MAX_VALUE;

  private final Object lock = new Object();
  private final AtomicInteger asleep = new AtomicInteger();
  private volatile int failedChunk = ENDED;

  /// Passages that each chunk has left.
  private AtomicIntegerArray left = new AtomicIntegerArray(1);

  /// Begins a new ensemble.
  void begin(int chunks) {
    if (left.length() < chunks) {
      left = new AtomicIntegerArray(chunks);
    }
    for (int i = 0; i < left.length(); i++) {
      left.setPlain(i, 0);
    }
    failedChunk = ENDED;
  }

  /// Lets everyone behind `chunk` know that it will not come through; the first such chunk counts.
  void fail(int chunk) {
    synchronized (lock) {
      failedChunk = Math.min(failedChunk, chunk);
      lock.notifyAll();
    }
  }

  /// Whether a chunk will not come through.
  boolean hasFailed() {
    return failedChunk < ENDED;
  }

  private boolean mustWait(int chunk, int passage) {
    return left.get(chunk - 1) <= passage && failedChunk >= chunk;
  }

  private void sleep(int chunk, int passage) {
    boolean interrupted = false;
    synchronized (lock) {
      asleep.incrementAndGet();
      while (mustWait(chunk, passage)) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true; // the chunk before still comes: wait for it, then pass it on
        }
      }
      asleep.decrementAndGet();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void leave(int chunk, int passages) {
    left.set(chunk, passages);
    if (asleep.get() > 0) {
      synchronized (lock) {
        lock.notifyAll();
      }
    }
  }

  /// Where one thread is in the succession.
  final class Place {
    private final Patience.Condition isClear = () -> !mustWait(this.chunk, this.awaited);
    private boolean follows;
    private int chunk;
    private int passage;
    private int awaited;

    /// Begins a chunk.
    ///
    /// @param adding whether it adds to the gradient of the chunks before, rather than to one of
    ///     its own
    void begin(int newChunk, boolean adding) {
      chunk = newChunk;
      follows = adding && newChunk > 0;
    }

    /// Begins with the first passage.
    void rewind() {
      passage = 0;
    }

    /// Whether the chunk adds where others have added before.
    boolean follows() {
      return follows;
    }

    /// Waits for the chunk before to leave the passage that this one is about to add in.
    ///
    /// @throws CancellationException if a chunk before failed
    void enter() {
      if (follows) {
        await(passage);
      }
    }

    private void await(int awaitedPassage) {
      awaited = awaitedPassage;
      if (!Patience.awaits(isClear)) {
        sleep(chunk, awaited);
      }
      if (failedChunk < chunk) {
        throw new CancellationException("sweep: found that a chunk before this one failed");
      }
    }

    /// Lets the next chunk add in this passage.
    void leave() {
      Succession.this.leave(chunk, ++passage);
    }

    /// Waits for the end of the chunk before.
    ///
    /// @throws CancellationException if a chunk before failed
    void awaitOthers() {
      if (chunk > 0) {
        await(ENDED - 1);
      }
    }

    /// Ends the chunk.
    void end() {
      Succession.this.leave(chunk, ENDED);
    }
  }
}
