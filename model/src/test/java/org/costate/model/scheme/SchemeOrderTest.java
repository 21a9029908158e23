package org.costate.model.scheme;

import static org.costate.model.scheme.NaiveFields.D;
import static org.costate.model.scheme.NaiveFields.HEADS;
import static org.costate.model.scheme.NaiveFields.HIDDEN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.costate.model.converge.Convergence;
import org.costate.model.converge.InitialValueProblem;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.equation.Sphere;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Mask;
import org.costate.model.time.Constant;
import org.costate.model.time.Legendre;
import org.costate.model.time.PiecewiseLinear;
import org.costate.model.time.TimeBasis;
import org.costate.model.time.TimeGrid;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The claimed order of every scheme, measured.
class SchemeOrderTest {
  private static final int[] FEW = {20, 40, 80, 160};
  private static final int[] MANY = {40, 80, 160, 320};

  private static final ContinuousEquation FREE =
      ContinuousEquation.of(
          Field.of(Controlled.of(Attention.standard(D, HEADS, new Mask.Full()), "attention")),
          Field.of(
              Controlled.of(
                  new FeedForward(D, HIDDEN, Activation.TANH, false, true), "feed-forward")));

  private static final ContinuousEquation NORMED =
      ContinuousEquation.of(
          FREE.fields().get(0).reading(Controlled.of(LayerNorm.standard(D, 0), "norm1")),
          FREE.fields().get(1).reading(Controlled.of(LayerNorm.standard(D, 0), "norm2")));

  private static ContinuousEquation constrained(boolean moving) {
    return FREE.on(new Sphere(LayerNorm.projection(D, 0), "sphere", 0, moving));
  }

  private static double[] free(double[] u, OrderStudy.Controls theta) {
    return NaiveFields.sum(
        1,
        NaiveFields.attention(u, theta.value("attention")),
        1,
        NaiveFields.feedForward(u, theta.value("feed-forward")));
  }

  private static double[] normed(double[] u, OrderStudy.Controls theta) {
    double[] first = NaiveFields.norm(u, theta.value("norm1"), 0);
    double[] second = NaiveFields.norm(u, theta.value("norm2"), 0);
    return NaiveFields.sum(
        1,
        NaiveFields.attention(first, theta.value("attention")),
        1,
        NaiveFields.feedForward(second, theta.value("feed-forward")));
  }

  private static double[] constrained(double[] u, OrderStudy.Controls theta) {
    return NaiveFields.tangent(free(u, theta), u, theta.value("sphere"), theta.rate("sphere"));
  }

  private record Case(
      Scheme scheme, ContinuousEquation equation, OrderStudy.Field field, double tolerance) {}

  private static Stream<Case> cases(boolean moving) {
    ContinuousEquation on = constrained(moving);
    OrderStudy.Field free = SchemeOrderTest::free;
    OrderStudy.Field normed = SchemeOrderTest::normed;
    OrderStudy.Field bound = SchemeOrderTest::constrained;
    return Stream.of(
        new Case(Schemes.lie(FREE), FREE, free, 0.1),
        new Case(Schemes.strang(FREE), FREE, free, 0.1),
        new Case(Schemes.additive(FREE), FREE, free, 0.1),
        new Case(Schemes.euler(FREE), FREE, free, 0.1),
        new Case(Schemes.midpoint(FREE), FREE, free, 0.1),
        new Case(Schemes.rk4(FREE), FREE, free, 0.2),
        new Case(Schemes.preNormLie(NORMED), NORMED, normed, 0.1),
        new Case(Schemes.parallelResidual(NORMED), NORMED, normed, 0.1),
        new Case(Schemes.macaron(NORMED), NORMED, normed, 0.1),
        new Case(Schemes.strang(NORMED), NORMED, normed, 0.1),
        new Case(Schemes.rk4(NORMED), NORMED, normed, 0.2),
        new Case(Schemes.lieProjected(on), on, bound, 0.1),
        new Case(Schemes.additiveProjected(on), on, bound, 0.1),
        new Case(Schemes.strangProjected(on), on, bound, 0.1),
        new Case(Schemes.strangTangent(on), on, bound, 0.1),
        new Case(Schemes.rk4Tangent(on), on, bound, 0.2));
  }

  @TestFactory
  Stream<DynamicTest> ordersWithConstantControls() {
    return tests(new Constant(), false);
  }

  @TestFactory
  Stream<DynamicTest> ordersWithPiecewiseLinearControlsAndAMovingSet() {
    return tests(new PiecewiseLinear(5, OrderStudy.END), true);
  }

  @TestFactory
  Stream<DynamicTest> ordersWithLegendreControlsAndAMovingSet() {
    return tests(new Legendre(4, OrderStudy.END), true);
  }

  private static Stream<DynamicTest> tests(TimeBasis basis, boolean moving) {
    return cases(moving)
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.scheme.name() + ", " + c.scheme.order(), () -> measure(c, basis)));
  }

  private static void measure(Case c, TimeBasis basis) {
    OrderStudy study = new OrderStudy(c.equation, basis, 20);
    double[] reference = study.reference(c.field, 1e-13);
    double doubt = InitialValueProblem.distance(reference, study.reference(c.field, 1e-12));
    int[] steps = c.scheme.order() < 4 ? MANY : FEW;
    Convergence found = study.convergence(c.scheme, reference, steps);
    assertTrue(doubt < found.errors()[3] / 20, found + ", doubt " + doubt);
    assertTrue(found.holds(c.tolerance), found::toString);

    double[] own = study.problem().integrate(c.equation, OrderStudy.END, 1e-12);
    assertTrue(InitialValueProblem.distance(own, reference) < 1e-10, c.scheme.name());
  }

  @Test
  void aStackIsTheEulerStepOfTheVelocityThatItIs() {
    OrderStudy.Field velocity =
        (u, theta) -> {
          double[] first =
              NaiveFields.sum(1, u, 1, NaiveFields.attention(u, theta.value("attention")));
          double[] layer = NaiveFields.feedForward(first, theta.value("feed-forward"));
          double[] second = NaiveFields.sum(1, first, 1, layer);
          double[] third =
              NaiveFields.sum(
                  1, second, 1, NaiveFields.attention(second, theta.value("attention")));
          double[] last = NaiveFields.feedForward(third, theta.value("feed-forward"));
          return NaiveFields.sum(-1, u, 1, NaiveFields.sum(1, third, 1, last));
        };
    for (TimeBasis basis : List.of(new Constant(), new Legendre(4, OrderStudy.END))) {
      OrderStudy study = new OrderStudy(FREE, basis, 20);
      double[] reference = study.reference(velocity, 1e-12);
      Scheme stack = Schemes.stack(List.of(Schemes.lie(FREE), Schemes.lie(FREE)));
      Convergence found = study.convergence(stack, reference, MANY);
      assertTrue(found.holds(0.1), found::toString);
    }
  }

  @Test
  void aSchemeShowsItsOrderByItself() {
    OrderStudy study = new OrderStudy(FREE, new Constant(), 20);
    Step step = new Step(Schemes.strang(FREE), D);
    TimeGrid uneven = TimeGrid.of(0, 0.3, 0.5, 1);
    Convergence found = study.problem().selfConvergence(step, uneven, 8, 16, 32);
    assertArrayEquals(new int[] {24, 48, 96}, found.sizes());
    assertTrue(found.holds(0.1), found::toString);
  }
}
