package org.costate.model.operator;

import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Linear attention over all tokens by way of the context of every head, `M = Kᵀ diag(w) V`,
/// `Y = scale · Q M`: time and memory linear in the tokens.
///
/// With `M̄ = scale · Σ_h Q_hᵀ Ȳ_h` over the query heads that share a key:
///
/// - tangent: `dM = dKᵀ diag(w) V + Kᵀ diag(w) dV`, `dY = scale (dQ M + Q dM)`;
/// - adjoint: `Q̄ = scale · Ȳ Mᵀ`, `K̄ = diag(w) V M̄ᵀ`, `V̄ = diag(w) K M̄`;
/// - second adjoint: the tangent of these three.
record ContextMixing(ContextProducts products) implements Mixing {
  @Override
  public HeadLayout layout() {
    return products.layout();
  }

  @Override
  public Mask mask() {
    return new Mask.Full();
  }

  @Override
  public double scale() {
    return products.scale();
  }

  @Override
  public int workSize(Shape s) {
    int perToken = Math.multiplyExact(s.tokens(), layout().valueWidth());
    return Math.addExact(
        Math.multiplyExact(3, perToken), Math.multiplyExact(4, products.contextSize()));
  }

  @Override
  public int recordSize(Shape s) {
    return layout().packSize(s);
  }

  @Override
  public void apply(Shape s, Slice weights, Slice pack, Workspace w) {
    w.enter();
    int wv = w.claim(s.tokens() * layout().valueWidth());
    int m = w.claim(products.contextSize());
    for (int first = 0; first < s.positions(); first += s.tokens()) {
      for (int g = 0; g < layout().heads(); g += group()) {
        products.weigh(s, first, g, weights, pack, wv, w);
        products.context(s, first, g, pack, wv, 0, m, w);
        for (int h = g; h < g + group(); h++) {
          products.outputs(s, first, h, pack, m, 0, pack, w);
        }
      }
    }
    w.leave();
  }

  @Override
  public void tangent(Shape s, Slice weights, Slice pack, Slice direction, Workspace w) {
    w.enter();
    int wv = w.claim(s.tokens() * layout().valueWidth());
    int wdv = w.claim(s.tokens() * layout().valueWidth());
    int m = w.claim(products.contextSize());
    int dm = w.claim(products.contextSize());
    for (int first = 0; first < s.positions(); first += s.tokens()) {
      for (int g = 0; g < layout().heads(); g += group()) {
        linearise(s, first, g, weights, pack, direction, wv, wdv, m, dm, w);
        outputs(s, first, g, pack, direction, m, dm, w);
      }
    }
    w.leave();
  }

  @Override
  public void adjoint(Shape s, Slice weights, Slice pack, Slice bar, Workspace w) {
    w.enter();
    int wv = w.claim(s.tokens() * layout().valueWidth());
    int x = w.claim(s.tokens() * layout().valueWidth());
    int m = w.claim(products.contextSize());
    int mBar = w.claim(products.contextSize());
    for (int first = 0; first < s.positions(); first += s.tokens()) {
      for (int g = 0; g < layout().heads(); g += group()) {
        products.weigh(s, first, g, weights, pack, wv, w);
        products.context(s, first, g, pack, wv, 0, m, w);
        pullBack(s, first, g, weights, pack, bar, wv, x, m, mBar, w);
      }
    }
    w.leave();
  }

  @Override
  public void secondAdjoint(
      Shape s,
      Slice weights,
      Slice pack,
      Slice direction,
      boolean isKept,
      Slice bar,
      Slice barDot,
      Workspace w) {
    w.enter();
    int wv = w.claim(s.tokens() * layout().valueWidth());
    int wdv = w.claim(s.tokens() * layout().valueWidth());
    int x = w.claim(s.tokens() * layout().valueWidth());
    int m = w.claim(products.contextSize());
    int dm = w.claim(products.contextSize());
    int mBar = w.claim(products.contextSize());
    int dmBar = w.claim(products.contextSize());
    for (int first = 0; first < s.positions(); first += s.tokens()) {
      for (int g = 0; g < layout().heads(); g += group()) {
        linearise(s, first, g, weights, pack, direction, wv, wdv, m, dm, w);
        if (!isKept) {
          outputs(s, first, g, pack, direction, m, dm, w);
        }
        pullBack(s, first, g, weights, pack, bar, wv, x, m, mBar, w);
        for (int h = g; h < g + group(); h++) {
          products.contextOfOutputs(s, first, h, direction, bar, h == g ? 0 : 1, dmBar, w);
          products.contextOfOutputs(s, first, h, pack, barDot, 1, dmBar, w);
          products.queries(s, first, h, barDot, m, 0, barDot, w);
          products.queries(s, first, h, bar, dm, 1, barDot, w);
        }
        products.keys(s, first, g, wdv, mBar, 0, barDot, w);
        products.keys(s, first, g, wv, dmBar, 1, barDot, w);
        products.values(s, first, g, direction, mBar, 0, x, w);
        products.values(s, first, g, pack, dmBar, 1, x, w);
        products.weighed(s, first, g, weights, x, barDot, w);
      }
    }
    w.leave();
  }

  /// Query heads that share a key.
  private int group() {
    return layout().heads() / layout().keyHeads();
  }

  /// Leaves `diag(w) V`, `diag(w) dV`, `M` and `dM` in the scratch.
  private void linearise(
      Shape s,
      int first,
      int g,
      Slice weights,
      Slice pack,
      Slice direction,
      int wv,
      int wdv,
      int m,
      int dm,
      Workspace w) {
    products.weigh(s, first, g, weights, pack, wv, w);
    products.weigh(s, first, g, weights, direction, wdv, w);
    products.context(s, first, g, pack, wv, 0, m, w);
    products.context(s, first, g, direction, wv, 0, dm, w);
    products.context(s, first, g, pack, wdv, 1, dm, w);
  }

  /// Leaves `dY` in `direction`.
  private void outputs(
      Shape s, int first, int g, Slice pack, Slice direction, int m, int dm, Workspace w) {
    for (int h = g; h < g + group(); h++) {
      products.outputs(s, first, h, direction, m, 0, direction, w);
      products.outputs(s, first, h, pack, dm, 1, direction, w);
    }
  }

  /// Leaves `M̄` in the scratch and `Q̄`, `K̄`, `V̄` in `bar`; `x` is overwritten.
  private void pullBack(
      Shape s,
      int first,
      int g,
      Slice weights,
      Slice pack,
      Slice bar,
      int wv,
      int x,
      int m,
      int mBar,
      Workspace w) {
    for (int h = g; h < g + group(); h++) {
      products.contextOfOutputs(s, first, h, pack, bar, h == g ? 0 : 1, mBar, w);
      products.queries(s, first, h, bar, m, 0, bar, w);
    }
    products.keys(s, first, g, wv, mBar, 0, bar, w);
    products.values(s, first, g, pack, mBar, 0, x, w);
    products.weighed(s, first, g, weights, x, bar, w);
  }
}
