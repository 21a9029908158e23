package org.costate.adjoint.verify;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.cost.RunningCost;
import org.costate.adjoint.reference.PlainCosts;
import org.costate.adjoint.reference.PlainModel;
import org.costate.adjoint.reference.StepEnds;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.model.Model;
import org.costate.model.operator.Parameter;
import org.costate.model.time.ControlLayout;
import org.hipparchus.CalculusFieldElement;
import org.hipparchus.analysis.differentiation.Gradient;
import org.hipparchus.analysis.differentiation.GradientField;

/// All derivatives with respect to all controls of a small model of the same scheme, by dual
/// numbers
/// through the plain interpreter, against the adjoint sweep; and the values of both.
///
/// What is differentiated is `<ȳ, y>` for the output `y` and a seeded `ȳ`, plus the costs that have
/// plain formulas.
final class DualNumberCheck {
  private static final double VALUE_TOLERANCE = 1e-12;
  private static final double TOLERANCE = 1e-10;

  /// Derivatives that travel together.
  private static final int TOGETHER = 64;

  /// Gradients of a block below this part of the largest one are measured against that.
  private static final double SMALL = 1e-6;

  private final SmallProblem small;
  private final Optional<PlainCosts> plain;
  private final CheckOptions options;
  private final double[] outputCostate;
  private final String described;

  DualNumberCheck(Model model, SmallProblem small, Subject subject, CheckOptions options) {
    this.small = small;
    this.plain = options.plainCosts();
    this.options = options;
    int size = small.model().outputShape(small.batch().shape()).size(small.model().outputWidth());
    this.outputCostate = new SplittableRandom(options.seed() + 17).doubles(size, -1, 1).toArray();
    this.described =
        "a small model of the same scheme (%d of %d steps, %d x %d of %d x %d tokens, width %d of %d, controls %d of %d) at a seeded point"
            .formatted(
                small.model().grid().steps(),
                model.grid().steps(),
                small.batch().shape().batch(),
                small.batch().shape().tokens(),
                subject.batch().shape().batch(),
                subject.batch().shape().tokens(),
                small.model().stateWidth(),
                model.stateWidth(),
                small.c().length,
                model.layout().size());
  }

  List<CheckResult> results() {
    double[] adjoint = new double[small.c().length];
    double value = fast(adjoint);
    double[] dual = new double[adjoint.length];
    double plainValue = dual(dual);
    CheckResult values =
        CheckResult.of(
            "value of " + what(),
            "plain interpreter",
            Math.abs(value - plainValue) / Math.max(Math.abs(plainValue), Double.MIN_NORMAL),
            VALUE_TOLERANCE,
            "%.15e by sweep, %.15e by plain loops, of %s".formatted(value, plainValue, described));
    return List.of(values, compare(adjoint, dual));
  }

  private String what() {
    return small.costs().terminal().isPresent() ? "cost and output" : "output";
  }

  /// `<ȳ, y> + J` and its gradient by the sweeps.
  private double fast(double[] g) {
    Model model = small.model();
    SweepOptions sweeps = SweepOptions.with(options.kernels());
    Costs none = new Costs(Optional.empty(), List.of(), List.of());
    ModelSweep sweep = new ModelSweep(model, none, small.batch().shape(), sweeps);
    double[] linear = new double[g.length];
    sweep.adjoint(small.c(), small.batch(), outputCostate, linear);
    sweep.value(small.c(), small.batch(), Scales.ONE);
    double value = DotProductCheck.dot(outputCostate, sweep.output().toArray());
    try (EnsembleSweep ensemble = new EnsembleSweep(model, small.costs(), sweeps)) {
      value += ensemble.gradient(small.c(), small.batch(), g);
    }
    for (int i = 0; i < g.length; i++) {
      g[i] += linear[i];
    }
    return value;
  }

  /// The same by dual numbers, some controls at a time.
  private double dual(double[] g) {
    double[] c = small.c();
    double value = 0;
    for (int from = 0; from < c.length; from += TOGETHER) {
      int count = Math.min(TOGETHER, c.length - from);
      PlainModel<Gradient> model =
          new PlainModel<>(small.model(), GradientField.getField(TOGETHER));
      Gradient[] controls = model.arithmetic().numbers(c);
      for (int k = 0; k < count; k++) {
        controls[from + k] = Gradient.variable(TOGETHER, k, c[from + k]);
      }
      Gradient total = total(model, controls);
      value = total.getValue();
      for (int k = 0; k < count; k++) {
        g[from + k] = total.getPartialDerivative(k);
      }
    }
    return value;
  }

  private <T extends CalculusFieldElement<T>> T total(PlainModel<T> model, T[] c) {
    PlainModel.Sweep<T> sweep = model.sweep(c, small.batch());
    T sum = model.arithmetic().number(0);
    for (int i = 0; i < outputCostate.length; i++) {
      sum = sum.add(sweep.output()[i].multiply(outputCostate[i]));
    }
    Costs costs = small.costs();
    if (costs.terminal().isPresent()) {
      sum =
          sum.add(
              plain
                  .orElseThrow()
                  .terminal(costs.terminal().get(), sweep.output(), sweep.shape(), small.batch()));
    }
    for (RunningCost running : costs.running()) {
      for (StepEnds<T> ends : sweep.steps()) {
        sum = sum.add(plain.orElseThrow().running(running, ends));
      }
    }
    return sum;
  }

  /// The worst parameter, each measured against its own largest gradient.
  private CheckResult compare(double[] adjoint, double[] dual) {
    double all = largest(dual, 0, dual.length);
    double worst = 0;
    String where = "none";
    for (ControlLayout.Block block : small.model().layout().blocks()) {
      for (int k = 0; k < Subject.coefficients(block); k++) {
        int at = block.at(k);
        for (Parameter p : block.parameters()) {
          double size = Math.max(largest(dual, at, p.size()), SMALL * all);
          double violation = apart(adjoint, dual, at, p.size()) / size;
          if (!(violation <= worst)) {
            worst = violation;
            where = block.name() + "." + p.name();
          }
          at += p.size();
        }
      }
    }
    return CheckResult.of(
        "gradient of " + what(),
        "dual numbers",
        all > 0 ? worst : Double.NaN,
        TOLERANCE,
        "worst parameter %s; all %d gradients, largest %.2e, of %s"
            .formatted(where, dual.length, all, described));
  }

  private static double largest(double[] x, int from, int count) {
    double largest = 0;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, Math.abs(x[i]));
    }
    return largest;
  }

  private static double apart(double[] x, double[] y, int from, int count) {
    double largest = 0;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, Math.abs(x[i] - y[i]));
    }
    return largest;
  }
}
