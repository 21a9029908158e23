package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.costate.adjoint.LinearMap;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.SmallModels;
import org.costate.control.train.Initialisation;
import org.costate.model.Model;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.RawStore;

class StepGainTest {
  private static final int TOKENS = 5;

  private static Linearisation trajectory() {
    Model model = SmallModels.language(7, TOKENS, 8, 2, 3);
    double[] c =
        new Initialisation(new Initialisation.Weights.FanIn(1), 1, false)
            .controls(model.layout(), model.step(), model.grid(), 1);
    int[] ids = new Random(1).ints(TOKENS, 0, 7).toArray();
    return new Linearisation(model, c, Batch.ofIds(new Shape(1, TOKENS), ids), new PlainKernels());
  }

  /// The greatest singular value of the matrix whose columns are `A e_j`.
  private static double reference(LinearMap map) {
    double[][] a = new double[map.rows()][map.cols()];
    double[] column = new double[map.rows()];
    for (int j = 0; j < map.cols(); j++) {
      double[] e = new double[map.cols()];
      e[j] = 1;
      map.apply(e, column);
      for (int i = 0; i < column.length; i++) {
        a[i][j] = column[i];
      }
    }
    SingularValue<Double> svd = SingularValue.R064.make(RawStore.wrap(a));
    svd.decompose(RawStore.wrap(a));
    return svd.getSingularValues().doubleValue(0);
  }

  @Test
  void isTheNormOfTheAssembledJacobian() {
    Linearisation trajectory = trajectory();
    List<StepGain> gains = StepGain.of(trajectory, GolubKahan.standard(1));
    assertEquals(3, gains.size());
    for (StepGain gain : gains) {
      double expected = reference(trajectory.propagator(gain.step(), gain.step() + 1));
      assertTrue(gain.converged());
      assertEquals(expected, gain.gain(), 1e-10 * expected);
      assertTrue(gain.gain() > 1.01, "a step with random weights lengthens something");
    }
  }

  @Test
  void theWholeGainIsAtMostTheProduct() {
    Linearisation trajectory = trajectory();
    GolubKahan solver = GolubKahan.standard(1);
    double whole = solver.leading(trajectory.propagator(0, 3), 1).values()[0];
    double product =
        StepGain.of(trajectory, solver).stream()
            .mapToDouble(StepGain::gain)
            .reduce(1, (a, b) -> a * b);
    assertTrue(whole <= product * (1 + 1e-12), whole + " " + product);
    assertTrue(whole > 0.05 * product, whole + " " + product);
  }
}
