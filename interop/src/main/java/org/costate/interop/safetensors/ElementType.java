package org.costate.interop.safetensors;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The number types of a safetensors file that Costate reads and writes. Every one converts to a
/// double without error, but [#I64], which does so up to 2^53 in magnitude.
public enum ElementType {
  /// IEEE 754 double.
  F64(8),
  /// IEEE 754 single.
  F32(4),
  /// IEEE 754 half.
  F16(2),
  /// The upper half of an IEEE 754 single.
  BF16(2),
  /// Signed 64-bit integer.
  I64(8),
  /// Signed 32-bit integer.
  I32(4),
  /// Signed 16-bit integer.
  I16(2),
  /// Signed 8-bit integer.
  I8(1),
  /// Unsigned 8-bit integer.
  U8(1),
  /// One byte, 0 or 1.
  BOOL(1);

  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /// Size of one element.
  public int bytes() {
    return bytes;
  }

  /// Whether elements are real numbers, as weights are.
  public boolean isReal() {
    return switch (this) {
      case F64, F32, F16, BF16 -> true;
      case I64, I32, I16, I8, U8, BOOL -> false;
    };
  }

  /// The `count` elements of `data` from byte `at` on, as doubles, into `target` from `offset` on.
  void decode(MemorySegment data, long at, int count, double[] target, int offset) {
    switch (this) {
      case F64 -> MemorySegment.copy(data, DOUBLE, at, target, offset, count);
      case F32 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = data.get(FLOAT, at + 4L * i);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = Float.float16ToFloat(data.get(SHORT, at + 2L * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = Float.intBitsToFloat(data.get(SHORT, at + 2L * i) << 16);
        }
      }
      case I64, I32, I16, I8, U8, BOOL -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = integer(data, at + (long) bytes * i);
        }
      }
    }
  }

  /// The integer at byte `at` of `data`; only for integer types.
  long integer(MemorySegment data, long at) {
    return switch (this) {
      case I64 -> data.get(LONG, at);
      case I32 -> data.get(INT, at);
      case I16 -> data.get(SHORT, at);
      case I8 -> data.get(ValueLayout.JAVA_BYTE, at);
      case U8, BOOL -> Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, at));
      case F64, F32, F16, BF16 -> throw new IllegalStateException(this + " is no integer type");
    };
  }

  /// Writes `value` at byte `at` of `data`; returns whether this type can hold it: real types round
  /// to nearest, but a finite number must stay finite; integer types hold integers in their range.
  boolean encode(double value, MemorySegment data, long at) {
    switch (this) {
      case F64 -> data.set(DOUBLE, at, value);
      case F32 -> data.set(FLOAT, at, (float) value);
      case F16 -> data.set(SHORT, at, Float.floatToFloat16((float) value));
      case BF16 -> data.set(SHORT, at, bfloat16((float) value));
      case I64 -> data.set(LONG, at, (long) value);
      case I32 -> data.set(INT, at, (int) value);
      case I16 -> data.set(SHORT, at, (short) value);
      case I8, U8, BOOL -> data.set(ValueLayout.JAVA_BYTE, at, (byte) (long) value);
    }
    if (isReal()) {
      return !Double.isFinite(value) || Double.isFinite(real(data, at));
    }
    return integer(data, at) == value && (this != BOOL || value == 0 || value == 1);
  }

  private double real(MemorySegment data, long at) {
    double[] one = new double[1];
    decode(data, at, 1, one, 0);
    return one[0];
  }

  /// Rounds to nearest, ties to even.
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
