package org.costate.control.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Parameter;
import org.costate.model.operator.Parameter.Role;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Coefficient;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Step;
import org.costate.model.scheme.Term;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.Legendre;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.PiecewiseLinear;
import org.costate.model.time.TimeBasis;
import org.costate.model.time.TimeGrid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InitialisationTest {
  private static final int WIDTH = 64;
  private static final FeedForward FIELD =
      new FeedForward(WIDTH, 128, Activation.GELU_TANH, false, true);
  private static final Step STEP =
      new Step(
          new Scheme(
              "test",
              1,
              List.of(
                  new Line(
                      0,
                      List.of(new Term(0, Coefficient.ONE)),
                      java.util.Optional.of(
                          new Application(
                              FIELD,
                              0,
                              List.of(ControlRef.value("ffn")),
                              Coefficient.step(1),
                              0,
                              1))))),
          WIDTH);
  private static final TimeGrid GRID = TimeGrid.uniform(8, 8);

  static Stream<TimeBasis> bases() {
    return Stream.of(
        new Constant(), new PiecewiseConstant(8, 8), new PiecewiseLinear(5, 8), new Legendre(4, 8));
  }

  private static ControlLayout layout(TimeBasis basis) {
    return ControlLayout.builder()
        .block(
            "tokens", List.of(new Parameter("weight", Role.EMBEDDING, 50, WIDTH)), new Constant())
        .block("ffn", FIELD.parameters(), basis)
        .block(
            "norm",
            new LayerNorm(WIDTH, 1e-5, true, true, true, java.util.Optional.empty()).parameters(),
            basis)
        .build();
  }

  /// Mean square over the steps and entries of a parameter of a block, less 1 squared if asked.
  private static double meanSquare(
      ControlLayout layout, double[] c, String name, String parameter, double less) {
    ControlLayout.Block block = layout.block(name);
    int from = 0;
    Parameter wanted = null;
    for (Parameter p : block.parameters()) {
      if (p.name().equals(parameter)) {
        wanted = p;
        break;
      }
      from += p.size();
    }
    double sum = 0;
    for (int n = 0; n < GRID.steps(); n++) {
      double t0 = GRID.time(n);
      double t1 = GRID.time(n + 1);
      for (int i = from; i < from + wanted.size(); i++) {
        double theta = -less;
        for (int k = 0; k < block.basis().count(); k++) {
          theta += block.basis().value(k, 0, 0.5 * (t0 + t1), t0, t1) * c[block.at(k) + i];
        }
        sum += theta * theta;
      }
    }
    return sum / GRID.steps() / wanted.size();
  }

  @ParameterizedTest
  @MethodSource("bases")
  void everyRoleStartsAsDocumentedAtAllTimes(TimeBasis basis) {
    ControlLayout layout = layout(basis);
    double[] c = Initialisation.gpt2().controls(layout, STEP, GRID, 3);
    // 8192 draws a matrix at least: standard error 1.6 % of the variance; 5 of them.
    assertEquals(1, meanSquare(layout, c, "tokens", "weight", 0) / 4e-4, 0.12);
    assertEquals(1, meanSquare(layout, c, "ffn", "in.weight", 0) / 4e-4, 0.08);
    assertEquals(1, meanSquare(layout, c, "ffn", "out.weight", 0) / (4e-4 / 8), 0.08);
    assertEquals(0, meanSquare(layout, c, "ffn", "in.bias", 0));
    assertEquals(0, meanSquare(layout, c, "norm", "gain", 1), 1e-30);
    assertEquals(0, meanSquare(layout, c, "norm", "sigma2", 1), 1e-30);
    assertEquals(0, meanSquare(layout, c, "norm", "sigma1", 0));
    assertEquals(0, meanSquare(layout, c, "norm", "bias", 0));
  }

  @Test
  void deviationsFollowTheFans() {
    ControlLayout layout = layout(new Constant());
    Initialisation xavier = new Initialisation(new Initialisation.Weights.Xavier(1), 0.1, false);
    double[] c = xavier.controls(layout, STEP, GRID, 3);
    assertEquals(1, meanSquare(layout, c, "ffn", "in.weight", 0) / (2.0 / 192), 0.08);
    assertEquals(1, meanSquare(layout, c, "ffn", "out.weight", 0) / (2.0 / 192), 0.08);
    Initialisation fanIn = new Initialisation(new Initialisation.Weights.FanIn(2), 0.1, false);
    c = fanIn.controls(layout, STEP, GRID, 3);
    assertEquals(1, meanSquare(layout, c, "ffn", "in.weight", 0) / (4.0 / 64), 0.08);
    assertEquals(1, meanSquare(layout, c, "ffn", "out.weight", 0) / (4.0 / 128), 0.08);
    assertEquals(1, meanSquare(layout, c, "tokens", "weight", 0) / 0.01, 0.12);
  }

  @Test
  void layersAndArraysAreIndependentAndTheSeedDecides() {
    ControlLayout layout = layout(new PiecewiseConstant(8, 8));
    double[] c = Initialisation.gpt2().controls(layout, STEP, GRID, 3);
    ControlLayout.Block ffn = layout.block("ffn");
    double[] first = Arrays.copyOfRange(c, ffn.at(0), ffn.at(0) + 8192);
    double[] second = Arrays.copyOfRange(c, ffn.at(1), ffn.at(1) + 8192);
    double product = 0;
    for (int i = 0; i < first.length; i++) {
      product += first[i] * second[i];
    }
    assertEquals(0, product / 8192 / 4e-4, 5 / Math.sqrt(8192));
    assertArrayEquals(c, Initialisation.gpt2().controls(layout, STEP, GRID, 3));
    double[] other = Initialisation.gpt2().controls(layout, STEP, GRID, 4);
    assertEquals(-1, Arrays.equals(c, other) ? 0 : -1);
    // A layer more does not change the layers before.
    ControlLayout deeper = layout(new PiecewiseConstant(9, 9));
    double[] more =
        new Initialisation(new Initialisation.Weights.Normal(0.02), 0.02, false)
            .controls(deeper, STEP, TimeGrid.uniform(9, 9), 3);
    ControlLayout.Block same = deeper.block("ffn");
    assertArrayEquals(first, Arrays.copyOfRange(more, same.at(0), same.at(0) + 8192));
  }

  @Test
  void deviationsMustBeFiniteAndNotNegative() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Initialisation(new Initialisation.Weights.Normal(0.1), -1, true));
    assertThrows(
        IllegalArgumentException.class, () -> new Initialisation.Weights.Normal(Double.NaN));
  }
}
