package org.costate.cli.stability;

import java.util.List;
import java.util.Map;
import org.costate.cli.run.Session;
import org.costate.control.stability.Stability;
import org.costate.control.stability.StabilityOptions;
import org.costate.model.Model;
import org.costate.model.NumericalException;
import org.costate.model.state.Batch;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// The section on stability of reports on something else.
public final class StabilityBrief {
  private StabilityBrief() {}

  /// The stability of `model` on the first sequence of `batch`, in a few figures and curves. A
  /// model that leaves the numbers is told.
  ///
  /// @param c the controls of `model`, not modified
  /// @param notes what lies beside the weights, for the names of tokens
  public static Report.Section of(
      Model model, double[] c, Batch batch, Map<String, String> notes, long seed, Session session) {
    Batch one = batch.sequences(0, 1);
    int dimension = model.stateShape(one.shape()).size(model.stateWidth());
    List<String> names = TokenNames.of(model.stateShape(one.shape()).tokens(), one, notes);
    try {
      Stability found =
          Stability.of(
              model,
              c,
              one,
              session.kernels(),
              StabilityOptions.brief(dimension, seed),
              session.threads());
      return StabilitySection.brief(found, names);
    } catch (NumericalException e) {
      return new Report.Section(
          "Stability",
          "How small perturbations of the first state grow on their way through the layers.",
          List.of(new Block.Text("Not to be said: " + e.getMessage())));
    }
  }
}
