package org.costate.control.diagnose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.LinearQuadratic;
import org.costate.control.ModelObjective;
import org.costate.control.SmallModels;
import org.costate.control.Vectors;
import org.costate.control.cost.Quadratic;
import org.costate.control.cost.Transport;
import org.costate.model.Model;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;

class OptimalityProfileTest {
  private static final int TOKENS = 4;
  private static final Model MODEL = SmallModels.forecast(2, TOKENS, 4, 3);
  private static final Costs COSTS =
      new Costs(Optional.of(new Quadratic()), List.of(new Transport(0.4)), List.of());
  private static final SweepOptions OPTIONS =
      SweepOptions.with(new PlainKernels())
          .withExtras(SweepOptions.Extra.STATES, SweepOptions.Extra.COSTATES);

  private static double[] controls() {
    return new Random(3).doubles(MODEL.layout().size(), -0.5, 0.5).toArray();
  }

  private static Batch batch() {
    Random random = new Random(4);
    Shape shape = new Shape(3, TOKENS);
    return Batch.ofInput(shape, random.doubles(24, -1, 1).toArray())
        .withTarget(random.doubles(6, -1, 1).toArray());
  }

  /// Line by line backwards through a step, the costate at its beginning is that of the sweep.
  @Test
  void costatesOfSubstepsLeadToTheCostateOfTheStep() {
    ModelSweep sweep = new ModelSweep(MODEL, COSTS, batch().shape(), OPTIONS);
    Scales scales = Scales.mean(MODEL, COSTS, batch());
    double[] c = controls();
    sweep.gradient(c, batch(), scales, new double[c.length]);
    for (int n = 0; n < 3; n++) {
      double[] below = new double[sweep.state(n).length()];
      List<OptimalityProfile.Substep> substeps =
          new SubstepCostates(MODEL, c, batch(), n, new PlainKernels())
              .run(
                  sweep.state(n),
                  sweep.state(n + 1),
                  sweep.costate(n + 1),
                  COSTS.running(),
                  scales.running(),
                  below);
      assertArrayEquals(sweep.costate(n).toArray(), below, 1e-15);
      assertTrue(Vectors.norm(below) > 1e-3);
      assertTrue(substeps.stream().anyMatch(s -> s.name().contains("attention")));
      assertTrue(substeps.stream().allMatch(s -> s.costateNorm() > 0));
    }
  }

  /// In a small ball the gap of a layer is the decrease of `J` along its own gradient.
  @Test
  void theGapIsWhatALayerAloneIsWorth() {
    double[] c = controls();
    OptimalityProfile profile = OptimalityProfile.of(MODEL, c, COSTS, batch(), OPTIONS);
    assertEquals(5, profile.layers().size());
    try (EnsembleSweep sweep = new EnsembleSweep(MODEL, COSTS, OPTIONS)) {
      ModelObjective objective = new ModelObjective(MODEL, sweep, sweep.prepare(batch()));
      double[] g = new double[c.length];
      assertEquals(objective.gradient(c, g), profile.value(), 1e-14);
      var h = objective.hamiltonians(c, new double[c.length]);
      double squares = 0;
      for (int k = 0; k < h.layers(); k++) {
        OptimalityProfile.Layer layer = profile.layers().get(k);
        double[] x = new double[h.size(k)];
        double[] slope = new double[h.size(k)];
        h.gather(k, c, x);
        h.gather(k, g, slope);
        assertEquals(Vectors.norm(slope), layer.slope(), 1e-13);
        double blocks = layer.blocks().stream().mapToDouble(b -> b.slope() * b.slope()).sum();
        assertEquals(layer.slope(), Math.sqrt(blocks), 1e-13);
        squares += blocks;
        double radius = OptimalityProfile.RADIUS * Vectors.norm(x);
        Vectors.axpy(-radius / layer.slope(), slope, x);
        double[] moved = c.clone();
        h.scatter(k, x, moved);
        double decrease = profile.value() - objective.value(moved);
        assertEquals(decrease, layer.gap(), 0.15 * decrease, layer.name());
        assertTrue(layer.gap() > 0);
      }
      assertEquals(Vectors.norm(g), Math.sqrt(squares), 1e-12);
    }
  }

  /// At the Riccati solution there is nothing to gain, elsewhere there is.
  @Test
  void theGapClosesAtTheOptimum() {
    LinearQuadratic problem = LinearQuadratic.oscillator();
    Model model = problem.model();
    double[] best = problem.riccati().controls();
    OptimalityProfile at =
        OptimalityProfile.of(model, best, problem.costs(model), problem.batch(), OPTIONS);
    double[] other = best.clone();
    other[7] += 0.3;
    OptimalityProfile off =
        OptimalityProfile.of(model, other, problem.costs(model), problem.batch(), OPTIONS);
    for (OptimalityProfile.Layer layer : at.layers()) {
      assertTrue(layer.slope() < 1e-12 && layer.gap() < 1e-13, layer.toString());
    }
    assertTrue(off.layers().get(3).gap() > 1e-4);
    assertEquals("step 3", off.layers().get(3).name());
  }
}
