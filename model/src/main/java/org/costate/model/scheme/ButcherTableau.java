package org.costate.model.scheme;

import java.util.List;

/// An explicit Runge–Kutta method: `k_s = F(t + c_s h, u + h Σ_j a_sj k_j)`,
/// `u := u + h Σ b_s k_s`.
///
/// @param name short name
/// @param order its order
/// @param a row `s` has `s` entries
/// @param b weights of the result
/// @param c times of the stages in units of `h`
public record ButcherTableau(
    String name, int order, List<List<Double>> a, List<Double> b, List<Double> c) {
  /// `u + h F(u)`.
  public static final ButcherTableau EULER =
      new ButcherTableau("euler", 1, List.of(List.of()), List.of(1.0), List.of(0.0));

  /// `u + h F(u + h/2 F(u))`.
  public static final ButcherTableau MIDPOINT =
      new ButcherTableau(
          "midpoint", 2, List.of(List.of(), List.of(0.5)), List.of(0.0, 1.0), List.of(0.0, 0.5));

  /// The classical method of order 4.
  public static final ButcherTableau RK4 =
      new ButcherTableau(
          "rk4",
          4,
          List.of(List.of(), List.of(0.5), List.of(0.0, 0.5), List.of(0.0, 0.0, 1.0)),
          List.of(1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6),
          List.of(0.0, 0.5, 0.5, 1.0));

  /// @throws IllegalArgumentException if the sizes do not make an explicit method
  public ButcherTableau {
    a = a.stream().map(List::copyOf).toList();
    b = List.copyOf(b);
    c = List.copyOf(c);
    boolean explicit = !b.isEmpty() && a.size() == b.size() && c.size() == b.size();
    for (int s = 0; explicit && s < a.size(); s++) {
      explicit = a.get(s).size() == s;
    }
    if (!explicit) {
      throw new IllegalArgumentException(
          "Runge-Kutta method " + name + ": found a tableau that is not explicit: a = " + a);
    }
  }

  /// Number of stages.
  public int stages() {
    return b.size();
  }
}
