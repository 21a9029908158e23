package org.costate.control;

/// The Hamiltonians of a problem at one set of controls, with states and costates held: what the
/// maximum principle maximises layer by layer. A layer is a group of controls that no other layer's
/// Hamiltonian reads: those of one step where every step has its own, of all steps where they are
/// tied in time.
///
/// Everything is written for minimisation: `S_k(x) = −Σ h H` over the links of layer `k` at its
/// controls `x`, costs of the controls included, other layers held.
public interface Hamiltonians {
  /// `J` at the controls.
  double value();

  /// Number of layers.
  int layers();

  /// Number of controls of layer `k`.
  int size(int k);

  /// Name of layer `k` for reports: `entry`, `step 3`, `steps 0-3`, `exit`.
  String name(int k);

  /// Copies the controls of layer `k` out of all controls.
  void gather(int k, double[] all, double[] x);

  /// Copies the controls of layer `k` into all controls.
  void scatter(int k, double[] x, double[] all);

  /// Evaluates layers, for one thread. Several may be used at the same time.
  Evaluator evaluator();

  /// Evaluates layers.
  interface Evaluator {
    /// `S_k(x) + ρ/2 (X_k(x) + Λ_k(x))` with the feasibility terms of state and costate, which
    /// vanish at the controls held. NaN where the controls blow up.
    ///
    /// @param penalty `ρ ≥ 0`
    /// @param g overwritten with the gradient
    double augmented(int k, double[] x, double penalty, double[] g);

    /// `S_k` of the last evaluation.
    double negativeHamiltonian();

    /// `X_k` of the last evaluation.
    double stateTerm();

    /// `Λ_k` of the last evaluation.
    double costateTerm();
  }
}
