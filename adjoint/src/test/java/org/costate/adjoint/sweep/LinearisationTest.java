package org.costate.adjoint.sweep;

import static org.costate.adjoint.sweep.Cases.batch;
import static org.costate.adjoint.sweep.Cases.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.costate.adjoint.LinearMap;
import org.costate.model.Model;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.Allocation;
import org.costate.model.kernel.Crew;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.PiecewiseLinear;
import org.junit.jupiter.api.Test;

class LinearisationTest {
  private static final Model SINES = Cases.tied(new PiecewiseLinear(4, 2));

  private static Linearisation sines(double[] input) {
    Batch batch = Batch.ofInput(new Shape(3, 2), input);
    return new Linearisation(SINES, random(1, SINES.layout().size()), batch, new PlainKernels());
  }

  private static Linearisation transformer() {
    Model model = Transformers.preNorm(5, Activation.GELU_TANH);
    return new Linearisation(
        model, Transformers.controls(model, 1), Transformers.batch(2), new PlainKernels());
  }

  private static double[] times(LinearMap a, double[] v) {
    double[] out = new double[a.rows()];
    a.apply(v, out);
    return out;
  }

  private static double[] transposed(LinearMap a, double[] v) {
    double[] out = new double[a.cols()];
    a.applyTranspose(v, out);
    return out;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void assertTransposed(LinearMap a) {
    double[] v = random(11, a.cols());
    double[] w = random(12, a.rows());
    double[] av = times(a, v);
    double size = Math.sqrt(dot(w, w) * dot(av, av));
    assertEquals(dot(w, av), dot(transposed(a, w), v), 1e-14 * size);
    assertTrue(size > 1e-3);
  }

  @Test
  void propagatorsAreTransposed() {
    assertTransposed(sines(batch(3).input().orElseThrow()).inputToOutput());
    Linearisation line = transformer();
    assertTransposed(line.propagator(0, 5));
    assertTransposed(line.propagator(2, 3));
    assertTransposed(line.toOutput(0));
    assertTransposed(line.toOutput(5));
  }

  /// Large enough that products and pointwise functions are divided.
  @Test
  void theCrewDoesNotChangeABit() {
    Model model = Transformers.preNorm(2, Activation.GELU_ERF, 32, 100);
    double[] c = Transformers.controls(model, 1);
    Linearisation line =
        new Linearisation(model, c, Transformers.batch(1, 100), new PlainKernels());
    LinearMap alone = line.propagator(0, 2);
    double[] v = random(1, alone.cols());
    for (int members = 1; members <= 3; members++) {
      try (Crew crew = new Crew(members)) {
        LinearMap divided = line.dividedAmong(crew).propagator(0, 2);
        assertArrayEquals(times(alone, v), times(divided, v));
        assertArrayEquals(transposed(alone, v), transposed(divided, v));
      }
    }
  }

  @Test
  void propagatorsCompose() {
    Linearisation line = transformer();
    double[] v = random(1, line.propagator(0, 5).cols());
    double[] whole = times(line.propagator(0, 5), v);
    double[] parts = times(line.propagator(3, 5), times(line.propagator(0, 3), v));
    assertArrayEquals(whole, parts);
  }

  /// The Jacobian of the whole model against central differences of the model itself.
  @Test
  void thePropagatorIsTheDerivative() {
    double[] input = batch(3).input().orElseThrow();
    LinearMap a = sines(input).inputToOutput();
    double[] v = random(1, a.cols());
    double[] tangent = times(a, v);
    double h = 1e-4;
    double[][] y = new double[4][];
    for (int k = 0; k < 4; k++) {
      double at = new double[] {-2, -1, 1, 2}[k] * h;
      double[] shifted = input.clone();
      for (int i = 0; i < v.length; i++) {
        shifted[i] += at * v[i];
      }
      y[k] = sines(shifted).output().toArray();
    }
    for (int i = 0; i < tangent.length; i++) {
      double difference = (8 * (y[2][i] - y[1][i]) - (y[3][i] - y[0][i])) / (12 * h);
      assertEquals(difference, tangent[i], 1e-10 * Math.sqrt(dot(tangent, tangent)));
    }
  }

  /// Costates of a sweep are propagated by the transposes: `λ_a = (∂u_b/∂u_a)ᵀ λ_b`.
  @Test
  void costatesAreTransposedPropagations() {
    Model model = Transformers.preNorm(5, Activation.GELU_TANH);
    double[] c = Transformers.controls(model, 1);
    ModelSweep sweep =
        new ModelSweep(
            model,
            TestCosts.terminalOnly(),
            new Shape(2, Transformers.TOKENS),
            SweepOptions.with(new PlainKernels()).withExtras(SweepOptions.Extra.COSTATES));
    sweep.gradient(c, Transformers.batch(2), Scales.ONE, new double[c.length]);
    LinearMap a = transformer().propagator(1, 4);
    assertArrayEquals(sweep.costate(1).toArray(), transposed(a, sweep.costate(4).toArray()));
  }

  @Test
  void statesAreThoseOfTheSweep() {
    Model model = Transformers.preNorm(5, Activation.GELU_TANH);
    ModelSweep sweep =
        new ModelSweep(
            model,
            TestCosts.terminalOnly(),
            new Shape(2, Transformers.TOKENS),
            SweepOptions.with(new PlainKernels()).withExtras(SweepOptions.Extra.STATES));
    sweep.value(Transformers.controls(model, 1), Transformers.batch(2), Scales.ONE);
    Linearisation line = transformer();
    for (int n = 0; n <= 5; n++) {
      assertArrayEquals(sweep.state(n).toArray(), line.state(n).toArray());
    }
    assertArrayEquals(sweep.output().toArray(), line.output().toArray());
  }

  @Test
  void productsAllocateNothing() {
    LinearMap a = transformer().propagator(0, 5);
    double[] v = random(1, a.cols());
    double[] out = new double[a.rows()];
    Allocation.assertGetsToNothing(
        60,
        "50 products with the propagator and its transpose",
        () -> {
          for (int i = 0; i < 50; i++) {
            a.apply(v, out);
            a.applyTranspose(v, out);
          }
        });
  }

  @Test
  void refusesStretchesThatAreNotThere() {
    Linearisation line = transformer();
    assertThrows(IllegalArgumentException.class, () -> line.propagator(3, 3));
    assertThrows(IllegalArgumentException.class, () -> line.propagator(0, 6));
    assertThrows(IllegalArgumentException.class, line::inputToOutput);
    assertThrows(
        IllegalArgumentException.class,
        () -> line.propagator(0, 1).apply(new double[3], new double[3]));
  }
}
