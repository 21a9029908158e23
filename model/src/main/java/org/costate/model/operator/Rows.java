package org.costate.model.operator;

import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The standardisation `z` of a [RowNorm] and its derivatives on a block of tokens: through the
/// kernels where all features weigh the same, through [FeatureWeights] where they do not. What is
/// absent is zero as a direction.
final class Rows {
  private Rows() {}

  /// `z := r (u − mean u)`, `r := 1/√(var u + ε)`.
  ///
  /// @param moments modified: as [org.costate.model.kernel.Kernels#standardizeRows] leaves it
  static void standardize(
      RowNorm n, int rows, Slice u, Slice z, Slice moments, int stride, Workspace w) {
    if (n.featureWeights().isPresent()) {
      n.featureWeights().get().standardize(rows, n.epsilon(), u, z, moments, stride, w);
      return;
    }
    w.kernels()
        .standardizeRows(
            n.centre(),
            rows,
            n.width(),
            n.epsilon(),
            u.array(),
            u.offset(),
            z.array(),
            z.offset(),
            moments.array(),
            moments.offset(),
            stride);
  }

  /// `z` once more.
  static void restandardize(
      RowNorm n, int rows, Slice u, Slice moments, int stride, Slice z, Workspace w) {
    w.kernels()
        .restandardizeRows(
            rows,
            n.width(),
            u.array(),
            u.offset(),
            moments.array(),
            moments.offset(),
            stride,
            z.array(),
            z.offset());
  }

  /// `y := G ∘ z + B` with `z` once more.
  static void map(
      RowNorm n, int rows, Slice u, Slice moments, int stride, Slice affine, Slice y, Workspace w) {
    w.kernels()
        .restandardizeAndMapRows(
            rows,
            n.width(),
            u.array(),
            u.offset(),
            moments.array(),
            moments.offset(),
            stride,
            affine.array(),
            affine.offset(),
            y.array(),
            y.offset());
  }

  /// `δz`, zero if `du` is absent.
  static void tangent(RowNorm n, Slice z, Slice r, Slice du, Slice dz, Workspace w) {
    if (du.isNone()) {
      dz.fill(0);
    } else if (n.featureWeights().isPresent()) {
      n.featureWeights().get().tangent(r.length(), z, r, du, dz, w);
    } else {
      addUniform(n, z, r, du, 0, dz, w);
    }
  }

  /// `ū := ū + (∂z/∂u)ᵀ z̄`.
  static void addAdjoint(RowNorm n, Slice z, Slice r, Slice zBar, Slice bar, Workspace w) {
    if (n.featureWeights().isPresent()) {
      n.featureWeights().get().addAdjoint(r.length(), z, r, zBar, bar, w);
    } else {
      addUniform(n, z, r, zBar, 1, bar, w);
    }
  }

  private static void addUniform(
      RowNorm n, Slice z, Slice r, Slice v, double beta, Slice y, Workspace w) {
    w.kernels()
        .standardizeRowsTangent(
            n.centre(),
            r.length(),
            n.width(),
            z.array(),
            z.offset(),
            r.array(),
            r.offset(),
            v.array(),
            v.offset(),
            beta,
            y.array(),
            y.offset());
  }

  /// Adds the derivative of `(∂z/∂u)ᵀ z̄` along `δu`, `z̄` fixed.
  static void addSecond(
      RowNorm n, Slice z, Slice r, Slice du, Slice zBar, Slice barDot, Workspace w) {
    if (du.isNone()) {
      return;
    }
    if (n.featureWeights().isPresent()) {
      n.featureWeights().get().addSecond(r.length(), z, r, du, zBar, barDot, w);
      return;
    }
    w.kernels()
        .standardizeRowsSecond(
            n.centre(),
            r.length(),
            n.width(),
            z.array(),
            z.offset(),
            r.array(),
            r.offset(),
            du.array(),
            du.offset(),
            zBar.array(),
            zBar.offset(),
            barDot.array(),
            barDot.offset());
  }
}
