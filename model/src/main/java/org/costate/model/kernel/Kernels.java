package org.costate.model.kernel;

/// The only place with bulk loops: dense products, softmax, row statistics and pointwise functions
/// on flat,
/// row-major heap arrays with explicit offsets and leading dimensions.
///
/// Every method has one fixed order of summation, so results are the same to the bit from call to
/// call and in
/// every compilation tier of the JVM. Nothing is allocated. Arguments are not checked beyond array
/// bounds:
/// lengths are checked once, at the public edge.
public interface Kernels {
  /// Name of the tier: `plain`, `vector` or `openblas`, with what distinguishes it (library
  /// version, lanes).
  String tier();

  /// `C := α op(A) op(B) + β C` with `op(A)` `[m, k]`, `op(B)` `[k, n]`, `C` `[m, n]`; `op`
  /// transposes where asked;
  /// `lda` etc. are the row strides of the arrays as stored. `β = 0` does not read `C`.
  void gemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      double alpha,
      double[] a,
      int ao,
      int lda,
      double[] b,
      int bo,
      int ldb,
      double beta,
      double[] c,
      int co,
      int ldc);

  /// `y := y + α x`.
  void axpy(int n, double alpha, double[] x, int xo, double[] y, int yo);

  /// `y := α x + β y`; `β = 0` does not read `y`.
  void axpby(int n, double alpha, double[] x, int xo, double beta, double[] y, int yo);

  /// `Σ x_i y_i`.
  double dot(int n, double[] x, int xo, double[] y, int yo);

  /// `Σ x_i`.
  double sum(int n, double[] x, int xo);

  /// `z := α x ∘ y + β z` elementwise; `β = 0` does not read `z`.
  void multiply(
      int n, double alpha, double[] x, int xo, double[] y, int yo, double beta, double[] z, int zo);

  /// Adds `bias` to each of `rows` rows of `c`.
  void addToRows(int rows, int n, double[] bias, int biasOffset, double[] c, int co, int ldc);

  /// `out := out + Σ_rows a`: the column sums, rows taken in order.
  void addColumnSums(int rows, int n, double[] a, int ao, int lda, double[] out, int outOffset);

  /// `y := e^x`.
  void exp(int n, double[] x, int xo, double[] y, int yo);

  /// Softmax of one row in place: `s := e^{s} / Σ e^{s}`; returns `log Σ e^{s}` computed without
  /// overflow.
  /// A row of `−∞` only becomes zero and returns `−∞`.
  double softmax(int n, double[] s, int so);

  /// `s := e^{s − shift}` in place: the softmax again, from its kept log-sum-exp (`shift = −∞`
  /// gives zero).
  void expShifted(int n, double shift, double[] s, int so);

  /// `y := f(x)`.
  void activate(Activation f, int n, double[] x, int xo, double[] y, int yo);

  /// `y := f'(x) ∘ v`.
  void activateTangent(
      Activation f, int n, double[] x, int xo, double[] v, int vo, double[] y, int yo);

  /// `y := y + f''(x) ∘ v ∘ w`.
  void activateSecond(
      Activation f,
      int n,
      double[] x,
      int xo,
      double[] v,
      int vo,
      double[] w,
      int wo,
      double[] y,
      int yo);
}
