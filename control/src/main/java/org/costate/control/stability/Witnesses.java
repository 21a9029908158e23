package org.costate.control.stability;

import java.util.List;
import java.util.function.Function;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.adjoint.sweep.Propagator;
import org.costate.control.Vectors;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;

/// Measured gains between certified bounds from above and adversarial perturbations from below.
///
/// @param anatomy every step taken apart into its operators
/// @param bound of `‖∂u_N/∂u_0‖₂`: the product of the bounds of the steps
/// @param adversarial the largest gain that ascent found over a finite distance
/// @param radius that distance
public record Witnesses(
    List<StepAnatomy> anatomy, double bound, AdversarialGain adversarial, double radius) {
  /// Share of the norm of the first state that an adversary may perturb it by.
  public static final double ADVERSARIAL_SHARE = 0.01;

  private static final int PROBES = 30;
  private static final int ASCENTS = 2;
  private static final int ASCENT_STEPS = 30;

  public Witnesses {
    anatomy = List.copyOf(anatomy);
  }

  /// Looks at the steps of `trajectory`.
  ///
  /// @param direction in which a small perturbation of the first state grows most
  static Witnesses of(
      Model model,
      double[] c,
      Batch batch,
      Linearisation trajectory,
      Kernels kernels,
      GolubKahan solver,
      double[] direction) {
    List<StepAnatomy> anatomy = StepAnatomy.of(model, c, batch, trajectory, kernels, solver);
    double bound = anatomy.stream().mapToDouble(StepAnatomy::bound).reduce(1, (a, b) -> a * b);
    double[] first = trajectory.state(0).toArray();
    double radius = ADVERSARIAL_SHARE * Vectors.norm(first);
    AdversarialGain adversarial =
        AdversarialGain.of(
            around(model, c, batch, first, trajectory, kernels),
            direction,
            new AdversarialGain.Search(radius, PROBES, ASCENTS, ASCENT_STEPS, solver.seed()));
    return new Witnesses(anatomy, bound, adversarial, radius);
  }

  /// The steps of `model` alone, around the state `first`.
  private static Function<double[], AdversarialGain.Linearised> around(
      Model model,
      double[] c,
      Batch batch,
      double[] first,
      Linearisation trajectory,
      Kernels kernels) {
    Model steps = new Model(List.of(), model.step(), model.grid(), model.layout(), List.of());
    return delta -> {
      double[] u = first.clone();
      Vectors.axpy(1, delta, u);
      Batch moved = Batch.ofInput(trajectory.stateShape(), u);
      Batch weighted = batch.tokenWeights().map(moved::withTokenWeights).orElse(moved);
      Linearisation there = new Linearisation(steps, c, weighted, kernels);
      Propagator whole = there.propagator(0, there.steps());
      return new AdversarialGain.Linearised(
          there.state(there.steps()).toArray(),
          w -> {
            double[] out = new double[whole.cols()];
            whole.applyTranspose(w, out);
            return out;
          });
    };
  }
}
