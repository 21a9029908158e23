package org.costate.model.kernel;

/// The inner loops of a product in single precision: tiles of one to [#rows] rows by [#columns]
/// columns. Every number of a tile is one chain of fused multiply-adds in single precision over the
/// inner index in its order, so all implementations give the same bits.
interface FloatTile {
  /// Most rows of a tile: a power of two.
  int rows();

  /// Columns of a tile.
  int columns();

  /// `tile := A B` for `rows` rows, a power of two, with `A_{il} = a[ao + i ar + l as]` and
  /// `B_{lj} = a[bo + l columns + j]`; the tile has rows of [#columns] numbers.
  void multiply(int rows, int k, float[] a, int ao, int ar, int as, int bo, float[] tile);

  /// `C := α tile + β C` in double precision for `rows` rows of [#columns] numbers; `β = 0` does
  /// not read `C`.
  void write(int rows, double alpha, float[] tile, double beta, double[] c, int co, int ldc);
}
