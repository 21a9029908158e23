package org.costate.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.costate.adjoint.LinearMap;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.Ensemble;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.cost.ControlQuadratic;
import org.costate.control.cost.CrossEntropy;
import org.costate.control.cost.Quadratic;
import org.costate.control.cost.Transport;
import org.costate.model.Model;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.ControlLayout.Block;
import org.junit.jupiter.api.Test;

/// The Gauss–Newton matrix by sweeps against `JᵀJ` with the Jacobian of all residuals by central
/// differences.
class GaussNewtonTest {
  private static final double KAPPA = 0.7;
  private static final double BETA = 0.3;
  private static final int SEQUENCES = 3;
  private static final int TOKENS = 4;
  private static final Model MODEL = SmallModels.forecast(2, TOKENS, 4, 2);

  private static SweepOptions options() {
    return SweepOptions.with(new PlainKernels())
        .withExtras(SweepOptions.Extra.TANGENTS, SweepOptions.Extra.STATES);
  }

  private static Batch batch(Random random) {
    double[] input = random.doubles(SEQUENCES * TOKENS * 2L, -1, 1).toArray();
    double[] target = random.doubles(SEQUENCES * 2L, -1, 1).toArray();
    return Batch.ofInput(new Shape(SEQUENCES, TOKENS), input).withTarget(target);
  }

  private static Costs costs() {
    List<Block> blocks =
        MODEL.layout().blocks().stream().filter(b -> b.basis().count() > 1).toList();
    return new Costs(
        Optional.of(new Quadratic()),
        List.of(new Transport(KAPPA)),
        List.of(ControlQuadratic.energy(BETA, MODEL.grid(), blocks)));
  }

  /// All `r` with `J = ½ Σ r²`.
  private static double[] residuals(double[] c, Batch batch) {
    ModelSweep sweep = new ModelSweep(MODEL, costs(), batch.shape(), options());
    sweep.value(c, batch, Scales.ONE);
    List<Double> r = new ArrayList<>();
    double[] target = batch.target().orElseThrow();
    for (int i = 0; i < target.length; i++) {
      r.add((sweep.output().at(i) - target[i]) / Math.sqrt(target.length));
    }
    for (int n = 0; n < MODEL.grid().steps(); n++) {
      int entries = sweep.state(n).length() / SEQUENCES;
      double weight = 2 * KAPPA / (entries * MODEL.grid().step(n) * SEQUENCES);
      for (int i = 0; i < sweep.state(n).length(); i++) {
        r.add(Math.sqrt(weight) * (sweep.state(n + 1).at(i) - sweep.state(n).at(i)));
      }
    }
    for (Placement p : Placement.of(MODEL.layout())) {
      for (int i = 0; p.block().basis().count() > 1 && i < p.parameter().size(); i++) {
        r.add(Math.sqrt(BETA * MODEL.grid().step(p.coefficient())) * c[p.offset() + i]);
      }
    }
    return r.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Test
  void isTheSquareOfTheJacobianOfTheResiduals() {
    Random random = new Random(3);
    Batch batch = batch(random);
    int size = MODEL.layout().size();
    double[] c = random.doubles(size, -0.4, 0.4).toArray();
    double[] v = random.doubles(size, -1, 1).toArray();
    double[] expected = new double[size];
    double[][] columns = new double[size][];
    double h = 1e-5;
    for (int j = 0; j < size; j++) {
      double[] moved = c.clone();
      moved[j] = c[j] + h;
      double[] plus = residuals(moved, batch);
      moved[j] = c[j] - h;
      double[] minus = residuals(moved, batch);
      columns[j] = new double[plus.length];
      for (int i = 0; i < plus.length; i++) {
        columns[j][i] = (plus[i] - minus[i]) / (2 * h);
      }
    }
    double[] along = new double[columns[0].length];
    for (int j = 0; j < size; j++) {
      Vectors.axpy(v[j], columns[j], along);
    }
    for (int j = 0; j < size; j++) {
      expected[j] = Vectors.dot(columns[j], along);
    }
    try (EnsembleSweep sweep = new EnsembleSweep(MODEL, costs(), options().withChunk(2))) {
      Ensemble ensemble = sweep.prepare(batch);
      ModelObjective objective = new ModelObjective(MODEL, sweep, ensemble);
      double[] r = residuals(c, batch);
      assertEquals(0.5 * Vectors.dot(r, r), objective.value(c), 1e-13);
      double[] found = new double[size];
      objective.gaussNewton(c).apply(v, found);
      assertArrayEquals(expected, found, 1e-7 * Vectors.norm(expected));
      double[] hessian = new double[size];
      objective.hessian(c).apply(v, hessian);
      Vectors.axpy(-1, found, hessian);
      assertTrue(Vectors.norm(hessian) > 1e-2 * Vectors.norm(found), "no curvature to leave out");
    }
  }

  @Test
  void isSymmetricAndPositiveForCrossEntropyAndTheSameForAnyThreads() {
    Model model = SmallModels.language(5, 6, 4, 2, 2);
    Random random = new Random(9);
    int[] ids = random.ints(24, 0, 5).toArray();
    Batch batch = Batch.ofIds(new Shape(4, 6), ids).withLabels(random.ints(24, 0, 5).toArray());
    double[] c = random.doubles(model.layout().size(), -0.5, 0.5).toArray();
    double[] v = random.doubles(c.length, -1, 1).toArray();
    double[] w = random.doubles(c.length, -1, 1).toArray();
    Costs costs = Costs.of(CrossEntropy.perToken(5));
    double[] one = new double[c.length];
    try (EnsembleSweep sweep = new EnsembleSweep(model, costs, options().withChunk(1))) {
      LinearMap g = new ModelObjective(model, sweep, sweep.prepare(batch)).gaussNewton(c);
      double[] gw = new double[c.length];
      g.apply(v, one);
      g.apply(w, gw);
      assertEquals(Vectors.dot(w, one), Vectors.dot(v, gw), 1e-13 * Vectors.norm(one));
      assertTrue(Vectors.dot(v, one) > 0);
    }
    try (EnsembleSweep sweep =
        new EnsembleSweep(model, costs, options().withChunk(1).withThreads(3))) {
      double[] three = new double[c.length];
      new ModelObjective(model, sweep, sweep.prepare(batch)).gaussNewton(c).apply(v, three);
      assertArrayEquals(one, three);
    }
  }
}
