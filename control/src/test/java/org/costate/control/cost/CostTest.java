package org.costate.control.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.junit.jupiter.api.Test;

/// Values worked by hand, and data that do not fit.
class CostTest {
  private final Workspace workspace = new Workspace(new PlainKernels(), 100);

  private double mean(TerminalCost cost, double[] y, Shape shape, Batch batch) {
    return cost.value(Slice.of(y), shape, batch, 1 / cost.count(batch, shape), workspace);
  }

  @Test
  void equalLogitsCostTheLogarithmOfTheNumberOfClasses() {
    Shape shape = new Shape(2, 3);
    Batch batch = Batch.ofIds(shape, new int[] {0, 1, 2, 3, 4, 5});
    double[] y = new double[shape.size(6)];
    Arrays.fill(y, 1000);
    assertEquals(Math.log(6), mean(CrossEntropy.nextToken(6), y, shape, batch), 1e-14);
  }

  @Test
  void nextTokenReadsTheTokenBehind() {
    Shape shape = new Shape(1, 3);
    Batch batch = Batch.ofIds(shape, new int[] {1, 0, 1});
    double[] y = {2, 0, 0, 3, 7, 9};
    double expected = 0.5 * (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(-3)));
    assertEquals(expected, mean(CrossEntropy.nextToken(2), y, shape, batch), 1e-15);
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    Shape shape = new Shape(1, 1);
    Batch batch = Batch.empty(shape).withLabels(new int[] {1});
    double[] y = {1e5, -1e5};
    assertEquals(2e5, mean(CrossEntropy.classification(2), y, shape, batch), 1e-9);
  }

  @Test
  void quadraticIsHalfTheMeanSquare() {
    Shape shape = new Shape(1, 2);
    Batch batch = Batch.empty(shape).withTarget(new double[] {1, 2, 3, 4});
    assertEquals(
        0.5 * (1 + 4 + 0 + 16) / 4,
        mean(new Quadratic(), new double[] {2, 0, 3, 8}, shape, batch),
        1e-15);
  }

  @Test
  void trackingIsTheMeanOverSequencesOfTheWeightedSum() {
    Shape shape = new Shape(2, 1);
    Batch batch = Batch.empty(shape).withTarget(new double[] {0, 0, 0, 0});
    assertEquals(
        0.5 * (0.5 * 1 + 3 * 4 + 0.5 * 9 + 3 * 16) / 2,
        mean(new Tracking(new double[] {0.5, 3}), new double[] {1, 2, 3, 4}, shape, batch),
        1e-14);
  }

  @Test
  void dataThatDoNotFitAreRefused() {
    Shape shape = new Shape(2, 2);
    assertMessage("ids", CrossEntropy.nextToken(3), Batch.empty(shape), shape);
    assertMessage(
        "label 3 at sequence 1, token 0",
        CrossEntropy.perToken(3),
        Batch.empty(shape).withLabels(new int[] {0, 1, 3, 0}),
        shape);
    assertMessage(
        "3 labels",
        CrossEntropy.perToken(3),
        Batch.empty(shape).withLabels(new int[] {0, 1, 2}),
        shape);
    assertMessage(
        "pooling",
        CrossEntropy.classification(3),
        Batch.empty(shape).withLabels(new int[] {0, 1}),
        shape);
    assertMessage("target", new Quadratic(), Batch.empty(shape), shape);
    assertMessage(
        "7 elements", new Quadratic(), Batch.empty(shape).withTarget(new double[7]), shape);
    assertMessage(
        "3 weights",
        new Tracking(new double[3]),
        Batch.empty(shape).withTarget(new double[8]),
        shape);
    assertThrows(IllegalArgumentException.class, () -> CrossEntropy.nextToken(1));
    assertThrows(IllegalArgumentException.class, () -> new Transport(-1));
    assertThrows(IllegalArgumentException.class, () -> new Tracking(new double[] {Double.NaN}));
  }

  private static void assertMessage(String part, TerminalCost cost, Batch batch, Shape shape) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> cost.count(batch, shape)).getMessage();
    assertTrue(message.contains(part), message);
  }
}
