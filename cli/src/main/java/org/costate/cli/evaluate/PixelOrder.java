package org.costate.cli.evaluate;

/// The two orders of the numbers of images: `[batch, channels, pixels]` in files,
/// `[batch, pixels, channels]` in states.
final class PixelOrder {
  private PixelOrder() {}

  static double[] byPixel(double[] byChannel, int batch, int channels, int pixels) {
    return exchanged(byChannel, batch, channels, pixels);
  }

  static double[] byChannel(double[] byPixel, int batch, int channels, int pixels) {
    return exchanged(byPixel, batch, pixels, channels);
  }

  /// Exchanges the last two dimensions of `[batch, rows, columns]`.
  private static double[] exchanged(double[] values, int batch, int rows, int columns) {
    double[] result = new double[values.length];
    for (int b = 0; b < batch; b++) {
      int at = b * rows * columns;
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          result[at + j * rows + i] = values[at + i * columns + j];
        }
      }
    }
    return result;
  }
}
