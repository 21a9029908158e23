package org.costate.model.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.costate.model.kernel.Crew;
import org.costate.model.kernel.DividedKernels;
import org.costate.model.kernel.Kernels;

/// Scratch of one thread: numbers, and the views, points and variations that point at them, taken
/// in frames.
///
/// An operator calls [#enter], takes what it needs, and calls [#leave]; everything taken since is
/// then given back at once. After a first sweep nothing is allocated any more. Scratch is not
/// zeroed: it holds whatever the last frame left.
///
/// Not thread-safe: one workspace belongs to one thread. With a [Crew] it divides large work among
/// the crew's threads, without changing a bit of any result; see [#divide].
public final class Workspace {
  private final Kernels kernels;
  private final Optional<Division> division;
  private final double[] scratch;
  private int top;
  private boolean isDivided;

  private final Pool<Slice> slices = new Pool<>(Slice::recyclable);
  private final Pool<Point> points = new Pool<>(Point::recyclable);
  private final Pool<Variation> variations = new Pool<>(Variation::recyclable);
  private final List<Slice[]> tables = new ArrayList<>();
  private int tablesUsed;

  private int[] frames = new int[64];
  private int depth;

  /// @param kernels the arithmetic that operators use
  /// @param capacity number of doubles: the largest `workSize` of the operators that will run
  public Workspace(Kernels kernels, int capacity) {
    this(kernels, capacity, Optional.empty());
  }

  /// @param kernels the arithmetic that operators use
  /// @param capacity number of doubles: the largest `workSize` of the operators that will run
  /// @param crew threads that share the work of this one while [#setDivided] says so
  public Workspace(Kernels kernels, int capacity, Optional<Crew> crew) {
    this.kernels = kernels;
    this.scratch = new double[capacity];
    this.division = crew.filter(c -> c.members() > 1).map(c -> new Division(kernels, c));
  }

  /// Whether the crew shares the work from now on; at first it does not.
  public void setDivided(boolean divided) {
    isDivided = divided && division.isPresent();
  }

  /// The arithmetic that operators use.
  public Kernels kernels() {
    return isDivided ? division.get().kernels() : kernels;
  }

  /// Does the parts `0 … parts − 1` of a job, each on one thread, in any order. The parts must not
  /// touch what another one writes.
  ///
  /// @param scratchSize doubles that a part claims at most
  /// @param part what does a part; without variables of its surroundings, so that nothing is
  ///     allocated
  /// @param job handed to every part
  /// @param s handed to every part
  /// @param operands handed to every part
  public <T> void divide(
      int parts, int scratchSize, Part<T> part, T job, Shape s, Slice[] operands) {
    if (isDivided && parts > 1) {
      division.get().run(parts, scratchSize, part, job, s, operands);
      return;
    }
    for (int i = 0; i < parts; i++) {
      part.run(job, i, s, operands, this);
    }
  }

  /// Does a job on rows `0 … rows − 1` that are independent of each other, each thread a stretch of
  /// them: what it leaves in its cache it finds there again. The stretches must not touch what
  /// another one writes. Where rows depend on each other in their last bits, see
  /// [Kernels#keepsRows], one thread does all, with kernels that divide.
  ///
  /// @param work multiplications of the whole job: what is not worth a hand-over stays whole
  /// @param scratchPerRow doubles that a stretch claims at most for each of its rows
  /// @param part as in [#divide]
  /// @param job handed to every stretch
  /// @param operands handed to every stretch
  public <T> void divideRows(
      int rows, long work, int scratchPerRow, RowsPart<T> part, T job, Slice[] operands) {
    if (isDivided && work >= DividedKernels.LEAST_PRODUCT && kernels.keepsRows()) {
      division.get().runRows(rows, scratchPerRow, part, job, operands);
    } else {
      part.run(job, 0, rows, operands, this);
    }
  }

  /// A stretch of the rows of [#divideRows].
  ///
  /// @param <T> the job
  public interface RowsPart<T> {
    /// Does rows `from … to − 1` in the workspace of the thread that got them.
    void run(T job, int from, int to, Slice[] operands, Workspace own);
  }

  /// A part of a job of [#divide].
  ///
  /// @param <T> the job
  public interface Part<T> {
    /// Does part `part` in the workspace of the thread that got it.
    void run(T job, int part, Shape s, Slice[] operands, Workspace own);
  }

  /// The array that [#claim] returns offsets into.
  public double[] scratch() {
    return scratch;
  }

  /// Opens a frame.
  public void enter() {
    if (depth + 5 > frames.length) {
      frames = java.util.Arrays.copyOf(frames, 2 * frames.length);
    }
    frames[depth++] = top;
    frames[depth++] = slices.used;
    frames[depth++] = points.used;
    frames[depth++] = variations.used;
    frames[depth++] = tablesUsed;
  }

  /// Closes the innermost frame: gives back all that was taken since its [#enter].
  public void leave() {
    tablesUsed = frames[--depth];
    variations.used = frames[--depth];
    points.used = frames[--depth];
    slices.used = frames[--depth];
    top = frames[--depth];
  }

  /// Closes all frames, after an error left some open.
  public void reset() {
    depth = 0;
    top = 0;
    slices.used = 0;
    points.used = 0;
    variations.used = 0;
    tablesUsed = 0;
    division.ifPresent(Division::reset);
  }

  /// Claims `count` doubles of [#scratch] and returns the offset of the first.
  ///
  /// @throws IllegalStateException if an operator takes more than it declared
  public int claim(int count) {
    int from = top;
    if (count < 0 || count > scratch.length - from) {
      throw new IllegalStateException(
          "workspace: found a claim of "
              + count
              + " doubles with "
              + (scratch.length - from)
              + " left of "
              + scratch.length
              + ", expected at most what workSize declares");
    }
    top = from + count;
    return from;
  }

  /// Claims `count` doubles and returns them as a view.
  public Slice take(int count) {
    int from = claim(count);
    return slices.next().point(scratch, from, count);
  }

  /// A view of elements `from … from + count − 1` of `whole`.
  public Slice view(Slice whole, int from, int count) {
    java.util.Objects.checkFromIndexSize(from, count, whole.length());
    return slices.next().point(whole.array(), whole.offset() + from, count);
  }

  /// A view of a stretch of `array`.
  public Slice view(double[] array, int offset, int count) {
    return slices.next().point(array, offset, count);
  }

  /// A point for an inner operator.
  public Point point(double t, double h, Shape shape, Slice u, Slice theta, Batch batch) {
    return points.next().move(t, h, shape, u, theta, batch);
  }

  /// A variation for an inner operator.
  public Variation variation(Slice u, Slice theta) {
    return variations.next().move(u, theta, Slice.NONE);
  }

  /// A direction for an inner operator, with the record of the tangent along it.
  public Variation variation(Slice u, Slice theta, Slice record) {
    return variations.next().move(u, theta, record);
  }

  /// A table of at least `count` slices, all [Slice#NONE]: the registers of a time step.
  public Slice[] table(int count) {
    if (tablesUsed == tables.size()) {
      tables.add(new Slice[count]);
    } else if (tables.get(tablesUsed).length < count) {
      tables.set(tablesUsed, new Slice[count]);
    }
    Slice[] table = tables.get(tablesUsed++);
    java.util.Arrays.fill(table, Slice.NONE);
    return table;
  }

  private static final class Pool<T> {
    private final Supplier<T> fresh;
    private final List<T> items = new ArrayList<>();
    private int used;

    Pool(Supplier<T> fresh) {
      this.fresh = fresh;
    }

    T next() {
      if (used == items.size()) {
        items.add(fresh.get());
      }
      return items.get(used++);
    }
  }
}
