package org.costate.adjoint.sweep;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.Stage;
import org.costate.model.operator.Operator;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;
import org.costate.model.time.ControlLayout;

/// The stages before or behind the steps, one after the other, with all their values and records.
/// Without stages the output is the input.
final class StageChain {
  private final List<Stage> stages;
  private final ControlLayout layout;
  private final double time;
  private final double[][] value;
  private final double[][] record;
  private final double[][] valueDot;
  private final double[][] costate;
  private final double[][] costateDot;

  /// Shapes in front of every stage and behind the last, for every shape of input seen.
  private final List<Shape[]> shapesSeen = new ArrayList<>();

  private Shape[] shapes;

  /// @param time depth-time of all stages
  /// @param capacity largest shape of the input
  StageChain(
      List<Stage> stages, ControlLayout layout, double time, Shape capacity, boolean tangents) {
    this.stages = stages;
    this.layout = layout;
    this.time = time;
    int count = stages.size();
    value = new double[count][];
    record = new double[count][];
    costate = new double[count][];
    valueDot = new double[count][];
    costateDot = new double[count][];
    open(capacity);
    for (int k = 0; k < count; k++) {
      int size = outputSize(k);
      value[k] = new double[size];
      record[k] = new double[operator(k).recordSize(shapes[k])];
      costate[k] = new double[size];
      valueDot[k] = new double[tangents ? size : 0];
      costateDot[k] = new double[tangents ? size : 0];
    }
  }

  /// Doubles of scratch that a chain of stages claims at most, their controls included.
  static int workSize(List<Stage> stages, ControlLayout layout, Shape input) {
    int most = 0;
    Shape s = input;
    for (Stage stage : stages) {
      int controls = Math.multiplyExact(4, layout.stageWorkSize(stage.blocks()));
      most = Math.max(most, Math.addExact(stage.operator().workSize(s), controls));
      s = stage.operator().outputShape(s);
    }
    return most;
  }

  boolean isEmpty() {
    return stages.isEmpty();
  }

  /// Takes the sizes of inputs of shape `s`.
  void open(Shape s) {
    for (int i = 0; i < shapesSeen.size(); i++) {
      Shape seen = shapesSeen.get(i)[0];
      if (seen.batch() == s.batch() && seen.tokens() == s.tokens()) {
        shapes = shapesSeen.get(i);
        return;
      }
    }
    shapes = new Shape[stages.size() + 1];
    shapes[0] = s;
    for (int k = 0; k < stages.size(); k++) {
      shapes[k + 1] = operator(k).outputShape(shapes[k]);
    }
    shapesSeen.add(shapes);
  }

  /// Shape behind the last stage.
  Shape outputShape() {
    return shapes[stages.size()];
  }

  /// What the last stage gave, or the input where there is no stage.
  Slice output(Slice input, Workspace w) {
    return isEmpty() ? input : last(value, w);
  }

  /// The tangent of [#output].
  Slice outputDot(Slice inputDot, Workspace w) {
    return isEmpty() ? inputDot : last(valueDot, w);
  }

  /// Where the costate at the output is put before [#adjoint].
  Slice outputCostate(Slice inputCostate, Workspace w) {
    return isEmpty() ? inputCostate : last(costate, w);
  }

  /// Where the direction of that costate is put before [#secondAdjoint].
  Slice outputCostateDot(Slice inputCostateDot, Workspace w) {
    return isEmpty() ? inputCostateDot : last(costateDot, w);
  }

  void forward(Run run, Slice input, boolean keepRecords, Workspace w) {
    for (int k = 0; k < stages.size(); k++) {
      w.enter();
      Point p = point(run, k, input, w);
      Slice y = view(value, k, w);
      operator(k).apply(p, y, keepRecords ? recordOf(k, w) : Slice.NONE, w);
      Finiteness.requireOf(operator(k), y, shapes[k + 1], w.kernels());
      w.leave();
    }
  }

  void tangent(Run run, Slice input, Slice inputDot, Workspace w) {
    for (int k = 0; k < stages.size(); k++) {
      w.enter();
      Point p = point(run, k, input, w);
      Variation v = direction(run, k, inputDot, w);
      operator(k).tangent(p, recordOf(k, w), v, view(valueDot, k, w), w);
      w.leave();
    }
  }

  /// @param inputCostate added to; absent if not wanted
  void adjoint(Run run, Slice input, Slice inputCostate, Workspace w) {
    adjoint(run, costate, run.gradient, input, inputCostate, w);
  }

  /// The adjoint of the direction of the costate alone, into the product of the run: a part of the
  /// Gauss–Newton matrix.
  void directionAdjoint(Run run, Slice input, Slice inputCostateDot, Workspace w) {
    adjoint(run, costateDot, run.product, input, inputCostateDot, w);
  }

  private void adjoint(
      Run run, double[][] costates, double[] target, Slice input, Slice inputCostate, Workspace w) {
    for (int k = stages.size() - 1; k >= 0; k--) {
      w.enter();
      run.place.enter();
      Slice thetaBar = bar(target, k, w);
      Variation bar = w.variation(below(costates, k, inputCostate, w), thetaBar);
      operator(k).adjoint(point(run, k, input, w), recordOf(k, w), view(costates, k, w), bar, w);
      close(thetaBar, k, target);
      run.place.leave();
      w.leave();
    }
  }

  void secondAdjoint(
      Run run,
      Slice input,
      Slice inputDot,
      Slice inputCostate,
      Slice inputCostateDot,
      Workspace w) {
    for (int k = stages.size() - 1; k >= 0; k--) {
      w.enter();
      run.place.enter();
      Slice thetaBar = bar(run.gradient, k, w);
      Slice thetaBarDot = bar(run.product, k, w);
      operator(k)
          .secondAdjoint(
              point(run, k, input, w),
              recordOf(k, w),
              direction(run, k, inputDot, w),
              view(costate, k, w),
              view(costateDot, k, w),
              w.variation(below(costate, k, inputCostate, w), thetaBar),
              w.variation(below(costateDot, k, inputCostateDot, w), thetaBarDot),
              w);
      close(thetaBar, k, run.gradient);
      close(thetaBarDot, k, run.product);
      run.place.leave();
      w.leave();
    }
  }

  private Operator operator(int k) {
    return stages.get(k).operator();
  }

  private int outputSize(int k) {
    return shapes[k + 1].size(operator(k).outputWidth());
  }

  private Slice view(double[][] arrays, int k, Workspace w) {
    return w.view(arrays[k], 0, outputSize(k));
  }

  private Slice last(double[][] arrays, Workspace w) {
    return view(arrays, stages.size() - 1, w);
  }

  private Slice recordOf(int k, Workspace w) {
    return w.view(record[k], 0, operator(k).recordSize(shapes[k]));
  }

  private Point point(Run run, int k, Slice input, Workspace w) {
    Slice u = k == 0 ? input : view(value, k - 1, w);
    Slice theta = layout.stageAt(run.c, stages.get(k).blocks(), w);
    return w.point(time, 0, shapes[k], u, theta, run.batch);
  }

  private Variation direction(Run run, int k, Slice inputDot, Workspace w) {
    Slice du = k == 0 ? inputDot : view(valueDot, k - 1, w);
    Slice dTheta =
        run.direction.length == 0
            ? Slice.NONE
            : layout.stageAt(run.direction, stages.get(k).blocks(), w);
    return w.variation(du, dTheta);
  }

  private Slice below(double[][] arrays, int k, Slice inputBar, Workspace w) {
    if (k == 0) {
      return inputBar;
    }
    Slice bar = view(arrays, k - 1, w);
    bar.fill(0);
    return bar;
  }

  private Slice bar(double[] target, int k, Workspace w) {
    return target.length == 0 ? Slice.NONE : layout.stageBarAt(target, stages.get(k).blocks(), w);
  }

  private void close(Slice thetaBar, int k, double[] target) {
    if (!thetaBar.isNone()) {
      layout.addStageAdjoint(thetaBar, stages.get(k).blocks(), target);
    }
  }
}
