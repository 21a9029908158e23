package org.costate.adjoint.verify;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.cost.RunningCost;
import org.costate.adjoint.reference.PlainCosts;
import org.costate.adjoint.reference.PlainModel;
import org.costate.adjoint.reference.StepEnds;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.adjoint.sweep.SweepOptions.Extra;
import org.costate.model.Model;
import org.costate.model.operator.Parameter;
import org.costate.model.time.ControlLayout;
import org.hipparchus.CalculusFieldElement;
import org.hipparchus.analysis.differentiation.FieldGradient;
import org.hipparchus.analysis.differentiation.FieldGradientField;
import org.hipparchus.analysis.differentiation.Gradient;
import org.hipparchus.analysis.differentiation.GradientField;

/// All derivatives with respect to all controls of a small model of the same scheme, by dual
/// numbers through the plain interpreter, against the adjoint sweep; the values of both; and a
/// Hessian–vector product by dual numbers of dual numbers.
///
/// What is differentiated is `<ȳ, y>` for the output `y` and a seeded `ȳ`, plus the costs that have
/// plain formulas.
final class DualNumberCheck {
  private static final double VALUE_TOLERANCE = 1e-12;
  private static final double TOLERANCE = 1e-10;

  /// Derivatives that travel together.
  private static final int TOGETHER = 64;

  /// Gradients of a parameter below this part of the largest one are measured against that.
  private static final double SMALL = 1e-6;

  private final SmallProblem small;
  private final Optional<PlainCosts> plain;
  private final double[] outputCostate;
  private final double[] v;
  private final OutputCost terminal;
  private final SweepOptions sweeps;
  private final String described;

  DualNumberCheck(SmallProblem small, Subject subject, CheckOptions options) {
    this.small = small;
    this.plain = options.plainCosts();
    Model model = small.model();
    SplittableRandom random = new SplittableRandom(options.seed() + 17);
    int size = model.outputShape(small.batch().shape()).size(model.outputWidth());
    this.outputCostate = random.doubles(size, -1, 1).toArray();
    this.v = random.doubles(small.c().length, -1, 1).toArray();
    this.terminal = new OutputCost(outputCostate, small.costs().terminal());
    this.sweeps =
        SweepOptions.with(options.kernels())
            .withChunk(small.batch().shape().batch())
            .withExtras(Extra.TANGENTS);
    this.described = described(model, subject);
  }

  private String described(Model model, Subject subject) {
    return String.format(
        Locale.ROOT,
        "a small model of the same scheme (%d of %d steps, %d of %d tokens, width %d of %d, %d of"
            + " %d controls) at a seeded point",
        model.grid().steps(),
        subject.model().grid().steps(),
        small.batch().shape().tokens(),
        subject.batch().shape().tokens(),
        model.stateWidth(),
        subject.model().stateWidth(),
        small.c().length,
        subject.model().layout().size());
  }

  List<CheckResult> results() {
    double[] adjoint = new double[v.length];
    double[] product = new double[v.length];
    Costs costs = new Costs(Optional.of(terminal), small.costs().running(), List.of());
    double value;
    try (EnsembleSweep sweep = new EnsembleSweep(small.model(), costs, sweeps)) {
      value = sweep.gradient(small.c(), small.batch(), adjoint);
      sweep.hessianVector(small.c(), small.batch(), v, product);
    }
    double[] dual = new double[v.length];
    double[] second = new double[v.length];
    double plainValue = dual(dual, second);
    CheckResult values =
        CheckResult.of(
            "value",
            "plain interpreter",
            Math.abs(value - plainValue) / Math.max(Math.abs(plainValue), Double.MIN_NORMAL),
            VALUE_TOLERANCE,
            String.format(
                Locale.ROOT,
                "%.15e by sweep, %.15e by plain loops, %s of %s",
                value,
                plainValue,
                what(),
                described));
    return List.of(
        values,
        compare("gradient", "dual numbers", adjoint, dual),
        compare("Hessian-vector product", "second-order dual numbers", product, second));
  }

  private String what() {
    boolean cost = small.costs().terminal().isPresent() || !small.costs().running().isEmpty();
    return cost ? "cost and output" : "output";
  }

  /// The value, its gradient `g` and its second derivatives `∇²J v` by dual numbers whose parts are
  /// dual numbers along `v`, some controls at a time.
  private double dual(double[] g, double[] second) {
    double[] c = small.c();
    double value = 0;
    FieldGradientField<Gradient> field =
        FieldGradientField.getField(GradientField.getField(1), TOGETHER);
    PlainModel<FieldGradient<Gradient>> model = new PlainModel<>(small.model(), field);
    for (int from = 0; from < c.length; from += TOGETHER) {
      FieldGradient<Gradient>[] controls = model.arithmetic().zeros(c.length);
      for (int i = 0; i < c.length; i++) {
        Gradient along = new Gradient(c[i], v[i]);
        controls[i] =
            i >= from && i < from + TOGETHER
                ? FieldGradient.variable(TOGETHER, i - from, along)
                : FieldGradient.constant(TOGETHER, along);
      }
      FieldGradient<Gradient> total = total(model, controls);
      value = total.getReal();
      for (int i = from; i < Math.min(from + TOGETHER, c.length); i++) {
        Gradient partial = total.getPartialDerivative(i - from);
        g[i] = partial.getValue();
        second[i] = partial.getPartialDerivative(0);
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
    sum = sum.divide(terminal.count(small.batch(), sweep.shape()));
    Costs costs = small.costs();
    if (costs.terminal().isPresent()) {
      PlainCosts formulas = plain.orElseThrow();
      sum =
          sum.add(
              formulas.terminal(
                  costs.terminal().get(), sweep.output(), sweep.shape(), small.batch()));
    }
    for (RunningCost running : costs.running()) {
      for (StepEnds<T> ends : sweep.steps()) {
        sum = sum.add(plain.orElseThrow().running(running, ends));
      }
    }
    return sum;
  }

  /// The worst parameter, each measured against its own largest derivative.
  private CheckResult compare(String name, String method, double[] adjoint, double[] dual) {
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
        name,
        method,
        all > 0 ? worst : Double.NaN,
        TOLERANCE,
        String.format(
            Locale.ROOT,
            "worst parameter %s; all %d derivatives, largest %.2e, %s of %s",
            where,
            dual.length,
            all,
            what(),
            described));
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
