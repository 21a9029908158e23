package org.costate.control.train;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.costate.model.state.Batch;

/// Draws a mini-batch for every iteration: a function of the seed and the iteration alone.
///
/// An epoch goes through members `phase, phase + stride, phase + 2 stride, …` in random order, each
/// once; the phase below `stride` is drawn anew for every epoch. With `stride` 1 an epoch goes
/// through all members; with the context of a text as stride, through all of the text once, cut
/// into windows at other places in every epoch.
///
/// Not thread-safe: remembers the order of the last epoch.
public final class MiniBatches {
  private final Dataset data;
  private final int count;
  private final int stride;
  private final RandomStreams streams;
  private final boolean whole;
  private long epoch = -1;
  private int phase;
  private int[] order = {};

  /// @param count members per mini-batch
  /// @throws IllegalArgumentException if the count or the stride does not fit the data
  public MiniBatches(Dataset data, int count, int stride, long seed) {
    this(data, count, stride, seed, stride == 1 && count == data.size());
  }

  /// The same batch in every iteration, members `0, stride, 2 stride, …`: one fixed objective.
  ///
  /// @throws IllegalArgumentException if the stride does not fit the data
  public static MiniBatches whole(Dataset data, int stride) {
    return new MiniBatches(data, Math.ceilDiv(data.size(), Math.max(1, stride)), stride, 0, true);
  }

  private MiniBatches(Dataset data, int count, int stride, long seed, boolean whole) {
    if (count < 1 || stride < 1 || stride > data.size()) {
      throw new IllegalArgumentException(
          "mini-batches: found "
              + count
              + " members per batch and stride "
              + stride
              + ", expected both at least 1 and the stride at most the "
              + data.size()
              + " members");
    }
    this.data = data;
    this.count = count;
    this.stride = stride;
    this.whole = whole;
    this.streams = new RandomStreams(seed);
  }

  /// Members of one epoch.
  public int epochSize() {
    return data.size() / stride;
  }

  /// Whether every mini-batch is the whole data set, in its own order: one fixed objective.
  public boolean isWhole() {
    return whole;
  }

  /// Members per mini-batch.
  public int count() {
    return count;
  }

  /// The members of the mini-batch of `iteration`, from 0. A batch may reach into the next epoch.
  public int[] members(long iteration) {
    int[] members = new int[count];
    if (isWhole()) {
      Arrays.setAll(members, b -> b * stride);
      return members;
    }
    for (int b = 0; b < count; b++) {
      long drawn = Math.addExact(Math.multiplyExact(iteration, (long) count), (long) b);
      prepare(drawn / epochSize());
      members[b] = phase + stride * order[(int) (drawn % epochSize())];
    }
    return members;
  }

  /// The mini-batch of `iteration`, from 0.
  public Batch draw(long iteration) {
    return data.batch(members(iteration));
  }

  private void prepare(long wanted) {
    if (wanted == epoch) {
      return;
    }
    RandomGenerator random = streams.stream("epoch", wanted);
    phase = random.nextInt(stride);
    order = new int[epochSize()];
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    epoch = wanted;
  }
}
