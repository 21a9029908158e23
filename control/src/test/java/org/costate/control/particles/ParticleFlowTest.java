package org.costate.control.particles;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.costate.model.InputException;
import org.costate.model.kernel.PlainKernels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParticleFlowTest {
  private static final double LEVEL = Observation.TOGETHER;

  private static ParticleFlow flow(int n, int d, Interaction interaction, IntegrationScheme s) {
    return new ParticleFlow(n, d, interaction, s, new PlainKernels());
  }

  private static double[] matrix(int d, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] m = new double[d * d];
    for (int i = 0; i < m.length; i++) {
      m[i] = random.nextGaussian() / Math.sqrt(d);
    }
    return m;
  }

  private static Interaction general(int d, double beta, boolean normalised) {
    return new Interaction(
        beta,
        Optional.of(matrix(d, 1)),
        Optional.of(matrix(d, 2)),
        Optional.of(matrix(d, 3)),
        normalised);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 128})
  void theDefaultStepFollowsTheReference(int d) {
    Interaction interaction = Interaction.identity(1);
    double[] x = Starts.uniform(32, d, 5);
    Trajectory run =
        Trajectory.refined(
            flow(32, d, interaction, IntegrationScheme.RK4), x, List.of(0.0, 3.0, 30.0), LEVEL);
    assertArrayEquals(x, run.positions().get(0), 0);
    NaiveParticles naive = new NaiveParticles(32, d, interaction);
    assertArrayEquals(naive.flow(x, 3), run.positions().get(1), 2e-8);
    assertArrayEquals(naive.flow(x, 30), run.positions().get(2), 1e-6);
    assertTrue(run.error() <= Trajectory.TOLERANCE, "error " + run.error());
    assertTrue(run.energyFall() <= 1e-12, "fall " + run.energyFall());
    double last = -1;
    for (Observation o : run.course()) {
      assertTrue(o.t() > last && o.t() - Math.max(0, last) < 0.5, "at " + o.t());
      last = o.t();
    }
    assertTrue(run.course().size() > 100 && run.course().size() <= 400);
  }

  @ParameterizedTest
  @EnumSource(IntegrationScheme.class)
  void everySchemeConvergesToTheReferenceForAnyMatrices(IntegrationScheme scheme) {
    for (boolean normalised : new boolean[] {true, false}) {
      Interaction interaction = general(4, 1.5, normalised);
      double[] x = Starts.uniform(6, 4, 11);
      double[] exact = new NaiveParticles(6, 4, interaction).flow(x, 1);
      ParticleFlow flow = flow(6, 4, interaction, scheme);
      double coarse = distance(exact, flow.advance(x, 0, 1, 0.04, (t, u) -> {}));
      double fine = distance(exact, flow.advance(x, 0, 1, 0.02, (t, u) -> {}));
      if (scheme == IntegrationScheme.DP853) {
        assertTrue(fine < 1e-11, scheme + " " + fine);
      } else {
        assertEquals(scheme.order(), Math.log(coarse / fine) / Math.log(2), 0.35, scheme.label());
      }
    }
  }

  private static double distance(double[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  /// Times at which the inner products of an orthogonal start reach a level, to five digits.
  @ParameterizedTest
  @CsvSource({
    "20, 1, 0.9, 2.71349",
    "20, 5, 0.9, 8.30467",
    "32, 1, 0.99, 4.11447",
    "32, 4, 0.99, 5.79725",
    "32, 9, 0.99, 177.574"
  })
  void anOrthogonalStartCrossesLevelsWhenTheorySays(int n, double beta, double level, double time) {
    double digits = time > 100 ? 5e-4 : 5e-6;
    OrthogonalStart theory = new OrthogonalStart(n, beta);
    assertEquals(time, theory.timeTo(level), digits);
    assertEquals(level, theory.at(theory.timeTo(level)), 1e-9);
    double step = beta > 5 ? 0.1 : 0.025;
    ParticleFlow flow = flow(n, n, Interaction.identity(beta), IntegrationScheme.RK4);
    double found = flow.firstTime(Starts.orthogonal(n, n), level, 200, step).orElseThrow();
    assertEquals(theory.timeTo(level), found, 1e-5 * found / 2);
  }

  @Test
  void manyOrthogonalParticlesCrossWhenTheorySays() {
    assertEquals(4.18222, new OrthogonalStart(467, 1).timeTo(0.9), 5e-6);
  }

  @Test
  void withoutTemperatureTheCurveHasAClosedForm() {
    int n = 16;
    ParticleFlow flow = flow(n, n, Interaction.identity(0), IntegrationScheme.RK4);
    List<Double> times = List.of(0.0, 0.5, 1.0, 2.0, 4.0);
    Trajectory run = Trajectory.refined(flow, Starts.orthogonal(n, n), times, LEVEL);
    for (Observation o : run.observations()) {
      double exact = OrthogonalStart.withoutTemperature(n, o.t());
      assertEquals(exact, o.meanPairInnerProduct(), 1e-8);
      assertEquals(exact, o.minInnerProduct(), 1e-8);
      assertEquals(exact, new OrthogonalStart(n, 0).at(o.t()), 1e-11);
      assertEquals(o.meanInnerProduct() / 2, o.energy(), 0);
    }
  }

  @Test
  void theEnergyRisesWithAndWithoutNormalisation() {
    double[] x = Starts.uniform(20, 3, 3);
    for (Interaction interaction :
        List.of(Interaction.identity(4), Interaction.identity(4).unnormalised())) {
      Trajectory run =
          Trajectory.refined(
              flow(20, 3, interaction, IntegrationScheme.RK4), x, List.of(0.0, 2.0), LEVEL);
      assertTrue(run.energyFall() <= 4e-12, "fall " + run.energyFall());
      Observation first = run.observations().getFirst();
      assertTrue(run.observations().getLast().logEnergy() > first.logEnergy() + 1e-3);
    }
    Interaction away =
        new Interaction(
            4, Optional.empty(), Optional.empty(), Optional.of(scaledIdentity(3, -1)), true);
    Trajectory apart =
        Trajectory.refined(flow(20, 3, away, IntegrationScheme.RK4), x, List.of(0.0, 2.0), LEVEL);
    assertTrue(apart.energyFall() > 1e-4, "the check sees a fall");
  }

  private static double[] scaledIdentity(int d, double factor) {
    double[] m = new double[d * d];
    for (int i = 0; i < d; i++) {
      m[i * d + i] = factor;
    }
    return m;
  }

  /// `E_β` by its definition, and no overflow where it has none.
  @Test
  void theEnergyIsWhatItsDefinitionSays() {
    double[] x = Starts.uniform(5, 3, 9);
    double sum = 0;
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        double product = 0;
        for (int k = 0; k < 3; k++) {
          product += x[3 * i + k] * x[3 * j + k];
        }
        sum += Math.exp(2 * product);
      }
    }
    Observation two = Observation.of(0, x, 5, 2, LEVEL);
    assertEquals(sum / (2 * 2 * 25), two.energy(), 1e-14);
    assertEquals(Math.log(sum / (2 * 2 * 25)), two.logEnergy(), 1e-14);
    Observation huge = Observation.of(0, x, 5, 1e6, LEVEL);
    assertTrue(Double.isInfinite(huge.energy()));
    assertEquals(1e6 - Math.log(2e6 * 5), huge.logEnergy(), 1e-6);
  }

  @Test
  void hugeTemperaturesOverflowNowhere() {
    double[] x = Starts.uniform(8, 3, 2);
    ParticleFlow flow = flow(8, 3, Interaction.identity(1e9), IntegrationScheme.RK4);
    Trajectory run = Trajectory.of(flow, x, List.of(1.0), 0.1, LEVEL);
    assertArrayEquals(x, run.positions().getFirst(), 1e-12);
    Interaction steep = Interaction.identity(1e3);
    ParticleFlow other = flow(8, 3, steep, IntegrationScheme.RK4);
    Trajectory seen = Trajectory.of(other, x, List.of(1.0), 0.1, LEVEL);
    assertTrue(Double.isFinite(seen.observations().getFirst().logEnergy()));
  }

  /// Without normalisation speeds grow like `e^β`: steps begin small, or it is said that none will
  /// do.
  @Test
  void fastParticlesGetSmallSteps() {
    double[] x = Starts.uniform(6, 3, 4);
    Interaction fast = Interaction.identity(7).unnormalised();
    Trajectory run =
        Trajectory.refined(
            flow(6, 3, fast, IntegrationScheme.RK4), x, List.of(0.0, 0.02, 0.2), LEVEL);
    assertTrue(run.error() <= Trajectory.TOLERANCE, "error " + run.error());
    assertArrayEquals(new NaiveParticles(6, 3, fast).flow(x, 0.2), run.positions().getLast(), 1e-8);
    ParticleFlow faster =
        flow(6, 3, Interaction.identity(50).unnormalised(), IntegrationScheme.RK4);
    assertRefused(
        "Maybe a smaller --beta", () -> Trajectory.refined(faster, x, List.of(1.0), LEVEL));
  }

  @Test
  void particlesThatMeetDoSoAtRateTwo() {
    ParticleFlow flow = flow(8, 8, Interaction.identity(2), IntegrationScheme.RK4);
    Trajectory run =
        Trajectory.refined(flow, Starts.uniform(8, 8, 1), List.of(0.0, 8.0, 10.0, 11.0), LEVEL);
    assertEquals(2, run.rate(), 1e-3);
    assertTrue(
        Double.isNaN(
            Trajectory.refined(flow, Starts.uniform(8, 8, 1), List.of(0.0, 0.1), LEVEL).rate()));
  }

  /// In the plane points lie in a half circle if a gap between neighbours is at least half a turn.
  @Test
  void theHemisphereProbabilityIsThatOfWendel() {
    assertEquals(5 / 16.0, PhaseDiagram.hemisphere(5, 2), 1e-15);
    assertEquals(1, PhaseDiagram.hemisphere(5, 5), 0);
    assertEquals(0.875, PhaseDiagram.hemisphere(4, 3), 1e-15);
    SplittableRandom random = new SplittableRandom(6);
    int inside = 0;
    int trials = 20_000;
    for (int t = 0; t < trials; t++) {
      double[] angles = random.doubles(5, 0, 2 * Math.PI).sorted().toArray();
      double gap = angles[0] + 2 * Math.PI - angles[4];
      for (int i = 1; i < 5; i++) {
        gap = Math.max(gap, angles[i] - angles[i - 1]);
      }
      inside += gap >= Math.PI ? 1 : 0;
    }
    assertEquals(PhaseDiagram.hemisphere(5, 2), (double) inside / trials, 0.015);
  }

  @Test
  void largeBetaWaitsLongerInThePhaseDiagram() {
    PhaseDiagram diagram =
        PhaseDiagram.of(12, 4, List.of(0.0, 4.0, 12.0), List.of(0.0, 9.0), 3, new PlainKernels());
    assertEquals(0, diagram.together()[0][0]);
    assertEquals(1, diagram.together()[0][2]);
    assertTrue(diagram.together()[1][2] < 0.5);
  }

  @Test
  void clustersAreJoinedByChains() {
    double a = Math.toRadians(2);
    double[] x = {
      1, 0, Math.cos(a), Math.sin(a), Math.cos(2 * a), Math.sin(2 * a), -1, 0,
    };
    assertEquals(2, Observation.of(0, x, 4, 1, LEVEL).clusters());
    assertEquals(4, Observation.of(0, x, 4, 1, 0.9999).clusters());
  }

  @Test
  void whatCannotBeUsedIsRefused() {
    assertRefused("n = 1", () -> Starts.uniform(1, 3, 1));
    assertRefused("d = 1", () -> Starts.uniform(3, 1, 1));
    assertRefused("found -1.0", () -> Interaction.identity(-1));
    assertRefused("NaN", () -> Interaction.identity(Double.NaN));
    assertRefused("normalisation", () -> Interaction.identity(1e3).unnormalised());
    assertRefused("point 1 of norm 2", () -> Starts.requireUnit(new double[] {1, 0, 0, 2}, 2, "f"));
    assertRefused("dimension 2", () -> Starts.orthogonal(3, 2));
    assertRefused("Maybe \"rk4\"", () -> IntegrationScheme.named("rk5"));
    ParticleFlow flow = flow(2, 2, Interaction.identity(1), IntegrationScheme.RK4);
    double[] x = Starts.orthogonal(2, 2);
    assertRefused("rise", () -> Trajectory.refined(flow, x, List.of(1.0, 1.0), LEVEL));
    assertRefused("rise", () -> Trajectory.refined(flow, x, List.of(-1.0), LEVEL));
    assertRefused("at most 419430.4", () -> Trajectory.refined(flow, x, List.of(1e9), LEVEL));
    assertRefused("step", () -> Trajectory.of(flow, x, List.of(1.0), 0, LEVEL));
    assertRefused(
        "query",
        () ->
            flow(
                2,
                3,
                new Interaction(
                    1, Optional.of(new double[4]), Optional.empty(), Optional.empty(), true),
                IntegrationScheme.RK4));
  }

  private static void assertRefused(String found, Runnable call) {
    String message = assertThrows(InputException.class, call::run).getMessage();
    assertTrue(message.contains(found), message);
  }
}
