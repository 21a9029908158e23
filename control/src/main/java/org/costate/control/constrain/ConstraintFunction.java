package org.costate.control.constrain;

/// Smooth constraints on the unknowns: `h_k(c) = 0` for the first [#equalities] ones, `h_k(c) ≤ 0`
/// for the others. What a trajectory must do is of this kind: its values come from a sweep, its
/// gradients from adjoints.
public interface ConstraintFunction {
  /// Number of equalities.
  int equalities();

  /// Number of equalities and inequalities.
  int count();

  /// What messages call constraint `k`.
  String name(int k);

  /// Writes all `h_k(c)`.
  void values(double[] c, double[] h);

  /// Writes all `h_k(c)` and the gradients `∇h_k(c)` as rows.
  void jacobian(double[] c, double[] h, double[][] rows);

  /// `out := out + (Σ_k y_k ∇²h_k(c)) v`; constraints that are linear add nothing.
  ///
  /// @param y weights, one for every constraint
  void addHessian(double[] c, double[] y, double[] v, double[] out);

  /// By how much a value violates its constraint.
  default double violation(int k, double value) {
    return k < equalities() ? Math.abs(value) : Math.max(0, value);
  }

  /// No constraints.
  ConstraintFunction NONE =
      new ConstraintFunction() {
        @Override
        public int equalities() {
          return 0;
        }

        @Override
        public int count() {
          return 0;
        }

        @Override
        public String name(int k) {
          throw new IndexOutOfBoundsException(k);
        }

        @Override
        public void values(double[] c, double[] h) {}

        @Override
        public void jacobian(double[] c, double[] h, double[][] rows) {}

        @Override
        public void addHessian(double[] c, double[] y, double[] v, double[] out) {}
      };
}
