package org.costate.interop.safetensors;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The bytes of a segment as a stream, without a copy of the whole.
final class SegmentStream extends InputStream {
  private final MemorySegment segment;
  private long at;

  SegmentStream(MemorySegment segment) {
    this.segment = segment;
  }

  @Override
  public int read() {
    return at == segment.byteSize()
        ? -1
        : Byte.toUnsignedInt(segment.get(ValueLayout.JAVA_BYTE, at++));
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    long left = segment.byteSize() - at;
    if (left == 0 && length > 0) {
      return -1;
    }
    int count = (int) Math.min(left, length);
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at, target, offset, count);
    at += count;
    return count;
  }
}
