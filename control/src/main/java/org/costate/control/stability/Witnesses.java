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

  /// Sets the parts of every step beside an adversary.
  static Witnesses of(List<StepAnatomy> anatomy, AdversarialGain adversarial, double radius) {
    double bound = anatomy.stream().mapToDouble(StepAnatomy::bound).reduce(1, (a, b) -> a * b);
    return new Witnesses(anatomy, bound, adversarial, radius);
  }

  /// How far the adversary may go from the first state of `trajectory`.
  static double radius(Linearisation trajectory) {
    return ADVERSARIAL_SHARE * Vectors.norm(trajectory.state(0).toArray());
  }

  /// The adversary's gain around the first state of `trajectory`.
  ///
  /// @param direction in which a small perturbation of the first state grows most
  static AdversarialGain adversary(
      Model model,
      double[] c,
      Batch batch,
      Linearisation trajectory,
      Kernels kernels,
      double[] direction,
      long seed) {
    return AdversarialGain.of(
        around(model, c, batch, trajectory, kernels),
        direction,
        new AdversarialGain.Search(radius(trajectory), PROBES, ASCENTS, ASCENT_STEPS, seed));
  }

  /// The steps of `model` alone, around its first state.
  private static Function<double[], AdversarialGain.Linearised> around(
      Model model, double[] c, Batch batch, Linearisation trajectory, Kernels kernels) {
    double[] first = trajectory.state(0).toArray();
    Model steps = new Model(List.of(), model.step(), model.grid(), model.layout(), List.of());
    return delta -> {
      double[] u = first.clone();
      Vectors.axpy(1, delta, u);
      Batch moved = Batch.ofInput(trajectory.stateShape(), u);
      Batch weighted = batch.tokenWeights().map(moved::withTokenWeights).orElse(moved);
      Linearisation there = Linearisation.sharing(steps, c, weighted, kernels);
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
