package org.costate.adjoint.sweep;

import static org.costate.adjoint.sweep.Cases.batch;
import static org.costate.adjoint.sweep.Cases.random;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Coefficient;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Step;
import org.costate.model.scheme.Term;
import org.costate.model.state.Shape;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.PiecewiseLinear;
import org.costate.model.time.TimeGrid;
import org.junit.jupiter.api.Test;

/// Optimise-then-discretise against discretise-then-optimise on Euler grids.
class ContinuousAdjointTest {
  private static final int WIDTH = Cases.WIDTH;

  private static Model model(int steps) {
    SineField field = new SineField(WIDTH);
    Line line =
        new Line(
            1,
            List.of(new Term(0, Coefficient.ONE)),
            Optional.of(
                new Application(
                    field, 0, List.of(ControlRef.value("field")), Coefficient.step(1), 0, 1)));
    ControlLayout layout =
        ControlLayout.builder()
            .block("entry", field.parameters(), new Constant())
            .block("field", field.parameters(), new PiecewiseLinear(4, 2))
            .block("exit", field.parameters(), new Constant())
            .build();
    return new Model(
        List.of(new Stage(field, List.of("entry"))),
        new Step(new Scheme("euler", 1, List.of(line)), WIDTH),
        TimeGrid.uniform(steps, 2),
        layout,
        List.of(new Stage(field, List.of("exit"))));
  }

  private static double[] discrete(Model model, double[] c) {
    double[] g = new double[c.length];
    sweep(model).gradient(c, batch(3), Scales.ONE, g);
    return g;
  }

  private static ModelSweep sweep(Model model) {
    return new ModelSweep(
        model, TestCosts.terminalOnly(), new Shape(3, 2), SweepOptions.with(new PlainKernels()));
  }

  private static double[] continuous(Model model, double[] c) {
    double[] g = new double[c.length];
    double cost =
        new ContinuousAdjoint(model, new TestCosts.Terminal(), new PlainKernels())
            .gradient(c, batch(3), 1, g);
    double expected = sweep(model).value(c, batch(3), Scales.ONE);
    assertEquals(expected, cost, 1e-14 * Math.abs(expected));
    return g;
  }

  private static double relativeGap(double[] a, double[] b) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < a.length; i++) {
      difference += (a[i] - b[i]) * (a[i] - b[i]);
      norm += b[i] * b[i];
    }
    return Math.sqrt(difference / norm);
  }

  @Test
  void theGapClosesWithOrderOne() {
    int[] steps = {8, 16, 32, 64, 128, 256};
    double before = 0;
    for (int n : steps) {
      Model model = model(n);
      double[] c = random(1, model.layout().size());
      double gap = relativeGap(continuous(model, c), discrete(model, c));
      if (n >= 64) {
        assertEquals(1, Math.log(before / gap) / Math.log(2), 0.1, "N = " + n);
      }
      before = gap;
    }
    assertTrue(before < 0.01);
  }

  @Test
  void itsTaylorSlopesFallToOne() {
    Model model = model(16);
    double[] c = random(1, model.layout().size());
    assertEquals(1, lastSlope(model, c, continuous(model, c)), 0.05);
    assertEquals(2, lastSlope(model, c, discrete(model, c)), 0.05);
  }

  private static double lastSlope(Model model, double[] c, double[] g) {
    double[] v = random(3, c.length);
    double slope = 0;
    for (int i = 0; i < c.length; i++) {
      slope += g[i] * v[i];
    }
    ModelSweep sweep = sweep(model);
    double here = sweep.value(c, batch(3), Scales.ONE);
    double[] remainder = new double[2];
    for (int k = 0; k < 2; k++) {
      double h = 1e-4 / (1 << k);
      double[] shifted = c.clone();
      for (int i = 0; i < c.length; i++) {
        shifted[i] += h * v[i];
      }
      remainder[k] = Math.abs(sweep.value(shifted, batch(3), Scales.ONE) - here - h * slope);
    }
    return Math.log(remainder[0] / remainder[1]) / Math.log(2);
  }

  @Test
  void refusesSchemesOfMoreThanOneLine() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new ContinuousAdjoint(
                Cases.bare(new PiecewiseConstant(2, 2)),
                new TestCosts.Terminal(),
                new PlainKernels()));
  }
}
