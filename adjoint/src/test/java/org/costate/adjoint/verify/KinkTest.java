package org.costate.adjoint.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.TestCosts;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.architecture.Arrangement;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Affine;
import org.costate.model.operator.FieldLayer;
import org.costate.model.operator.Pointwise;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Coefficient;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Step;
import org.costate.model.scheme.Term;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.TimeGrid;
import org.junit.jupiter.api.Test;

/// Checks of gradients that are only piecewise smooth, and of badly scaled ones.
class KinkTest {
  private static final CheckOptions OPTIONS = CheckOptions.with(new PlainKernels());
  private static final Costs COSTS = Costs.of(new TestCosts.Terminal());
  private static final int WIDTH = 4;

  /// `u ← u + h tanh(u W + b)` between an affine map with ReLU behind it and an affine map.
  private static Model small() {
    FieldLayer field = new FieldLayer(WIDTH, Activation.TANH, true);
    Affine map = new Affine(WIDTH, WIDTH, true, false);
    Application application =
        new Application(field, 0, List.of(ControlRef.value("field")), Coefficient.step(1), 0, 1);
    Line line = new Line(0, List.of(new Term(0, Coefficient.ONE)), Optional.of(application));
    ControlLayout layout =
        ControlLayout.builder()
            .block("in", map.parameters(), new Constant())
            .block("field", field.parameters(), new Constant())
            .block("out", map.parameters(), new Constant())
            .build();
    return new Model(
        List.of(
            new Stage(map, List.of("in")),
            new Stage(new Pointwise(WIDTH, Activation.RELU), List.of())),
        new Step(new Scheme("euler", 1, List.of(line)), WIDTH),
        TimeGrid.uniform(2, 1),
        layout,
        List.of(new Stage(map, List.of("out"))));
  }

  private static Batch data() {
    Shape shape = new Shape(1, 3);
    double[] input = new double[shape.size(WIDTH)];
    for (int i = 0; i < input.length; i++) {
      input[i] = Math.sin(2 * i + 1);
    }
    return Batch.ofInput(shape, input);
  }

  private static double[] controls(Model model) {
    double[] c = new double[model.layout().size()];
    for (int i = 0; i < c.length; i++) {
      c[i] = Math.cos(3 * i + 1);
    }
    return c;
  }

  /// Controls at which the pre-activations of token 0 are all `distance`.
  private static double[] controlsAtKinks(Model model, double distance) {
    double[] c = controls(model);
    ControlLayout.Block in = model.layout().block("in");
    double[] input = data().input().orElseThrow();
    for (int j = 0; j < WIDTH; j++) {
      double product = 0;
      for (int k = 0; k < WIDTH; k++) {
        product += input[k] * c[in.offset() + k * WIDTH + j];
      }
      c[in.offset() + WIDTH * WIDTH + j] = distance - product;
    }
    return c;
  }

  private static CheckResult find(CheckReport report, String method) {
    return report.checks().stream()
        .filter(each -> each.method().startsWith(method))
        .findFirst()
        .orElseThrow();
  }

  /// Trap (a): on the first four steps of the ladder correct gradients of ReLU networks show rates
  /// far from 2. The verdict on the window does not fall for it.
  @Test
  void shortLaddersRaiseFalseAlarmsThatWindowsAvoid() {
    CheckedModels m = CheckedModels.language(Arrangement.PRE_NORM, Activation.RELU);
    int falseAlarms = 0;
    for (int seed = 1; seed <= 12; seed++) {
      CheckOptions options = OPTIONS.withSeed(seed);
      try (Subject subject = new Subject(m.model(), COSTS, m.batch(), m.controls(seed), options)) {
        double[] g = subject.gradient(subject.point());
        ActiveSet active = new ActiveSet(subject, options);
        TaylorLadder ladder = TaylorLadder.along(subject, active, g, subject.direction(0));
        falseAlarms += leastOfFirstFour(ladder) < 1.9 ? 1 : 0;
        CheckResult verdict = new TaylorCheck(subject, active, g).results().get(1);
        assertTrue(verdict.pass(), seed + ": " + verdict);
      }
    }
    assertTrue(falseAlarms >= 3, "found " + falseAlarms + " false alarms of the short ladder");
  }

  private static double leastOfFirstFour(TaylorLadder ladder) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 1; i < 4; i++) {
      double ratio = ladder.rows().get(i - 1).r1() / ladder.rows().get(i).r1();
      least = Math.min(least, Math.log(ratio) / Math.log(2));
    }
    return least;
  }

  /// Pre-activations that are known are counted as they change their signs.
  @Test
  void activeSetChangesAreCounted() {
    Model model = small();
    double[] c = controlsAtKinks(model, 1e-3);
    ControlLayout.Block in = model.layout().block("in");
    try (Subject subject = new Subject(model, COSTS, data(), c, OPTIONS)) {
      ActiveSet active = new ActiveSet(subject, OPTIONS);
      assertTrue(active.isKinked());
      assertEquals(0, active.changes(c));
      for (int j = 0; j < WIDTH; j++) {
        c[in.offset() + WIDTH * WIDTH + j] -= 2e-3;
        assertEquals(j + 1, active.changes(c));
      }
    }
  }

  /// Near kinks no step of the ladder is free of changes: the gradient is held against its
  /// differences over shorter ones instead, and a wrong one is still found.
  @Test
  void withoutWindowDifferencesDecide() {
    Model model = small();
    double[] c = controlsAtKinks(model, 1e-7);
    CheckReport report = GradientCheck.of(model, COSTS, data(), c, OPTIONS).run();
    String all = String.join("\n", report.checks().stream().map(Object::toString).toList());
    CheckResult gradient = find(report, "Taylor remainder 1");
    assertEquals("Taylor remainder 1: no window; difference of gradients", gradient.method(), all);
    assertTrue(gradient.pass(), all);
    assertEquals("Taylor remainder 2: no window", find(report, "Taylor remainder 2").method(), all);
    assertTrue(report.taylor().stream().allMatch(row -> row.activeSetChanges() > 0), all);

    Model wrong =
        Remodel.operators(f -> f instanceof FieldLayer ? new Faulty(f, Fault.STATE_ADJOINT) : f)
            .apply(model);
    CheckReport caught = GradientCheck.of(wrong, COSTS, data(), c, OPTIONS).run();
    assertFalse(find(caught, "Taylor remainder 1: no window").pass(), caught::toString);
  }

  /// At a kink there is no gradient: the check moves away from it and says so.
  @Test
  void pointsAtKinksAreLeft() {
    Model model = small();
    CheckReport report =
        GradientCheck.of(model, COSTS, data(), controlsAtKinks(model, 0), OPTIONS).run();
    assertTrue(report.pass(), report::toString);
    assertTrue(report.notes().toString().contains("lie at a kink"), report::toString);
    CheckReport usual = GradientCheck.of(model, COSTS, data(), controls(model), OPTIONS).run();
    assertTrue(usual.pass(), usual::toString);
    assertFalse(usual.notes().toString().contains("kink"), usual::toString);
  }

  /// Trap (b): controls of size 1e-7. Every usual absolute step is far too long; relative ones are
  /// not.
  @Test
  void stepsAreRelativeToTheControls() {
    Model model = small();
    double[] c = controls(model);
    for (int i = 0; i < c.length; i++) {
      c[i] *= 1e-7;
    }
    try (Subject subject = new Subject(model, COSTS, data(), c, OPTIONS)) {
      double[] g = subject.gradient(subject.point());
      double[] v = subject.direction(0);
      List<Double> absolute = new ArrayList<>();
      for (double step : new double[] {1e-3, 1e-4, 1e-5, 1e-6}) {
        double h = step / 1e-7;
        double difference =
            (subject.value(subject.moved(h, v)) - subject.value(subject.moved(-h, v))) / (2 * h);
        double slope = DotProductCheck.dot(g, v);
        absolute.add(Math.abs(difference - slope) / Math.abs(slope));
      }
      assertTrue(absolute.stream().allMatch(e -> e > 1e-6), absolute::toString);
      CheckResult relative = new CentralDifferenceCheck(subject, g).run(true);
      assertTrue(relative.pass(), relative::toString);
    }
  }
}
