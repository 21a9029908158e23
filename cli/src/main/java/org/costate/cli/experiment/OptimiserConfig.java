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
/// @param history pairs kept by L-BFGS
/// @param free arrays of controls that may change, by name as in a constraint; all if empty (kinds
/// `lbfgs`, `projected-gradient`, `sqp`)
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
    List<String> free) {

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
    SQP
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
        free);
  }

  /// What an experiment file may leave out.
  public static final OptimiserConfig DEFAULT =
      new OptimiserConfig(Kind.ADAMW, 500, 16, 2e-3, 2e-4, 50, 0.1, 0.9, 0.95, 1.0, 10, List.of());
}
