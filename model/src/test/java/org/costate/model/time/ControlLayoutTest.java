package org.costate.model.time;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.costate.model.kernel.Allocation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Parameter;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Slot;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ControlLayoutTest {
  private static final List<Parameter> TWO =
      List.of(
          new Parameter("weight", Parameter.Role.WEIGHT, 2, 3),
          new Parameter("bias", Parameter.Role.BIAS, 1, 3));
  private static final List<Parameter> ONE =
      List.of(new Parameter("gain", Parameter.Role.GAIN, 1, 4));

  private static Slot slot(String block, double at, List<Parameter> parameters) {
    return new Slot(List.of(ControlRef.value(block)), at, parameters);
  }

  private static Workspace workspace(int size) {
    Workspace w = new Workspace(new PlainKernels(), size);
    Arrays.fill(w.scratch(), Double.NaN);
    return w;
  }

  @Test
  void controlsOfALayerAreUsedInPlace() {
    TimeBasis layers = new PiecewiseConstant(5, 2);
    ControlLayout layout =
        ControlLayout.builder()
            .block("embedding", ONE, new Constant())
            .block("a", TWO, layers)
            .block("b", ONE, layers)
            .build();
    assertEquals(4 + 5 * 13, layout.size());
    List<Slot> slots = List.of(slot("a", 0, TWO), slot("b", 0, ONE));
    double[] c = new SplittableRandom(1).doubles(layout.size()).toArray();
    TimeGrid grid = TimeGrid.uniform(5, 2);
    for (int n = 0; n < 5; n++) {
      Slice theta = layout.at(c, slots, grid.time(n), grid.step(n), workspace(0));
      assertSame(c, theta.array());
      assertEquals(4 + n * 13, theta.offset());
      assertEquals(13, theta.length());
      assertEquals(layout.block("a").at(n), theta.offset());
      assertEquals(layout.block("b").at(n), theta.offset() + 9);
    }
    Slice moved = layout.at(c, List.of(slots.get(1), slots.get(0)), 0, 0.4, workspace(13));
    assertNotSame(c, moved.array());
    assertEquals(c[layout.block("b").offset()], moved.at(0));
    assertEquals(c[layout.block("a").offset()], moved.at(4));
  }

  @Test
  void anAliasIsNotScatteredAgain() {
    ControlLayout layout = ControlLayout.builder().block("a", ONE, new Constant()).build();
    double[] bar = {1, 2, 3, 4};
    List<Slot> slots = List.of(slot("a", 0.5, ONE));
    Slice thetaBar = layout.barAt(bar, slots, 0, 0.1, workspace(0));
    assertSame(bar, thetaBar.array());
    layout.addAdjoint(thetaBar, slots, 0, 0.1, bar);
    assertArrayEquals(new double[] {1, 2, 3, 4}, bar);
    layout.addAdjoint(Slice.of(new double[] {1, 1, 1, 1}), slots, 0, 0.1, bar);
    assertArrayEquals(new double[] {2, 3, 4, 5}, bar);
  }

  static Stream<TimeBasis> bases() {
    return Stream.of(
        new Constant(),
        new PiecewiseConstant(4, 1.5),
        new PiecewiseLinear(4, 1.5),
        new Legendre(5, 1.5));
  }

  /// A nonlinear function of the controls that some steps read, among them a rate and a block read
  /// at two times: its gradient with respect to `c` against central differences.
  @ParameterizedTest
  @MethodSource("bases")
  void gradientIsTheCentralDifference(TimeBasis basis) {
    ControlLayout layout =
        ControlLayout.builder()
            .block("a", TWO, basis)
            .block("b", ONE, basis)
            .block("tied", ONE, new Constant())
            .build();
    List<Parameter> pair = List.of(ONE.getFirst(), ONE.getFirst());
    List<Slot> slots =
        List.of(
            slot("a", 0, TWO),
            new Slot(List.of(ControlRef.value("b"), ControlRef.rate("b")), 0.5, pair),
            slot("tied", 0, ONE),
            slot("a", 1, TWO));
    SplittableRandom random = new SplittableRandom(7);
    double[] c = random.doubles(layout.size(), -1, 1).toArray();
    double[] gradient = new double[c.length];
    TimeGrid grid = TimeGrid.uniform(7, 1.5);
    objective(layout, slots, grid, c, gradient);
    double largest = 0;
    for (int i = 0; i < c.length; i++) {
      double keep = c[i];
      double d = 1e-5;
      c[i] = keep + d;
      double up = objective(layout, slots, grid, c, null);
      c[i] = keep - d;
      double down = objective(layout, slots, grid, c, null);
      c[i] = keep;
      assertEquals((up - down) / (2 * d), gradient[i], 1e-8, "unknown " + i);
      largest = Math.max(largest, Math.abs(gradient[i]));
    }
    assertTrue(largest > 0.1, "vacuous: largest gradient " + largest);
  }

  private static double objective(
      ControlLayout layout, List<Slot> slots, TimeGrid grid, double[] c, double[] gradient) {
    Workspace w = workspace(2 * layout.workSize(slots));
    double sum = 0;
    for (int n = 0; n < grid.steps(); n++) {
      w.enter();
      Slice theta = layout.at(c, slots, grid.time(n), grid.step(n), w);
      for (int i = 0; i < theta.length(); i++) {
        sum += Math.sin(theta.at(i) + i + n);
      }
      if (gradient != null) {
        Slice bar = layout.barAt(gradient, slots, grid.time(n), grid.step(n), w);
        for (int i = 0; i < theta.length(); i++) {
          bar.array()[bar.offset() + i] += Math.cos(theta.at(i) + i + n);
        }
        layout.addAdjoint(bar, slots, grid.time(n), grid.step(n), gradient);
      }
      w.leave();
    }
    return sum;
  }

  @Test
  void legendreControlsAreTheirPolynomials() {
    ControlLayout layout = ControlLayout.builder().block("a", ONE, new Legendre(3, 2)).build();
    double[] c = {1, 0, 0, 0, 1, 2, 0, 0, 1, 0, 4, 0};
    List<Parameter> pair = List.of(ONE.getFirst(), ONE.getFirst());
    Slot both = new Slot(List.of(ControlRef.value("a"), ControlRef.rate("a")), 0.5, pair);
    Slice theta = layout.at(c, List.of(both), 1, 1, workspace(8));
    double x = 0.5;
    double p2 = (3 * x * x - 1) / 2;
    double[] expected = {1 + x + p2, 2 * x, 4 * p2, 0, 1 + 3 * x, 2, 12 * x, 0};
    assertArrayEquals(expected, theta.toArray(), 1e-15);
  }

  @Test
  void stagesUseOrCopyTheirBlocks() {
    ControlLayout layout =
        ControlLayout.builder()
            .block("a", ONE, new Constant())
            .block("b", TWO, new Constant())
            .build();
    double[] c = new SplittableRandom(2).doubles(layout.size()).toArray();
    assertSame(c, layout.stageAt(c, List.of("a", "b"), workspace(0)).array());
    assertTrue(layout.stageAt(c, List.of(), workspace(0)).isNone());
    Slice theta = layout.stageAt(c, List.of("b", "a"), workspace(13));
    assertEquals(c[4], theta.at(0));
    assertEquals(c[0], theta.at(9));
    double[] bar = new double[layout.size()];
    Slice thetaBar = layout.stageBarAt(bar, List.of("b", "a"), workspace(13));
    thetaBar.array()[thetaBar.offset() + 9] = 3;
    layout.addStageAdjoint(thetaBar, List.of("b", "a"), bar);
    assertEquals(3, bar[0]);
    assertEquals(3, Arrays.stream(bar).sum());
  }

  @Test
  void namesAreChecked() {
    ControlLayout.Builder builder = ControlLayout.builder().block("a", ONE, new Constant());
    assertThrows(IllegalArgumentException.class, () -> builder.block("a", TWO, new Constant()));
    assertThrows(
        IllegalArgumentException.class, () -> builder.block("b", List.of(), new Constant()));
    String found =
        assertThrows(IllegalArgumentException.class, () -> builder.build().block("c")).getMessage();
    assertTrue(found.contains("no block c") && found.contains("[a]"), found);
  }

  @ParameterizedTest
  @MethodSource("bases")
  void nothingIsAllocated(TimeBasis basis) {
    ControlLayout layout =
        ControlLayout.builder().block("a", TWO, basis).block("b", ONE, basis).build();
    List<Slot> slots = List.of(slot("b", 0.5, ONE), slot("a", 0, TWO));
    double[] c = new double[layout.size()];
    double[] bar = new double[layout.size()];
    Workspace w = workspace(2 * layout.workSize(slots));
    Allocation.assertGetsToNothing(
        40,
        "controls at a time and their adjoint",
        () -> {
          w.enter();
          layout.at(c, slots, 0.3, 0.2, w);
          layout.addAdjoint(layout.barAt(bar, slots, 0.3, 0.2, w), slots, 0.3, 0.2, bar);
          w.leave();
        });
  }
}
