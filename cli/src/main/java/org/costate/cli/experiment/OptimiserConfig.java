package org.costate.cli.experiment;

import java.util.List;

/// How the objective is minimised.
///
/// @param kind the method
/// @param iterations number of iterations
/// @param batch sequences drawn for each; 0: the whole training set every time
/// @param rate learning rate after the warm-up
/// @param minimumRate learning rate at the end of the cosine decay
/// @param warmup iterations of linear warm-up
/// @param decay decoupled weight decay on matrices (AdamW)
/// @param beta1 memory of the first moment, or momentum
/// @param beta2 memory of the second moment
/// @param clip largest gradient norm; larger ones are scaled down; 0: never
/// @param history pairs kept by L-BFGS, that of the maximisations too
/// @param free arrays of controls that may change, by name as in a constraint; all if empty (kinds
/// `lbfgs`, `projected-gradient`, `sqp`)
/// @param secondOrder further numbers of Newton, Gauss–Newton and Levenberg–Marquardt
/// @param maximum further numbers of the methods of the maximum principle
public record OptimiserConfig(
    Kind kind,
    int iterations,
    int batch,
    double rate,
    double minimumRate,
    int warmup,
    double decay,
    double beta1,
    double beta2,
    double clip,
    int history,
    List<String> free,
    SecondOrder secondOrder,
    Maximum maximum) {

  /// Numbers of methods that multiply with the Hessian or the Gauss–Newton matrix.
  ///
  /// @param radius first radius of the trust region
  /// @param damping first damping of Levenberg–Marquardt, in units of the curvature along the
  /// gradient
  /// @param forcing residual of the conjugate gradients, relative to the gradient
  /// @param products most products for one step
  /// @param dense most unknowns for which Levenberg–Marquardt forms its matrix
  public record SecondOrder(
      double radius, double damping, double forcing, int products, int dense) {}

  /// Numbers of the methods of the maximum principle.
  ///
  /// @param penalty first penalty ρ (E-MSA)
  /// @param adaptive whether it follows the decrease of the objective (E-MSA)
  /// @param iterations most iterations of the maximisation of one layer
  /// @param tolerance gradient of a layer's Hamiltonian at which it is done, relative to its first
  public record Maximum(double penalty, boolean adaptive, int iterations, double tolerance) {}

  /// Methods.
  public enum Kind {
    /// Adam with decoupled weight decay.
    ADAMW,
    /// Gradient descent with momentum.
    SGD,
    /// Limited-memory BFGS with a strong-Wolfe line search.
    LBFGS,
    /// Gradient projection with an Armijo rule along the projection arc.
    PROJECTED_GRADIENT,
    /// Sequential quadratic programming, for at most 300 free unknowns.
    SQP,
    /// Truncated Newton in a trust region.
    NEWTON,
    /// Gauss–Newton in a trust region.
    GAUSS_NEWTON,
    /// Levenberg–Marquardt.
    LEVENBERG_MARQUARDT,
    /// Successive approximations of the maximum principle.
    MSA,
    /// The same, extended by penalties on the feasibility of states and costates.
    EMSA
  }

  /// The same in another number of iterations, with the same part of them to warm up.
  OptimiserConfig within(int newIterations) {
    int newWarmup = (int) ((long) warmup * newIterations / Math.max(1, iterations));
    return new OptimiserConfig(
        kind,
        newIterations,
        batch,
        rate,
        minimumRate,
        newWarmup,
        decay,
        beta1,
        beta2,
        clip,
        history,
        free,
        secondOrder,
        maximum);
  }

  /// What an experiment file may leave out.
  public static final OptimiserConfig DEFAULT =
      new OptimiserConfig(
          Kind.ADAMW,
          500,
          16,
          2e-3,
          2e-4,
          50,
          0.1,
          0.9,
          0.95,
          1.0,
          10,
          List.of(),
          new SecondOrder(1, 1e-3, 0.1, 100, 300),
          new Maximum(1, true, 10, 1e-3));
}
