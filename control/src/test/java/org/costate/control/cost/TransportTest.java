package org.costate.control.cost;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportTest {
  private static final Shape SHAPE = new Shape(2, 3);
  private static final int WIDTH = 4;
  private static final double H = 0.2;
  private static final double SCALE = 0.5;

  private final Workspace workspace = new Workspace(new PlainKernels(), 0);
  private final Random random = new Random(3);
  private final Transport cost = new Transport(1.7);

  private double[] random() {
    return random.doubles(SHAPE.size(WIDTH), -1, 1).toArray();
  }

  private static Batch batch(boolean padded) {
    Batch batch = Batch.empty(SHAPE);
    return padded ? batch.withTokenWeights(new double[] {1, 1, 0, 1, 1, 1}) : batch;
  }

  private static Point point(double[] u, boolean padded) {
    return Point.of(0.4, H, SHAPE, Slice.of(u), Slice.NONE, batch(padded));
  }

  private double value(double[] u, double[] next, boolean padded) {
    return cost.value(point(u, padded), Slice.of(next), SCALE, workspace);
  }

  @Test
  void isTheMeanSquaredVelocityOfTheRealEntries() {
    // Every entry moves by H, at speed 1, except padding: the cost of a step is κ h per sequence.
    double[] u = random();
    double[] next = u.clone();
    for (int i = 0; i < u.length; i++) {
      next[i] += H;
    }
    assertEquals(2 * SCALE * 1.7 * H, value(u, next, false), 1e-14);
    assertEquals(2 * SCALE * 1.7 * H, value(u, next, true), 1e-14);
    for (int i = 2 * WIDTH; i < 3 * WIDTH; i++) {
      next[i] = 99;
    }
    assertEquals(2 * SCALE * 1.7 * H, value(u, next, true), 1e-14);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void adjointIsTheCentralDifference(boolean padded) {
    double[] u = random();
    double[] next = random();
    double[] bar = new double[u.length];
    double[] nextBar = new double[u.length];
    cost.addAdjoint(
        point(u, padded),
        Slice.of(next),
        SCALE,
        Variation.of(Slice.of(bar), Slice.NONE),
        Slice.of(nextBar),
        workspace);
    double h = 1e-5;
    for (int i = 0; i < u.length; i++) {
      for (int side = 0; side < 2; side++) {
        double[] x = side == 0 ? u : next;
        double kept = x[i];
        x[i] = kept + h;
        double up = value(u, next, padded);
        x[i] = kept - h;
        double down = value(u, next, padded);
        x[i] = kept;
        assertEquals((up - down) / (2 * h), side == 0 ? bar[i] : nextBar[i], 1e-9);
      }
    }
    assertTrue(Math.abs(nextBar[0]) > 1e-4);
  }

  @Test
  void secondIsTheDifferenceOfAdjointsAndSkipsWhatIsAbsent() {
    double[] u = random();
    double[] next = random();
    double[] du = random();
    double[] dNext = random();
    double[][] second = second(u, next, Slice.of(du), Slice.of(dNext));
    double[][] stateOnly = second(u, next, Slice.of(du), Slice.NONE);
    double[][] nextOnly = second(u, next, Slice.NONE, Slice.of(dNext));
    double[][] up = adjoint(moved(u, du, 1), moved(next, dNext, 1));
    double[][] at = adjoint(u, next);
    for (int side = 0; side < 2; side++) {
      for (int i = 0; i < u.length; i++) {
        assertEquals(up[side][i] - at[side][i], second[side][i], 1e-13);
        assertEquals(second[side][i], stateOnly[side][i] + nextOnly[side][i], 1e-14);
      }
    }
  }

  private static double[] moved(double[] u, double[] v, double h) {
    double[] x = u.clone();
    for (int i = 0; i < x.length; i++) {
      x[i] += h * v[i];
    }
    return x;
  }

  private double[][] adjoint(double[] u, double[] next) {
    double[][] bars = new double[2][u.length];
    cost.addAdjoint(
        point(u, true),
        Slice.of(next),
        SCALE,
        Variation.of(Slice.of(bars[0]), Slice.NONE),
        Slice.of(bars[1]),
        workspace);
    return bars;
  }

  private double[][] second(double[] u, double[] next, Slice du, Slice dNext) {
    double[][] bars = new double[2][u.length];
    cost.addSecond(
        point(u, true),
        Slice.of(next),
        Variation.of(du, Slice.NONE),
        dNext,
        SCALE,
        Variation.of(Slice.of(bars[0]), Slice.NONE),
        Slice.of(bars[1]),
        workspace);
    return bars;
  }

  @Test
  void addsAndLeavesItsInputsAlone() {
    double[] u = random();
    double[] next = random();
    double[][] plain = adjoint(u, next);
    double[] uBefore = u.clone();
    double[] nextBefore = next.clone();
    double[] start = random();
    double[] bar = start.clone();
    cost.addAdjoint(
        point(u, true),
        Slice.of(next),
        SCALE,
        Variation.of(Slice.of(bar), Slice.NONE),
        Slice.of(new double[u.length]),
        workspace);
    for (int i = 0; i < u.length; i++) {
      assertEquals(start[i] + plain[0][i], bar[i], 1e-14);
    }
    assertArrayEquals(uBefore, u);
    assertArrayEquals(nextBefore, next);
  }

  @Test
  void aSequenceOfPaddingCostsNothing() {
    Batch padding = Batch.empty(SHAPE).withTokenWeights(new double[6]);
    Point p = Point.of(0, H, SHAPE, Slice.of(random()), Slice.NONE, padding);
    assertEquals(0, cost.value(p, Slice.of(random()), SCALE, workspace));
  }

  @Test
  void nothingIsAllocated() {
    Point p = point(random(), true);
    Slice next = Slice.of(random());
    Variation v = Variation.of(Slice.of(random()), Slice.NONE);
    Variation bar = Variation.of(Slice.of(random()), Slice.NONE);
    Slice nextBar = Slice.of(random());
    Allocation.assertNone(
        () -> {
          cost.value(p, next, SCALE, workspace);
          cost.addAdjoint(p, next, SCALE, bar, nextBar, workspace);
          cost.addSecond(p, next, v, next, SCALE, bar, nextBar, workspace);
        });
  }
}
