package org.costate.model.kernel;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;
import static org.costate.model.kernel.VectorExponential.LANES;
import static org.costate.model.kernel.VectorExponential.WIDTH;

import jdk.incubator.vector.DoubleVector;

/// Tiles of a matrix product: one to eight rows by two vectors of columns, in local variables.
///
/// `scratch` begins with the columns of `B`, packed; the tile goes to where `tile` says.
final class VectorTile {
  static final int COLUMNS = 2 * WIDTH;

  private VectorTile() {}

  /// 8 rows of a tile.
  static void rows8(int k, double[] a, int ao, int ar, int as, double[] scratch, int tile) {
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    DoubleVector c10 = c00;
    DoubleVector c11 = c00;
    DoubleVector c20 = c00;
    DoubleVector c21 = c00;
    DoubleVector c30 = c00;
    DoubleVector c31 = c00;
    DoubleVector c40 = c00;
    DoubleVector c41 = c00;
    DoubleVector c50 = c00;
    DoubleVector c51 = c00;
    DoubleVector c60 = c00;
    DoubleVector c61 = c00;
    DoubleVector c70 = c00;
    DoubleVector c71 = c00;
    int ai = ao;
    for (int l = 0; l < k; l++) {
      DoubleVector b0 = fromArray(LANES, scratch, l * COLUMNS);
      DoubleVector b1 = fromArray(LANES, scratch, l * COLUMNS + WIDTH);
      DoubleVector a0 = broadcast(LANES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      DoubleVector a1 = broadcast(LANES, a[ai + ar]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      DoubleVector a2 = broadcast(LANES, a[ai + 2 * ar]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      DoubleVector a3 = broadcast(LANES, a[ai + 3 * ar]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      DoubleVector a4 = broadcast(LANES, a[ai + 4 * ar]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      DoubleVector a5 = broadcast(LANES, a[ai + 5 * ar]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      DoubleVector a6 = broadcast(LANES, a[ai + 6 * ar]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      DoubleVector a7 = broadcast(LANES, a[ai + 7 * ar]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      ai += as;
    }
    c00.intoArray(scratch, tile);
    c01.intoArray(scratch, tile + WIDTH);
    c10.intoArray(scratch, tile + COLUMNS);
    c11.intoArray(scratch, tile + COLUMNS + WIDTH);
    c20.intoArray(scratch, tile + 2 * COLUMNS);
    c21.intoArray(scratch, tile + 2 * COLUMNS + WIDTH);
    c30.intoArray(scratch, tile + 3 * COLUMNS);
    c31.intoArray(scratch, tile + 3 * COLUMNS + WIDTH);
    c40.intoArray(scratch, tile + 4 * COLUMNS);
    c41.intoArray(scratch, tile + 4 * COLUMNS + WIDTH);
    c50.intoArray(scratch, tile + 5 * COLUMNS);
    c51.intoArray(scratch, tile + 5 * COLUMNS + WIDTH);
    c60.intoArray(scratch, tile + 6 * COLUMNS);
    c61.intoArray(scratch, tile + 6 * COLUMNS + WIDTH);
    c70.intoArray(scratch, tile + 7 * COLUMNS);
    c71.intoArray(scratch, tile + 7 * COLUMNS + WIDTH);
  }

  /// 4 rows of a tile.
  static void rows4(int k, double[] a, int ao, int ar, int as, double[] scratch, int tile) {
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    DoubleVector c10 = c00;
    DoubleVector c11 = c00;
    DoubleVector c20 = c00;
    DoubleVector c21 = c00;
    DoubleVector c30 = c00;
    DoubleVector c31 = c00;
    int ai = ao;
    for (int l = 0; l < k; l++) {
      DoubleVector b0 = fromArray(LANES, scratch, l * COLUMNS);
      DoubleVector b1 = fromArray(LANES, scratch, l * COLUMNS + WIDTH);
      DoubleVector a0 = broadcast(LANES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      DoubleVector a1 = broadcast(LANES, a[ai + ar]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      DoubleVector a2 = broadcast(LANES, a[ai + 2 * ar]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      DoubleVector a3 = broadcast(LANES, a[ai + 3 * ar]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      ai += as;
    }
    c00.intoArray(scratch, tile);
    c01.intoArray(scratch, tile + WIDTH);
    c10.intoArray(scratch, tile + COLUMNS);
    c11.intoArray(scratch, tile + COLUMNS + WIDTH);
    c20.intoArray(scratch, tile + 2 * COLUMNS);
    c21.intoArray(scratch, tile + 2 * COLUMNS + WIDTH);
    c30.intoArray(scratch, tile + 3 * COLUMNS);
    c31.intoArray(scratch, tile + 3 * COLUMNS + WIDTH);
  }

  /// 2 rows of a tile.
  static void rows2(int k, double[] a, int ao, int ar, int as, double[] scratch, int tile) {
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    DoubleVector c10 = c00;
    DoubleVector c11 = c00;
    int ai = ao;
    for (int l = 0; l < k; l++) {
      DoubleVector b0 = fromArray(LANES, scratch, l * COLUMNS);
      DoubleVector b1 = fromArray(LANES, scratch, l * COLUMNS + WIDTH);
      DoubleVector a0 = broadcast(LANES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      DoubleVector a1 = broadcast(LANES, a[ai + ar]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      ai += as;
    }
    c00.intoArray(scratch, tile);
    c01.intoArray(scratch, tile + WIDTH);
    c10.intoArray(scratch, tile + COLUMNS);
    c11.intoArray(scratch, tile + COLUMNS + WIDTH);
  }

  /// 1 rows of a tile.
  static void rows1(int k, double[] a, int ao, int as, double[] scratch, int tile) {
    DoubleVector c00 = DoubleVector.zero(LANES);
    DoubleVector c01 = c00;
    int ai = ao;
    for (int l = 0; l < k; l++) {
      DoubleVector b0 = fromArray(LANES, scratch, l * COLUMNS);
      DoubleVector b1 = fromArray(LANES, scratch, l * COLUMNS + WIDTH);
      DoubleVector a0 = broadcast(LANES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      ai += as;
    }
    c00.intoArray(scratch, tile);
    c01.intoArray(scratch, tile + WIDTH);
  }
}
