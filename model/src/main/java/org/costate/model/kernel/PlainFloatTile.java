package org.costate.model.kernel;

/// Tiles of four by four numbers in local variables.
final class PlainFloatTile implements FloatTile {
  private static final int SIDE = 4;

  @Override
  public int rows() {
    return SIDE;
  }

  @Override
  public int columns() {
    return SIDE;
  }

  @Override
  public void multiply(int rows, int k, float[] a, int ao, int ar, int as, int bo, float[] tile) {
    if (rows == SIDE) {
      whole(k, a, ao, ar, as, bo, tile);
      return;
    }
    for (int i = 0; i < rows; i++) {
      row(k, a, ao + i * ar, as, bo, tile, i * SIDE);
    }
  }

  private static void whole(int k, float[] a, int ao, int ar, int as, int bo, float[] tile) {
    float c00 = 0;
    float c01 = 0;
    float c02 = 0;
    float c03 = 0;
    float c10 = 0;
    float c11 = 0;
    float c12 = 0;
    float c13 = 0;
    float c20 = 0;
    float c21 = 0;
    float c22 = 0;
    float c23 = 0;
    float c30 = 0;
    float c31 = 0;
    float c32 = 0;
    float c33 = 0;
    int ai = ao;
    int bi = bo;
    for (int l = 0; l < k; l++) {
      float b0 = a[bi];
      float b1 = a[bi + 1];
      float b2 = a[bi + 2];
      float b3 = a[bi + 3];
      float a0 = a[ai];
      c00 = Math.fma(a0, b0, c00);
      c01 = Math.fma(a0, b1, c01);
      c02 = Math.fma(a0, b2, c02);
      c03 = Math.fma(a0, b3, c03);
      float a1 = a[ai + ar];
      c10 = Math.fma(a1, b0, c10);
      c11 = Math.fma(a1, b1, c11);
      c12 = Math.fma(a1, b2, c12);
      c13 = Math.fma(a1, b3, c13);
      float a2 = a[ai + 2 * ar];
      c20 = Math.fma(a2, b0, c20);
      c21 = Math.fma(a2, b1, c21);
      c22 = Math.fma(a2, b2, c22);
      c23 = Math.fma(a2, b3, c23);
      float a3 = a[ai + 3 * ar];
      c30 = Math.fma(a3, b0, c30);
      c31 = Math.fma(a3, b1, c31);
      c32 = Math.fma(a3, b2, c32);
      c33 = Math.fma(a3, b3, c33);
      ai += as;
      bi += SIDE;
    }
    put(c00, c01, c02, c03, tile, 0);
    put(c10, c11, c12, c13, tile, SIDE);
    put(c20, c21, c22, c23, tile, 2 * SIDE);
    put(c30, c31, c32, c33, tile, 3 * SIDE);
  }

  private static void row(int k, float[] a, int ao, int as, int bo, float[] tile, int at) {
    float c0 = 0;
    float c1 = 0;
    float c2 = 0;
    float c3 = 0;
    int ai = ao;
    int bi = bo;
    for (int l = 0; l < k; l++) {
      float left = a[ai];
      c0 = Math.fma(left, a[bi], c0);
      c1 = Math.fma(left, a[bi + 1], c1);
      c2 = Math.fma(left, a[bi + 2], c2);
      c3 = Math.fma(left, a[bi + 3], c3);
      ai += as;
      bi += SIDE;
    }
    put(c0, c1, c2, c3, tile, at);
  }

  private static void put(float c0, float c1, float c2, float c3, float[] tile, int at) {
    tile[at] = c0;
    tile[at + 1] = c1;
    tile[at + 2] = c2;
    tile[at + 3] = c3;
  }

  @Override
  public void write(
      int rows, double alpha, float[] tile, double beta, double[] c, int co, int ldc) {
    FloatGemm.write(rows, SIDE, SIDE, alpha, tile, beta, c, co, ldc);
  }
}
