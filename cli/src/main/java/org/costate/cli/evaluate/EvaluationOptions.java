package org.costate.cli.evaluate;

import java.util.Optional;
import java.util.function.Consumer;
import org.costate.adjoint.sweep.MemoryPlan;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.interop.architecture.Conventions;

/// What an evaluation shall do.
///
/// @param gradients whether the adjoint sweep runs too
/// @param loss what is minimised; that of the model's type if absent
/// @param variant which inputs are preferred
/// @param sweep how the sweeps run
/// @param planned is told what a gradient will keep and run again, before it runs
public record EvaluationOptions(
    boolean gradients,
    Optional<Conventions.Loss> loss,
    Optional<String> variant,
    SweepOptions sweep,
    Consumer<MemoryPlan> planned) {

  /// Forward only, the model's own loss, plain inputs.
  public static EvaluationOptions forward(SweepOptions sweep) {
    return new EvaluationOptions(false, Optional.empty(), Optional.empty(), sweep, plan -> {});
  }

  /// The same with gradients.
  public EvaluationOptions withGradients() {
    return new EvaluationOptions(true, loss, variant, sweep, planned);
  }

  /// The same with the inputs of a variant.
  public EvaluationOptions withVariant(String name) {
    return new EvaluationOptions(gradients, loss, Optional.of(name), sweep, planned);
  }

  /// The same with another loss.
  public EvaluationOptions withLoss(Conventions.Loss other) {
    return new EvaluationOptions(gradients, Optional.of(other), variant, sweep, planned);
  }
}
