package org.costate.model.state;

import java.util.Objects;

/// A stretch of a flat, row-major array of doubles: elements `offset … offset + length − 1`.
///
/// A slice is a view, never a copy. Slices that come out of a [Workspace] are recycled when their
/// frame is left; slices made by the factories below never change.
public final class Slice {
  /// The absent slice: length zero, for example controls whose gradient is not wanted.
  public static final Slice NONE = new Slice(new double[0], 0, 0);

  private double[] array;
  private int offset;
  private int length;

  private Slice(double[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  /// The whole of `array`.
  public static Slice of(double[] array) {
    return new Slice(array, 0, array.length);
  }

  /// Elements `offset … offset + length − 1` of `array`.
  ///
  /// @throws IndexOutOfBoundsException if the stretch leaves the array
  public static Slice of(double[] array, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, array.length);
    return new Slice(array, offset, length);
  }

  /// A new view of elements `from … from + count − 1` of this slice. Allocates: inside a sweep take
  /// views from [Workspace#view] instead.
  public Slice part(int from, int count) {
    Objects.checkFromIndexSize(from, count, length);
    return new Slice(array, offset + from, count);
  }

  /// For [Workspace] alone: an empty view to be pointed somewhere later.
  static Slice recyclable() {
    return new Slice(NONE.array, 0, 0);
  }

  /// For [Workspace] alone: points this view elsewhere.
  Slice point(double[] newArray, int newOffset, int newLength) {
    Objects.checkFromIndexSize(newOffset, newLength, newArray.length);
    array = newArray;
    offset = newOffset;
    length = newLength;
    return this;
  }

  /// The array behind this view.
  public double[] array() {
    return array;
  }

  /// Index in [#array] of the first element.
  public int offset() {
    return offset;
  }

  /// Number of elements.
  public int length() {
    return length;
  }

  /// Whether there is nothing to read or write: what [#NONE] says.
  public boolean isNone() {
    return length == 0;
  }

  /// Element `i` of this slice.
  public double at(int i) {
    return array[offset + Objects.checkIndex(i, length)];
  }

  /// Sets every element to `value`.
  public void fill(double value) {
    java.util.Arrays.fill(array, offset, offset + length, value);
  }

  /// Copies all elements of `source`, which must have this length.
  public void copyFrom(Slice source) {
    if (source.length != length) {
      throw new IllegalArgumentException(
          "slice: found " + source.length + " elements to copy, expected " + length);
    }
    System.arraycopy(source.array, source.offset, array, offset, length);
  }

  /// The elements in a new array.
  public double[] toArray() {
    return java.util.Arrays.copyOfRange(array, offset, offset + length);
  }

  @Override
  public String toString() {
    return "Slice[offset=" + offset + ", length=" + length + "]";
  }
}
