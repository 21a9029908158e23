package org.costate.model.kernel;

import java.util.function.Supplier;

/// Tiles of the Vector API once a thread in the background has run them until they are compiled,
/// plain tiles until then; both give the same bits. See [WarmingKernels].
final class WarmingTiles implements Supplier<FloatTile> {
  private static final int INNER = 24;

  private final Thread thread = new Thread(this::warm, "costate-tiles");
  private volatile FloatTile now = new PlainFloatTile();

  private WarmingTiles() {}

  /// Starts the thread. It keeps no process alive.
  static WarmingTiles start() {
    WarmingTiles tiles = new WarmingTiles();
    tiles.thread.setDaemon(true);
    tiles.thread.start();
    return tiles;
  }

  @Override
  public FloatTile get() {
    return now;
  }

  private void warm() {
    FloatTile tile = new VectorFloatTile();
    float[] operands = new float[INNER * (tile.columns() + tile.rows())];
    float[] out = new float[tile.rows() * tile.columns()];
    double[] result = new double[out.length];
    int left = INNER * tile.columns();
    VectorWarmUp.untilCompiled(
        () -> {
          for (int rows = tile.rows(); rows > 0; rows /= 2) {
            tile.multiply(rows, INNER, operands, left, INNER, 1, 0, out);
            tile.write(rows, 0.5, out, 0, result, 0, tile.columns());
            tile.write(rows, 0.5, out, 1, result, 0, tile.columns());
          }
        });
    now = tile;
  }

  /// Waits until the thread has ended; returns whether the tiles of the Vector API run now.
  boolean awaitWarm() throws InterruptedException {
    thread.join();
    return now instanceof VectorFloatTile;
  }
}
