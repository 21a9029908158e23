package org.costate.interop.weights;

import java.util.Arrays;

/// A view of a flat array as an array of several dimensions: element `(i_0, i_1, …)` lies at
/// `base + Σ_j i_j · stride_j`. Slices, transpositions and permutations of a matrix are views of
/// the same numbers.
public final class StridedView {
  private final int base;
  private final int[] sizes;
  private final int[] strides;

  private StridedView(int base, int[] sizes, int[] strides) {
    this.base = base;
    this.sizes = sizes;
    this.strides = strides;
  }

  /// A row-major matrix that begins at `base`.
  public static StridedView matrix(int base, int rows, int cols) {
    return new StridedView(base, new int[] {rows, cols}, new int[] {cols, 1});
  }

  /// Where element `(0, 0, …)` lies.
  public int first() {
    return base;
  }

  /// Number of elements.
  public int count() {
    int count = 1;
    for (int size : sizes) {
      count *= size;
    }
    return count;
  }

  /// Sizes of the dimensions.
  public int[] sizes() {
    return sizes.clone();
  }

  /// Places `from … from + count − 1` of one dimension.
  public StridedView narrow(int axis, int from, int count) {
    java.util.Objects.checkFromIndexSize(from, count, sizes[axis]);
    int[] narrowed = sizes.clone();
    narrowed[axis] = count;
    return new StridedView(base + from * strides[axis], narrowed, strides);
  }

  /// The matrix with rows and columns exchanged.
  public StridedView transpose() {
    return permute(1, 0);
  }

  /// The dimensions in another order: dimension `j` of the result is `axes[j]` of this.
  public StridedView permute(int... axes) {
    int[] newSizes = Arrays.stream(axes).map(a -> sizes[a]).toArray();
    int[] newStrides = Arrays.stream(axes).map(a -> strides[a]).toArray();
    return new StridedView(base, newSizes, newStrides);
  }

  /// One dimension seen as several, the last running fastest.
  ///
  /// @throws IllegalArgumentException if their product is not its size
  public StridedView split(int axis, int... parts) {
    int product = 1;
    for (int part : parts) {
      product *= part;
    }
    if (product != sizes[axis]) {
      throw new IllegalArgumentException(
          "strided view: found parts of product " + product + ", expected " + sizes[axis]);
    }
    int[] newSizes = new int[sizes.length + parts.length - 1];
    int[] newStrides = new int[newSizes.length];
    int stride = strides[axis];
    System.arraycopy(sizes, 0, newSizes, 0, axis);
    System.arraycopy(strides, 0, newStrides, 0, axis);
    for (int j = parts.length - 1; j >= 0; j--) {
      newSizes[axis + j] = parts[j];
      newStrides[axis + j] = stride;
      stride *= parts[j];
    }
    int behind = sizes.length - axis - 1;
    System.arraycopy(sizes, axis + 1, newSizes, axis + parts.length, behind);
    System.arraycopy(strides, axis + 1, newStrides, axis + parts.length, behind);
    return new StridedView(base, newSizes, newStrides);
  }

  /// Copies elements `from … from + count − 1`, counted row-major through this view, out of `array`
  /// into the beginning of `piece`.
  public void gather(double[] array, long from, int count, double[] piece) {
    walk(
        from,
        count,
        (at, stride, begin, run) -> {
          for (int i = 0; i < run; i++) {
            piece[begin + i] = array[at + i * stride];
          }
        });
  }

  /// Copies the beginning of `piece` to elements `from … from + count − 1`, counted row-major
  /// through this view, of `array`.
  public void scatter(double[] piece, long from, int count, double[] array) {
    walk(
        from,
        count,
        (at, stride, begin, run) -> {
          for (int i = 0; i < run; i++) {
            array[at + i * stride] = piece[begin + i];
          }
        });
  }

  /// Elements `at, at + stride, …` of the array, elements `begin … begin + run − 1` of the piece.
  private interface Run {
    void copy(int at, int stride, int begin, int run);
  }

  private void walk(long from, int count, Run run) {
    int last = sizes.length - 1;
    int done = 0;
    while (done < count) {
      long rest = from + done;
      int column = (int) (rest % sizes[last]);
      rest /= sizes[last];
      int at = base + column * strides[last];
      for (int j = last - 1; j >= 0; j--) {
        at += (int) (rest % sizes[j]) * strides[j];
        rest /= sizes[j];
      }
      int length = Math.min(count - done, sizes[last] - column);
      run.copy(at, strides[last], done, length);
      done += length;
    }
  }
}
