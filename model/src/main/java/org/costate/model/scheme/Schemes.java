package org.costate.model.scheme;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;

/// The time-stepping schemes of a [ContinuousEquation], as data: each is an architecture. The
/// claimed orders are those on smooth fields, with controls that are smooth in time.
///
/// After Tai, Liu, Li, Chan, *A Mathematical Explanation of Transformers* (2510.03989), for the
/// splitting of the equation and the post-norm step; Lu et al. (1906.02762) for the Macaron
/// network; Hairer, Lubich, Wanner, *Geometric Numerical Integration*, for splittings.
public final class Schemes {
  private static final Term UNCHANGED = Lines.term(Lines.STATE, 1);

  private Schemes() {}

  /// Lie splitting: an explicit Euler step `u := u + h F_i(P_i u)` with every field in turn. Order
  /// 1.
  public static Scheme lie(ContinuousEquation e) {
    return lie("lie", e);
  }

  /// The pre-norm block (GPT-2, ViT, Llama): [#lie] with fields that all read a normalised state.
  public static Scheme preNormLie(ContinuousEquation e) {
    requireArguments("pre-norm", e);
    return lie("pre-norm", e);
  }

  private static Scheme lie(String name, ContinuousEquation e) {
    Lines lines = new Lines();
    for (FieldUse field : FieldUse.all(e)) {
      lines.field(field, Lines.STATE, Lines.STATE, List.of(UNCHANGED), Coefficient.step(1), 0);
    }
    return lines.scheme(name, 1);
  }

  /// Lie splitting of the inclusion: an Euler step with every field, each followed by a projection.
  /// With affine maps behind the projections it is the post-norm block. Order 1.
  public static Scheme lieProjected(ContinuousEquation e) {
    Lines lines = new Lines();
    List<FieldUse> fields = FieldUse.all(e);
    for (int i = 0; i < fields.size(); i++) {
      lines.field(
          fields.get(i), Lines.STATE, Lines.STATE, List.of(UNCHANGED), Coefficient.step(1), 0);
      lines.apply(e.projectionBehind(i), Lines.STATE, Lines.STATE, 1);
    }
    return lines.scheme("lie, projected", 1);
  }

  /// Strang splitting `F_m/2, …, F_2/2, F_1, F_2/2, …, F_m/2`: every sub-flow a midpoint step of
  /// order 2 with a clock of its own. Order 2.
  public static Scheme strang(ContinuousEquation e) {
    Lines lines = new Lines();
    for (SubFlow flow : symmetric(FieldUse.all(e))) {
      lines.inner(flow.step, flow.at, flow.span);
    }
    return lines.scheme("strang", 2);
  }

  /// Strang splitting with a projection behind every sub-flow. Projecting costs an order: order 1.
  public static Scheme strangProjected(ContinuousEquation e) {
    Lines lines = new Lines();
    for (SubFlow flow : symmetric(FieldUse.all(e))) {
      lines.inner(flow.step, flow.at, flow.span);
      Controlled projection = e.projectionBehind(flow.field);
      lines.apply(projection, Lines.STATE, Lines.STATE, flow.at + flow.span);
    }
    return lines.scheme("strang, projected", 1);
  }

  /// Strang splitting of the tangent fields: stays on the constraint set without projections. Order
  /// 2.
  public static Scheme strangTangent(ContinuousEquation e) {
    Lines lines = new Lines();
    for (SubFlow flow : symmetric(FieldUse.tangent(e))) {
      lines.inner(flow.step, flow.at, flow.span);
    }
    return lines.scheme("strang, tangent", 2);
  }

  /// The Macaron block for two fields, attention `A` and feed-forward `F`: Euler steps with `F/2`,
  /// `A`, `F/2`, the halves with the controls of the beginning and of the middle of the step. Order
  /// 1, because the sub-steps have order 1.
  public static Scheme macaron(ContinuousEquation e) {
    requireFields("macaron", e, 2);
    FieldUse attention = FieldUse.of(e.fields().get(0));
    FieldUse feedForward = FieldUse.of(e.fields().get(1));
    List<Term> same = List.of(UNCHANGED);
    Lines lines = new Lines();
    lines.field(feedForward, Lines.STATE, Lines.STATE, same, Coefficient.step(0.5), 0);
    lines.field(attention, Lines.STATE, Lines.STATE, same, Coefficient.step(1), 0);
    lines.field(feedForward, Lines.STATE, Lines.STATE, same, Coefficient.step(0.5), 0.5);
    return lines.scheme("macaron", 1);
  }

  /// The parallel residual block (GPT-NeoX): unsplit Euler with fields that all read a normalised
  /// state.
  public static Scheme parallelResidual(ContinuousEquation e) {
    requireArguments("parallel residual", e);
    return rungeKutta("parallel residual", ButcherTableau.EULER, FieldUse.all(e));
  }

  /// Parallel splitting, the multi-branch block: the mean of `K` sub-solutions, each an Euler step
  /// with `K` times one of the `K` fields. Order 1.
  public static Scheme additive(ContinuousEquation e) {
    return additive("additive", e, false);
  }

  /// Parallel splitting of the inclusion: every sub-solution is projected, and so is their mean.
  /// Order 1.
  public static Scheme additiveProjected(ContinuousEquation e) {
    return additive("additive, projected", e, true);
  }

  private static Scheme additive(String name, ContinuousEquation e, boolean projected) {
    Lines lines = new Lines();
    List<FieldUse> fields = FieldUse.all(e);
    int count = fields.size();
    List<Term> mean = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int branch = lines.fresh();
      lines.field(
          fields.get(i), Lines.STATE, branch, List.of(UNCHANGED), Coefficient.step(count), 0);
      if (projected) {
        lines.apply(e.projectionBehind(i), branch, branch, 1);
      }
      mean.add(Lines.term(branch, 1.0 / count));
    }
    lines.combine(Lines.STATE, mean);
    if (projected) {
      lines.apply(e.projectionBehind(count - 1), Lines.STATE, Lines.STATE, 1);
    }
    return lines.scheme(name, 1);
  }

  /// An explicit Runge–Kutta method on the unsplit sum of the fields, as a free flow.
  public static Scheme rungeKutta(ButcherTableau tableau, ContinuousEquation e) {
    return rungeKutta(tableau.name(), tableau, FieldUse.all(e));
  }

  /// Explicit Euler on the unsplit sum of the fields. Order 1.
  public static Scheme euler(ContinuousEquation e) {
    return rungeKutta(ButcherTableau.EULER, e);
  }

  /// The explicit midpoint rule on the unsplit sum of the fields. Order 2.
  public static Scheme midpoint(ContinuousEquation e) {
    return rungeKutta(ButcherTableau.MIDPOINT, e);
  }

  /// The classical Runge–Kutta method on the unsplit sum of the fields. Order 4.
  public static Scheme rk4(ContinuousEquation e) {
    return rungeKutta(ButcherTableau.RK4, e);
  }

  /// The classical Runge–Kutta method on the sum of the tangent fields, then the projection onto
  /// the constraint set. Order 4.
  public static Scheme rk4Tangent(ContinuousEquation e) {
    Lines lines = new Lines();
    lines.rungeKutta(ButcherTableau.RK4, FieldUse.tangent(e));
    Controlled projection =
        Controlled.of(e.sphere().orElseThrow().projection(), e.sphere().orElseThrow().block());
    lines.apply(projection, Lines.STATE, Lines.STATE, 1);
    return lines.scheme("rk4, tangent", 4);
  }

  /// No step, but the right-hand side as a map: `u ↦ Σ_i F_i(P_i u)`, with the tangent fields where
  /// the equation has a constraint set. For integrators from outside; claims order 0.
  public static Scheme field(ContinuousEquation e) {
    Lines lines = new Lines();
    List<FieldUse> fields = e.sphere().isPresent() ? FieldUse.tangent(e) : FieldUse.all(e);
    lines.fields(fields, Lines.STATE, Lines.STATE, List.of(), Coefficient.ONE, 0);
    return lines.scheme("right-hand side", 0);
  }

  private static Scheme rungeKutta(String name, ButcherTableau tableau, List<FieldUse> fields) {
    Lines lines = new Lines();
    lines.rungeKutta(tableau, fields);
    return lines.scheme(name, tableau.order());
  }

  /// The post-norm step of the source with `J` feed-forward substeps, its substeps literal in `h`:
  ///
  ///     u1 = u + h A(u);  u2 = P u1;  v ← S(v + h (v W_j + b_j)) from v = u2, j = 1 … J → u4; u5 =
  ///     (1 − ρ) u2 + ρ u4;  P u5
  ///
  /// with `S` the projection onto `u ≥ 0` behind all substeps but the last. At `h = 1`, `ρ = ½` and
  /// `W_j = W_FFN − I` it is `LN(u2 + FFN(u2))`, `u2 = LN(u + A(u))`; with a floor `ε` in the norms
  /// the closing one must have `ε/4`, because it sees half the sum. Where the layers are wider than
  /// the state, the state is padded by zero features in between.
  ///
  /// As `h → 0` the relaxation stays and the step does not tend to the identity: it converges to no
  /// equation, and claims order 0.
  ///
  /// @param e first field: attention, with its projection; then the `J` layers `v W_j + b_j`, the
  ///     last of them with the closing projection
  /// @param relaxation weight `ρ` of the feed-forward result
  public static Scheme postNorm(ContinuousEquation e, double relaxation) {
    return postNorm(
        "post-norm",
        0,
        e,
        Coefficient.step(1),
        Coefficient.constant(1 - relaxation),
        Coefficient.constant(relaxation));
  }

  /// The post-norm step with the consistent relaxation `u5 = (u2 + h u4)/(1 + h)`, which is
  /// implicit Euler for `v' = G(u2) − v`: with `G` the feed-forward network, made of substeps that
  /// are whole (`v ← S(v + v W_j + b_j)`, whatever `h`), it converges at order 1 to
  /// `u_t ∈ A(u) + G(u) − u − N_S1(u)`. At `h = 1` it is [#postNorm] with `ρ = ½`.
  ///
  /// (With substeps literal in `h` the weights `W_j` would enter at order `h²` only and vanish from
  /// the limit.)
  public static Scheme postNormConsistent(ContinuousEquation e) {
    return postNorm(
        "post-norm, consistent",
        1,
        e,
        Coefficient.ONE,
        new Coefficient(1, Coefficient.Form.KEPT),
        new Coefficient(1, Coefficient.Form.MOVED));
  }

  private static Scheme postNorm(
      String name,
      int order,
      ContinuousEquation e,
      Coefficient substep,
      Coefficient kept,
      Coefficient moved) {
    if (e.fields().size() < 2) {
      throw new IllegalArgumentException(
          name + ": found one field, expected attention and at least one layer");
    }
    Lines lines = new Lines();
    int normed = lines.fresh();
    FieldUse attention = FieldUse.of(e.fields().getFirst());
    lines.field(attention, Lines.STATE, normed, List.of(UNCHANGED), Coefficient.step(1), 0);
    lines.apply(e.projectionBehind(0), normed, normed, 1);
    int result = FeedForwardLines.write(lines, e, normed, substep);
    lines.combine(Lines.STATE, List.of(new Term(normed, kept), new Term(result, moved)));
    lines.apply(e.projectionBehind(e.fields().size() - 1), Lines.STATE, Lines.STATE, 1);
    return lines.scheme(name, order);
  }

  /// The explicit Euler step of a continuous-time Transformer whose velocity is a whole stack of
  /// blocks (Kan et al., 2501.18793): with `G` the given steps of size 1, one after the other,
  ///
  ///     u ← u + h (G(u) − u).
  ///
  /// At `h = 1` it is `G`. Order 1.
  ///
  /// @param blocks steps without inner steps
  /// @throws IllegalArgumentException if there is no block, or one has an inner step, whose size
  /// cannot be held
  public static Scheme stack(List<Scheme> blocks) {
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("stack: found no block, expected at least one");
    }
    Lines lines = new Lines();
    int moved = lines.fresh();
    lines.combine(moved, List.of(UNCHANGED));
    blocks.forEach(scheme -> lines.whole(scheme, moved));
    lines.combine(
        Lines.STATE,
        List.of(
            UNCHANGED,
            new Term(Lines.STATE, Coefficient.step(-1)),
            new Term(moved, Coefficient.step(1))));
    return lines.scheme("stack of " + blocks.size() + " " + blocks.getFirst().name(), 1);
  }

  /// A sub-flow of a splitting: a step with one field over `[t + at·h, t + (at + span)·h]`.
  private record SubFlow(int field, Step step, double at, double span) {}

  private static List<SubFlow> symmetric(List<FieldUse> fields) {
    List<SubFlow> flows = new ArrayList<>();
    for (int i = fields.size() - 1; i > 0; i--) {
      flows.add(new SubFlow(i, flow(fields.get(i)), 0, 0.5));
    }
    flows.add(new SubFlow(0, flow(fields.getFirst()), 0, 1));
    for (int i = 1; i < fields.size(); i++) {
      flows.add(new SubFlow(i, flow(fields.get(i)), 0.5, 0.5));
    }
    return flows;
  }

  private static Step flow(FieldUse field) {
    String name = "flow of " + field.operator().name();
    Scheme scheme = rungeKutta(name, ButcherTableau.MIDPOINT, List.of(field));
    return new Step(scheme, field.operator().inputWidth());
  }

  private static void requireFields(String name, ContinuousEquation e, int expected) {
    if (e.fields().size() != expected) {
      throw new IllegalArgumentException(
          name + ": found " + e.fields().size() + " fields, expected " + expected);
    }
  }

  private static void requireArguments(String name, ContinuousEquation e) {
    e.fields().stream()
        .filter(field -> field.argument().isEmpty())
        .findFirst()
        .ifPresent(
            field -> {
              throw new IllegalArgumentException(
                  name
                      + ": found "
                      + field.name()
                      + " of the state itself, expected every field behind a norm");
            });
  }
}
