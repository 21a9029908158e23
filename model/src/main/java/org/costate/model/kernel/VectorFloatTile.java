package org.costate.model.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Tiles of up to eight rows by two vectors of columns, in local variables.
final class VectorFloatTile implements FloatTile {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, SPECIES.vectorShape());
  private static final int WIDTH = SPECIES.length();
  private static final int HALF = WIDTH / 2;
  private static final int COLUMNS = 2 * WIDTH;

  /// Rows of a tile: as many as leave the registers for it (32 with 16 lanes, else 16).
  private static final int ROWS = WIDTH >= 16 ? 8 : 4;

  @Override
  public int rows() {
    return ROWS;
  }

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public void multiply(int rows, int k, float[] a, int ao, int ar, int as, int bo, float[] tile) {
    switch (rows) {
      case 8 -> rows8(k, a, ao, ar, as, bo, tile);
      case 4 -> rows4(k, a, ao, ar, as, bo, tile);
      case 2 -> rows2(k, a, ao, ar, as, bo, tile);
      default -> rows1(k, a, ao, as, bo, tile);
    }
  }

  @Override
  public void write(
      int rows, double alpha, float[] tile, double beta, double[] c, int co, int ldc) {
    for (int row = 0; row < rows; row++) {
      writeRow(alpha, tile, row * COLUMNS, beta, c, co + row * ldc);
      writeRow(alpha, tile, row * COLUMNS + WIDTH, beta, c, co + row * ldc + WIDTH);
    }
  }

  private static void writeRow(
      double alpha, float[] tile, int from, double beta, double[] c, int to) {
    FloatVector x = fromArray(SPECIES, tile, from);
    DoubleVector low = (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
    DoubleVector high = (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 1);
    if (beta == 0) {
      low.mul(alpha).intoArray(c, to);
      high.mul(alpha).intoArray(c, to + HALF);
    } else {
      DoubleVector factor = DoubleVector.broadcast(DOUBLES, alpha);
      factor.fma(low, DoubleVector.fromArray(DOUBLES, c, to).mul(beta)).intoArray(c, to);
      factor
          .fma(high, DoubleVector.fromArray(DOUBLES, c, to + HALF).mul(beta))
          .intoArray(c, to + HALF);
    }
  }

  /// 8 rows of a tile.
  private static void rows8(int k, float[] a, int ao, int ar, int as, int bo, float[] tile) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    FloatVector c60 = c00;
    FloatVector c61 = c00;
    FloatVector c70 = c00;
    FloatVector c71 = c00;
    int ai = ao;
    int bi = bo;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = fromArray(SPECIES, a, bi);
      FloatVector b1 = fromArray(SPECIES, a, bi + WIDTH);
      FloatVector a0 = broadcast(SPECIES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = broadcast(SPECIES, a[ai + ar]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = broadcast(SPECIES, a[ai + 2 * ar]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = broadcast(SPECIES, a[ai + 3 * ar]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = broadcast(SPECIES, a[ai + 4 * ar]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = broadcast(SPECIES, a[ai + 5 * ar]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = broadcast(SPECIES, a[ai + 6 * ar]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = broadcast(SPECIES, a[ai + 7 * ar]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      ai += as;
      bi += COLUMNS;
    }
    c00.intoArray(tile, 0);
    c01.intoArray(tile, WIDTH);
    c10.intoArray(tile, COLUMNS);
    c11.intoArray(tile, COLUMNS + WIDTH);
    c20.intoArray(tile, 2 * COLUMNS);
    c21.intoArray(tile, 2 * COLUMNS + WIDTH);
    c30.intoArray(tile, 3 * COLUMNS);
    c31.intoArray(tile, 3 * COLUMNS + WIDTH);
    c40.intoArray(tile, 4 * COLUMNS);
    c41.intoArray(tile, 4 * COLUMNS + WIDTH);
    c50.intoArray(tile, 5 * COLUMNS);
    c51.intoArray(tile, 5 * COLUMNS + WIDTH);
    c60.intoArray(tile, 6 * COLUMNS);
    c61.intoArray(tile, 6 * COLUMNS + WIDTH);
    c70.intoArray(tile, 7 * COLUMNS);
    c71.intoArray(tile, 7 * COLUMNS + WIDTH);
  }

  /// 4 rows of a tile.
  private static void rows4(int k, float[] a, int ao, int ar, int as, int bo, float[] tile) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    int ai = ao;
    int bi = bo;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = fromArray(SPECIES, a, bi);
      FloatVector b1 = fromArray(SPECIES, a, bi + WIDTH);
      FloatVector a0 = broadcast(SPECIES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = broadcast(SPECIES, a[ai + ar]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = broadcast(SPECIES, a[ai + 2 * ar]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = broadcast(SPECIES, a[ai + 3 * ar]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      ai += as;
      bi += COLUMNS;
    }
    c00.intoArray(tile, 0);
    c01.intoArray(tile, WIDTH);
    c10.intoArray(tile, COLUMNS);
    c11.intoArray(tile, COLUMNS + WIDTH);
    c20.intoArray(tile, 2 * COLUMNS);
    c21.intoArray(tile, 2 * COLUMNS + WIDTH);
    c30.intoArray(tile, 3 * COLUMNS);
    c31.intoArray(tile, 3 * COLUMNS + WIDTH);
  }

  /// 2 rows of a tile.
  private static void rows2(int k, float[] a, int ao, int ar, int as, int bo, float[] tile) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    int ai = ao;
    int bi = bo;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = fromArray(SPECIES, a, bi);
      FloatVector b1 = fromArray(SPECIES, a, bi + WIDTH);
      FloatVector a0 = broadcast(SPECIES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = broadcast(SPECIES, a[ai + ar]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      ai += as;
      bi += COLUMNS;
    }
    c00.intoArray(tile, 0);
    c01.intoArray(tile, WIDTH);
    c10.intoArray(tile, COLUMNS);
    c11.intoArray(tile, COLUMNS + WIDTH);
  }

  /// 1 row of a tile.
  private static void rows1(int k, float[] a, int ao, int as, int bo, float[] tile) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = c00;
    int ai = ao;
    int bi = bo;
    for (int l = 0; l < k; l++) {
      FloatVector b0 = fromArray(SPECIES, a, bi);
      FloatVector b1 = fromArray(SPECIES, a, bi + WIDTH);
      FloatVector a0 = broadcast(SPECIES, a[ai]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      ai += as;
      bi += COLUMNS;
    }
    c00.intoArray(tile, 0);
    c01.intoArray(tile, WIDTH);
  }
}
