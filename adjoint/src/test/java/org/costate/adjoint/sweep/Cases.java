package org.costate.adjoint.sweep;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Coefficient;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Step;
import org.costate.model.scheme.Term;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.Legendre;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.PiecewiseLinear;
import org.costate.model.time.TimeBasis;
import org.costate.model.time.TimeGrid;

/// Small whole models of test operators.
final class Cases {
  static final int WIDTH = 3;

  /// A grid with steps of very different sizes.
  static final TimeGrid RAGGED =
      TimeGrid.of(0, 0.1, 0.4, 0.5, 0.55, 0.8, 1.0, 1.3, 1.4, 1.7, 1.75, 2.0);

  private Cases() {}

  static List<TimeBasis> bases() {
    return List.of(
        new PiecewiseConstant(4, 2), new PiecewiseLinear(4, 2), new Legendre(3, 2), new Constant());
  }

  private static Line line(
      int target, Operator field, int input, String block, double weight, double at) {
    return new Line(
        target,
        List.of(new Term(0, Coefficient.ONE)),
        Optional.of(
            new Application(
                field, input, List.of(ControlRef.value(block)), Coefficient.step(weight), at, 1)));
  }

  /// The explicit midpoint rule on `field`: two substeps that read the controls at two times.
  static Scheme midpoint(Operator field) {
    return new Scheme(
        "midpoint",
        2,
        List.of(line(1, field, 0, "field", 0.5, 0), line(2, field, 1, "field", 1, 0.5)));
  }

  /// Entry and exit share the block `ends` with one another: tied controls.
  static Model tied(TimeBasis basis) {
    SineField field = new SineField(WIDTH);
    Step step = new Step(midpoint(field), WIDTH);
    List<Parameter> readout = new TokenSum(WIDTH).parameters();
    ControlLayout layout =
        ControlLayout.builder()
            .block("ends", field.parameters(), new Constant())
            .block("field", field.parameters(), basis)
            .block("readout", readout, new Constant())
            .build();
    return new Model(
        List.of(new Stage(field, List.of("ends"))),
        step,
        RAGGED,
        layout,
        List.of(
            new Stage(field, List.of("ends")), new Stage(new TokenSum(WIDTH), List.of("readout"))));
  }

  /// Steps alone: the input is `u_0`, the last state the output.
  static Model bare(TimeBasis basis) {
    SineField field = new SineField(WIDTH);
    ControlLayout layout =
        ControlLayout.builder().block("field", field.parameters(), basis).build();
    return new Model(List.of(), new Step(midpoint(field), WIDTH), RAGGED, layout, List.of());
  }

  static double[] random(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    return random.doubles(count, -1, 1).toArray();
  }

  static Batch batch(int sequences) {
    Shape shape = new Shape(sequences, 2);
    return Batch.ofInput(shape, random(99, shape.size(WIDTH)));
  }
}
