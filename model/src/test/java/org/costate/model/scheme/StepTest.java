package org.costate.model.scheme;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.junit.jupiter.api.Test;

class StepTest {
  private static final int D = StepSchemes.WIDTH;
  private static final Shape SHAPE = new Shape(2, 3);
  private static final double T = 0.4;
  private static final double H = 0.3;
  private final SplittableRandom random = new SplittableRandom(5);

  private double[] draw(int n) {
    return random.doubles(n, -1, 1).toArray();
  }

  private static double[] run(Step step, double t, double h, double[] u, double[] theta) {
    double[] y = new double[u.length];
    Point p = Point.of(t, h, SHAPE, Slice.of(u), Slice.of(theta), Batch.empty(SHAPE));
    step.apply(p, Slice.of(y), Slice.NONE, workspace(step));
    return y;
  }

  private static Workspace workspace(Step step) {
    return new Workspace(new PlainKernels(), step.workSize(SHAPE));
  }

  /// `sin(u W + b + 0.7 t)` row by row: what the fields of [StepSchemes] are.
  private static double[] field(double t, double[] u, double[] theta) {
    double[] y = new double[u.length];
    for (int row = 0; row < u.length / D; row++) {
      for (int j = 0; j < D; j++) {
        double phase = theta[D * D + j] + 0.7 * t;
        for (int i = 0; i < D; i++) {
          phase += u[row * D + i] * theta[i * D + j];
        }
        y[row * D + j] = Math.sin(phase);
      }
    }
    return y;
  }

  private static double[] sum(double a, double[] x, double b, double[] y) {
    double[] z = new double[x.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = a * x[i] + b * y[i];
    }
    return z;
  }

  private static double[] midpoint(double t, double h, double[] u, double[] one, double[] two) {
    double[] half = sum(1, u, h / 2, field(t, u, one));
    return sum(1, u, h, field(t + h / 2, half, two));
  }

  @Test
  void registersMeanWhatTheyAreAssigned() {
    Step step = new Step(StepSchemes.registers(), D);
    int size = (D + 1) * D;
    assertEquals(3 * size, step.controlSize());
    double[] u = draw(SHAPE.size(D));
    double[] theta = draw(3 * size);
    double[] a0 = java.util.Arrays.copyOfRange(theta, 0, size);
    double[] b = java.util.Arrays.copyOfRange(theta, size, 2 * size);
    double[] a1 = java.util.Arrays.copyOfRange(theta, 2 * size, 3 * size);

    double[] r1 = sum(H, field(T, u, a0), 0, u);
    double[] r2 = sum(1, u, 0.5, r1);
    double[] next = sum(2.25, r1, -1, u);
    r1 = sum(1, next, H, field(T + H / 2, r2, b));
    r2 = sum(0.5 * H, field(T, r1, a0), 0, u);
    double[] relaxed = sum(1 / (1 + H), u, H / (1 + H), r2);
    relaxed = sum(1, relaxed, 0.3, r1);
    double[] y = sum(1, relaxed, 0.2 * H, field(T + H, u, a1));
    assertArrayEquals(y, run(step, T, H, u, theta), 1e-15 * 10);
  }

  @Test
  void innerStepsSeeTheirOwnTimesAndControls() {
    Step step = new Step(StepSchemes.nested(), D);
    List<Double> times = step.slots().stream().map(Slot::at).toList();
    assertEquals(List.of(0.0, 0.25, 0.0, 0.5, 0.5, 0.75), times);
    int size = (D + 1) * D;
    double[] u = draw(SHAPE.size(D));
    double[] theta = draw(6 * size);
    double[][] c = new double[6][];
    for (int i = 0; i < 6; i++) {
      c[i] = java.util.Arrays.copyOfRange(theta, i * size, (i + 1) * size);
    }
    double[] y = midpoint(T, H / 2, u, c[0], c[1]);
    y = midpoint(T, H, y, c[2], c[3]);
    y = midpoint(T + H / 2, H / 2, y, c[4], c[5]);
    assertArrayEquals(y, run(step, T, H, u, theta), 1e-14);
  }

  @Test
  void equalStretchesOfControlsAreShared() {
    Step once = new Step(StepSchemes.nested(), D);
    Step twice = new Step(StepSchemes.nestedTwice(), D);
    assertEquals(once.slots(), twice.slots());
    List<String> names = once.parameters().stream().map(Parameter::name).toList();
    assertEquals("a.weight", names.getFirst());
    assertTrue(names.contains("b.bias@0.5"), names::toString);
  }

  @Test
  void valuesThatNobodyDifferentiatesAreNotRecorded() {
    int state = SHAPE.size(D);
    assertEquals(state, new Step(StepSchemes.euler("a"), D).recordSize(SHAPE));
    assertEquals(3 * state, new Step(StepSchemes.midpoint("a"), D).recordSize(SHAPE));
  }

  @Test
  void theFirstFaultIsNamedThroughInnerSteps() {
    Step step = new Step(StepSchemes.nested(), D);
    double[] theta = draw(step.controlSize());
    double[] u = draw(SHAPE.size(D));
    Point good = Point.of(T, H, SHAPE, Slice.of(u), Slice.of(theta), Batch.empty(SHAPE));
    assertEquals(Optional.empty(), step.firstFault(good, workspace(step)));

    int size = (D + 1) * D;
    theta[3 * size + D * D + 1] = Double.NaN;
    Fault fault = step.firstFault(good, workspace(step)).orElseThrow();
    assertEquals(2, fault.line());
    assertEquals("midpoint, line 2, sine field", fault.operator());
    assertEquals(List.of(0, 0, 1), List.of(fault.sequence(), fault.token(), fault.feature()));

    theta[3 * size + D * D + 1] = 0;
    u[(D * 4 + 2)] = Double.POSITIVE_INFINITY;
    fault = step.firstFault(good, workspace(step)).orElseThrow();
    assertEquals(1, fault.line());
    assertEquals(List.of(1, 1, 0), List.of(fault.sequence(), fault.token(), fault.feature()));
    assertTrue(fault.toString().contains("sequence 1, token 1"), fault::toString);
  }

  @Test
  void schemesThatMakeNoSenseAreRefused() {
    assertRefused("register 4", line(0, 4));
    assertRefused("no later line reads", line(1, 0), line(0, 0));
    SineField wide = new SineField(D, D + 2, 0);
    Line widening = new Line(0, List.of(), Optional.of(StepSchemes.field(wide, 0, "a", 1, 0)));
    assertRefused("found 5 features, expected 3", widening);
    Line mixed =
        new Line(
            0, List.of(StepSchemes.term(0, 1)), Optional.of(StepSchemes.field(wide, 0, "a", 1, 0)));
    assertRefused("line 1: register 0: found 3 features, expected 5", mixed);
    Application bare = new Application(new SineField(D, D, 0), 0, List.of(), Coefficient.ONE, 0, 1);
    assertRefused("found 0 blocks", new Line(0, List.of(), Optional.of(bare)));
    Step inner = new Step(StepSchemes.euler("a"), D);
    assertRefused(
        "inner step euler",
        new Line(0, List.of(), Optional.of(StepSchemes.field(inner, 0, "a", 1, 0))));
  }

  private static Line line(int target, int source) {
    return new Line(target, List.of(StepSchemes.term(source, 1)), Optional.empty());
  }

  private static void assertRefused(String why, Line... lines) {
    Scheme scheme = new Scheme("odd", 1, List.of(lines));
    String found =
        assertThrows(IllegalArgumentException.class, () -> new Step(scheme, D)).getMessage();
    assertTrue(found.contains(why) && found.contains("scheme odd"), found);
  }
}
