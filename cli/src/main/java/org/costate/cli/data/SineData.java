package org.costate.cli.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.costate.adjoint.cost.RunningCost;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.cli.experiment.DataConfig;
import org.costate.cli.experiment.ModelConfig;
import org.costate.cli.experiment.TimeConfig;
import org.costate.control.cost.Quadratic;
import org.costate.control.train.Dataset;
import org.costate.control.train.Sequences;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.operator.Affine;
import org.costate.model.operator.FieldLayer;
import org.costate.model.scheme.Schemes;
import org.costate.model.scheme.Step;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;

/// The function `sin x` on `[−π, π]` by a continuous residual network `u' = f(u W(t) + b(t))`
/// between an affine embedding of `x` and an affine readout. Points for training are evenly spaced,
/// those held out lie in the middle between them.
///
/// @param samples points for training
public record SineData(int samples) implements DynamicsData {
  /// The problem of an experiment.
  ///
  /// @throws InputException if there are not at least two points
  public static SineData of(DataConfig config) {
    if (config.samples() < 2) {
      throw new InputException("data.samples: found " + config.samples(), "at least 2", "");
    }
    return new SineData(config.samples());
  }

  @Override
  public Model model(ModelConfig config, TimeConfig time) {
    int width = config.width();
    FieldLayer layer = new FieldLayer(width, config.activation(), config.bias());
    Affine in = new Affine(1, width, true, false);
    Affine out = new Affine(width, 1, true, false);
    Step step =
        new Step(
            Schemes.lie(ContinuousEquation.of(Field.of(Controlled.of(layer, "layer")))), width);
    ControlLayout layout =
        ControlLayout.builder()
            .block("embedding", in.parameters(), new Constant())
            .blocksOf(step, time.depth().functions())
            .block("readout", out.parameters(), new Constant())
            .build();
    return new Model(
        List.of(new Stage(in, List.of("embedding"))),
        step,
        time.depth().grid(),
        layout,
        List.of(new Stage(out, List.of("readout"))));
  }

  @Override
  public List<RunningCost> running() {
    return List.of();
  }

  @Override
  public TerminalCost cost() {
    return new Quadratic();
  }

  @Override
  public Dataset training() {
    return new Sequences(points(samples, 0));
  }

  @Override
  public Shape shape(int count) {
    return new Shape(count, 1);
  }

  @Override
  public Batch validation() {
    return points(samples - 1, 0.5);
  }

  private Batch points(int count, double shift) {
    double[] x = new double[count];
    double[] y = new double[count];
    for (int i = 0; i < count; i++) {
      x[i] = Math.PI * (2 * (i + shift) / (samples - 1) - 1);
      y[i] = StrictMath.sin(x[i]);
    }
    return Batch.ofInput(new Shape(count, 1), x).withTarget(y);
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("function", "sin x on [−π, π]");
    facts.put("points for training", String.valueOf(samples));
    facts.put("points held out", String.valueOf(samples - 1));
    return facts;
  }
}
