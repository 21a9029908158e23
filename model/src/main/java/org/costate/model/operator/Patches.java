package org.costate.model.operator;

import org.costate.model.state.Slice;

/// The patches of an image as rows of a matrix, in the order that [PatchEmbedding] describes.
final class Patches {
  private Patches() {}

  /// The patches of image `b` as rows of `x`.
  static void gather(PatchEmbedding e, Slice u, int b, Slice x) {
    double[] image = u.array();
    double[] rows = x.array();
    for (int line = 0; line < x.length() / e.patch(); line++) {
      int from = u.offset() + pixel(e, b, line);
      int to = x.offset() + line * e.patch();
      for (int i = 0; i < e.patch(); i++) {
        rows[to + i] = image[from + i * e.channels()];
      }
    }
  }

  /// The adjoint of [#gather]: adds.
  static void scatter(PatchEmbedding e, Slice x, int b, Slice bar) {
    double[] image = bar.array();
    double[] rows = x.array();
    for (int line = 0; line < x.length() / e.patch(); line++) {
      int to = bar.offset() + pixel(e, b, line);
      int from = x.offset() + line * e.patch();
      for (int i = 0; i < e.patch(); i++) {
        image[to + i * e.channels()] += rows[from + i];
      }
    }
  }

  /// Where in a state the first element of a line of `patch` pixels of one channel lies; the lines
  /// are counted in the order of the patches of image `b`.
  private static int pixel(PatchEmbedding e, int b, int line) {
    int number = line / (e.patch() * e.channels());
    int channel = line / e.patch() % e.channels();
    int row = number / (e.imageWidth() / e.patch()) * e.patch() + line % e.patch();
    int column = number % (e.imageWidth() / e.patch()) * e.patch();
    return ((b * e.imageHeight() + row) * e.imageWidth() + column) * e.channels() + channel;
  }
}
