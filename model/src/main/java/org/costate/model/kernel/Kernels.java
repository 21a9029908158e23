package org.costate.model.kernel;

/// The only place with bulk loops: dense products, softmax, row statistics and pointwise functions
/// on flat, row-major heap arrays with explicit offsets and leading dimensions.
///
/// Every method has one fixed order of summation, so results are the same to the bit from call to
/// call and in every compilation tier of the JVM. Sums over one row run in eight interleaved
/// partial sums (element `i` goes to partial sum `i mod 8`), added in a fixed tree. Nothing is
/// allocated. Arguments are not checked beyond array bounds: lengths are checked once, at the
/// public edge. Elementwise methods may work in place (the same array and offset); partial overlap
/// is not allowed. An object of this type is shared by threads.
public interface Kernels {
  /// An operand that is not there, where one may be absent.
  double[] ABSENT = {};

  /// Name of the tier: `plain`, `vector` or `openblas`, with what distinguishes it (library
  /// version, lanes).
  String tier();

  /// Whether rows and columns of a product `[m, k] [k, n]` have the same bits when [#parts]
  /// computes them apart from the rest.
  default boolean divisible(int m, int n, int k) {
    return true;
  }

  /// What computes the parts of a product `[m, k] [k, n]` that is [#divisible].
  default Kernels parts(int m, int n, int k) {
    return this;
  }

  /// Whether a row of any result has the same bits whatever other rows it is computed with.
  default boolean keepsRows() {
    return true;
  }

  /// Opens a group of calls none of which reads what another one of them writes. Several may write
  /// to the same stretch: they do in the order of the calls. Kernels that share work among threads
  /// may do them side by side, as late as [#complete]; what they read and write must last until
  /// then. Groups are not nested.
  default void gather() {}

  /// Returns when all calls since [#gather] are done.
  default void complete() {}

  /// `C := α op(A) op(B) + β C` with `op(A)` `[m, k]`, `op(B)` `[k, n]`, `C` `[m, n]`; `op`
  /// transposes where asked; `lda` etc. are the row strides of the arrays as stored. `β = 0` does
  /// not read `C`. `C` overlaps neither `A` nor `B`.
  default void gemm(
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
      int ldc) {
    gemmWithTangent(
        transposeA,
        transposeB,
        m,
        n,
        k,
        alpha,
        a,
        ao,
        ABSENT,
        0,
        lda,
        b,
        bo,
        ABSENT,
        0,
        ldb,
        beta,
        c,
        co,
        ABSENT,
        0,
        ldc);
  }

  /// A product and its tangent, `C := α op(A) op(B) + β C` and
  /// `Ċ := α (op(Ȧ) op(B) + op(A) op(Ḃ)) + β Ċ`, the first with the bits of [#gemm]. Dotted arrays
  /// are laid out as those without a dot. What has no length is absent: `Ȧ` and `Ḃ` are zero then
  /// (not both, if there is a `Ċ`), results are skipped, and `A` or `B` may be absent where no term
  /// needs it. `Ċ` has the same bits with and without `C`. `β = 0` does not read the results, which
  /// overlap neither each other nor a factor.
  void gemmWithTangent(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      double alpha,
      double[] a,
      int ao,
      double[] aDot,
      int ado,
      int lda,
      double[] b,
      int bo,
      double[] bDot,
      int bdo,
      int ldb,
      double beta,
      double[] c,
      int co,
      double[] cDot,
      int cdo,
      int ldc);

  /// `C := A B + 1 bᵀ`, where `b` may be absent: the value of [#affineWithTangent] alone.
  default void affine(
      int m,
      int n,
      int k,
      double[] a,
      int ao,
      int lda,
      double[] b,
      int bo,
      int ldb,
      double[] bias,
      int biasOffset,
      double[] c,
      int co,
      int ldc) {
    affineWithTangent(
        m,
        n,
        k,
        a,
        ao,
        ABSENT,
        0,
        lda,
        b,
        bo,
        ABSENT,
        0,
        ldb,
        bias,
        biasOffset,
        ABSENT,
        0,
        c,
        co,
        ABSENT,
        0,
        ldc);
  }

  /// `C := A B + 1 bᵀ` and its tangent `Ċ := Ȧ B + A Ḃ + 1 ḃᵀ`, the bits of [#gemmWithTangent] and
  /// rows that are added to every row of the results. What may be absent there may be absent here,
  /// and so may either row.
  default void affineWithTangent(
      int m,
      int n,
      int k,
      double[] a,
      int ao,
      double[] aDot,
      int ado,
      int lda,
      double[] b,
      int bo,
      double[] bDot,
      int bdo,
      int ldb,
      double[] bias,
      int biasOffset,
      double[] biasDot,
      int biasDotOffset,
      double[] c,
      int co,
      double[] cDot,
      int cdo,
      int ldc) {
    gemmWithTangent(
        false, false, m, n, k, 1, a, ao, aDot, ado, lda, b, bo, bDot, bdo, ldb, 0, c, co, cDot, cdo,
        ldc);
    if (c.length > 0 && bias.length > 0) {
      addToRows(m, n, bias, biasOffset, c, co, ldc);
    }
    if (cDot.length > 0 && biasDot.length > 0) {
      addToRows(m, n, biasDot, biasDotOffset, cDot, cdo, ldc);
    }
  }

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

  /// `y := gain ∘ x + β y` in each of `rows` rows of `n`; `β = 0` does not read `y`.
  void scaleRows(
      int rows, int n, double[] gain, int go, double[] x, int xo, double beta, double[] y, int yo);

  /// `out := out + Σ_rows a`: the column sums, rows taken in order.
  void addColumnSums(int rows, int n, double[] a, int ao, int lda, double[] out, int outOffset);

  /// `out := out + Σ_rows a ∘ b`: the column sums of a product, rows taken in order.
  void addColumnProducts(
      int rows, int n, double[] a, int ao, double[] b, int bo, double[] out, int outOffset);

  /// `y := e^x`.
  void exp(int n, double[] x, int xo, double[] y, int yo);

  /// Softmax of one row in place: `s := e^{s} / Σ e^{s}`; returns `log Σ e^{s}` computed without
  /// overflow. A row of `−∞` only becomes zero and returns `−∞`.
  double softmax(int n, double[] s, int so);

  /// `s := e^{s − shift}` in place: the softmax again, from its kept log-sum-exp (`shift = −∞`
  /// gives zero).
  void expShifted(int n, double shift, double[] s, int so);

  /// [#softmax] of each of `rows` rows of `n`, contiguous: short rows are done several at a time.
  ///
  /// @param sums modified: `log Σ e^{s}` of row `i` at `at + i`
  default void softmaxRows(int rows, int n, double[] s, int so, double[] sums, int at) {
    for (int row = 0; row < rows; row++) {
      sums[at + row] = softmax(n, s, so + row * n);
    }
  }

  /// [#expShifted] of each of `rows` rows of `n`, contiguous.
  ///
  /// @param shifts that of row `i` at `at + i`
  default void expShiftedRows(int rows, int n, double[] shifts, int at, double[] s, int so) {
    for (int row = 0; row < rows; row++) {
      expShifted(n, shifts[at + row], s, so + row * n);
    }
  }

  /// The Jacobian of the softmax of each of `rows` rows of `n`, contiguous, which is symmetric and
  /// so its own transpose: `x := g ∘ (x − ⟨g, x⟩)`.
  ///
  /// @param g the rows that [#softmaxRows] gave
  /// @param x modified
  void softmaxJacobianRows(int rows, int n, double[] g, int go, double[] x, int xo);

  /// [#softmaxJacobianRows] and its derivative along `(ġ, ẋ)`: first
  /// `ẋ := g ∘ (ẋ − ⟨g, ẋ⟩ − ⟨ġ, x⟩) + ġ ∘ (x − ⟨g, x⟩)`, then `x := g ∘ (x − ⟨g, x⟩)`.
  ///
  /// @param x modified
  /// @param xDot modified
  void softmaxSecondJacobianRows(
      int rows,
      int n,
      double[] g,
      int go,
      double[] gDot,
      int gdo,
      double[] x,
      int xo,
      double[] xDot,
      int xdo);

  /// The projection of each of `rows` rows of `n` onto zero mean and unit variance:
  /// `z := r (x − mean x)` with `r = 1/√(mean (x − mean x)² + ε)`; without `centre`, onto unit mean
  /// square: `z := r x` with `r = 1/√(mean x² + ε)`. `z` may be `x`.
  ///
  /// @param r modified: for row `i` `r` at `ro + i`, the mean as it was computed at
  ///     `ro + stride + i`, and what its round-off left and was taken away too at
  ///     `ro + 2 stride + i`
  void standardizeRows(
      boolean centre,
      int rows,
      int n,
      double epsilon,
      double[] x,
      int xo,
      double[] z,
      int zo,
      double[] r,
      int ro,
      int stride);

  /// `z` of [#standardizeRows] once more, to the bit: `z := ((x − mean) − rest) r`.
  ///
  /// @param r as [#standardizeRows] left it
  void restandardizeRows(
      int rows, int n, double[] x, int xo, double[] r, int ro, int stride, double[] z, int zo);

  /// `y := G ∘ z + B` with `z` of [#restandardizeRows], which is not kept: the bits of one after
  /// the other.
  ///
  /// @param map `G` at `mo`, `B` at `mo + n`
  default void restandardizeAndMapRows(
      int rows,
      int n,
      double[] x,
      int xo,
      double[] r,
      int ro,
      int stride,
      double[] map,
      int mo,
      double[] y,
      int yo) {
    restandardizeRows(rows, n, x, xo, r, ro, stride, y, yo);
    scaleRows(rows, n, map, mo, y, yo, 0, y, yo);
    addToRows(rows, n, map, mo + n, y, yo, n);
  }

  /// The derivative of [#standardizeRows], which is symmetric and so its own transpose:
  /// `y := β y + r (v − mean v − z mean(z ∘ v))`; without `centre` the term `mean v` is absent.
  /// `β = 0` does not read `y`.
  ///
  /// @param z result of [#standardizeRows]
  /// @param r result of [#standardizeRows]
  void standardizeRowsTangent(
      boolean centre,
      int rows,
      int n,
      double[] z,
      int zo,
      double[] r,
      int ro,
      double[] v,
      int vo,
      double beta,
      double[] y,
      int yo);

  /// The second derivative of [#standardizeRows], symmetric in `v` and `λ`: adds to `y` the
  /// derivative along `v` of `r (λ − mean λ − z mean(z ∘ λ))`, which is
  /// `−r² (a (λ − mean λ) + b (v − mean v) + z (c − 3ab))` with `a = mean(z ∘ v)`,
  /// `b = mean(z ∘ λ)`, `c = mean((v − mean v) ∘ (λ − mean λ))`; without `centre` the means of `v`
  /// and `λ` count as 0.
  void standardizeRowsSecond(
      boolean centre,
      int rows,
      int n,
      double[] z,
      int zo,
      double[] r,
      int ro,
      double[] v,
      int vo,
      double[] lambda,
      int lo,
      double[] y,
      int yo);

  /// `y := f(x)`.
  void activate(Activation f, int n, double[] x, int xo, double[] y, int yo);

  /// `y := f(x)`, `slope := f'(x)` and `curvature := f''(x)` from one evaluation; none of them is
  /// `x`. A curvature of length zero is absent.
  void activateWithDerivatives(
      Activation f,
      int n,
      double[] x,
      int xo,
      double[] y,
      int yo,
      double[] slope,
      int so,
      double[] curvature,
      int co);

  /// `y := f'(x) ∘ v`; `y` may be `v`.
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
