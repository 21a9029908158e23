package org.costate.cli.evaluate;

import java.util.List;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Reads something off the last state by the first exit stages of a model.
///
/// @param shape sequences and tokens of the result
/// @param values `[batch, tokens, width]`
record Readout(Shape shape, double[] values) {

  /// @param state `u_N`
  /// @param count how many exit stages are applied
  static Readout of(
      Model model, double[] c, Batch batch, double[] state, int count, Kernels kernels) {
    Readout result = new Readout(model.stateShape(batch.shape()), state);
    List<Stage> stages = model.exit().subList(0, count);
    for (Stage stage : stages) {
      result = result.through(stage, model, c, batch, kernels);
    }
    return result;
  }

  private Readout through(Stage stage, Model model, double[] c, Batch batch, Kernels kernels) {
    var operator = stage.operator();
    int controls = model.layout().stageWorkSize(stage.blocks());
    Workspace w = new Workspace(kernels, Math.addExact(controls, operator.workSize(shape)));
    w.enter();
    Slice theta = model.layout().stageAt(c, stage.blocks(), w);
    Shape after = operator.outputShape(shape);
    double[] y = new double[after.size(operator.outputWidth())];
    double t = model.grid().end();
    Point p = Point.of(t, 1, shape, Slice.of(values), theta, batch);
    operator.apply(p, Slice.of(y), Slice.NONE, w);
    w.leave();
    return new Readout(after, y);
  }
}
