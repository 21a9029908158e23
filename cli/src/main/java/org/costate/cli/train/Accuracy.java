package org.costate.cli.train;

import java.util.Optional;
import org.costate.adjoint.sweep.Outputs;
import org.costate.control.cost.CrossEntropy;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;

/// The part of the held-out sequences that a classifier puts into their class.
///
/// @param last with the controls after the last iteration
/// @param best with the controls of the least held-out cost
public record Accuracy(double last, double best) {

  /// The accuracy of a run, if its data are classes of whole sequences.
  static Optional<Accuracy> of(TrainedRun run, Kernels kernels) {
    boolean classes =
        run.data().cost() instanceof CrossEntropy cost
            && cost.labels() == CrossEntropy.Labels.SEQUENCE;
    if (!classes) {
      return Optional.empty();
    }
    Batch heldOut = run.data().validation();
    return Optional.of(
        new Accuracy(
            of(run.model(), run.state().controls(), heldOut, kernels),
            of(run.model(), run.bestControls(), heldOut, kernels)));
  }

  /// The part of `batch` whose largest logit is that of its label.
  public static double of(Model model, double[] c, Batch batch, Kernels kernels) {
    return of(
        Outputs.of(model, c, batch, kernels), batch.labels().orElseThrow(), model.outputWidth());
  }

  /// The part of the rows of `logits`, `[labels, classes]`, that are largest at their label; logits
  /// that are not numbers are wrong.
  static double of(double[] logits, int[] labels, int classes) {
    int right = 0;
    for (int row = 0; row < labels.length; row++) {
      double own = logits[row * classes + labels[row]];
      boolean largest = true;
      for (int k = 0; largest && k < classes; k++) {
        largest = k == labels[row] || own > logits[row * classes + k];
      }
      right += largest ? 1 : 0;
    }
    return (double) right / labels.length;
  }
}
