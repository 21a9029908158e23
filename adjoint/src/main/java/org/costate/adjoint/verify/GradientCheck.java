package org.costate.adjoint.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.Model;
import org.costate.model.NumericalException;
import org.costate.model.state.Batch;

/// All checks of the gradient of an optimal-control problem at one point: dot product of tangent
/// and adjoint sweep, Taylor remainders, central differences, Hessian–vector products, and dual
/// numbers through the plain interpreter on a small model of the same scheme.
///
/// Nothing that is checked is changed: the controls are copied, sweeps are made anew.
public final class GradientCheck {
  /// Positions times controls, from which on one sequence is enough.
  private static final long LARGE = 200_000_000L;

  /// And from which on blocks of controls are not checked alone.
  private static final long HUGE = 2_000_000_000L;

  /// Relative steps within which a kink is too near, and by which the point is moved away from it.
  private static final double NEAR = 1e-9;

  private static final double AWAY = 1e-3;
  private static final int ATTEMPTS = 3;

  /// How far from rest the controls of the small model are tried.
  private static final double[] SPREADS = {1, 0.5, 0.1};

  private final Model model;
  private final Costs costs;
  private final Batch batch;
  private final double[] c;
  private final CheckOptions options;
  private final List<String> notes = new ArrayList<>();

  private GradientCheck(Model model, Costs costs, Batch batch, double[] c, CheckOptions options) {
    this.model = model;
    this.costs = costs;
    this.batch = batch;
    this.c = c;
    this.options = options;
  }

  /// Checks to be run.
  ///
  /// @param c the point, not modified
  /// @throws IllegalArgumentException if it does not have the size of the model's controls
  public static GradientCheck of(
      Model model, Costs costs, Batch batch, double[] c, CheckOptions options) {
    if (c.length != model.layout().size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "check: found %d controls, expected %d",
              c.length,
              model.layout().size()));
    }
    return new GradientCheck(model, costs, batch, c, options);
  }

  /// Runs all checks.
  ///
  /// @throws NumericalException if a state or costate is not finite
  public CheckReport run() {
    notes.clear();
    Batch few = few();
    long work = (long) few.shape().positions() * c.length;
    List<CheckResult> checks = new ArrayList<>();
    List<TaylorRow> rows;
    try (Subject subject = new Subject(model, costs, few, awayFromKinks(few), options)) {
      checks.add(DotProductCheck.run(subject, options));
      double[] g = subject.gradient(subject.point());
      ActiveSet active = new ActiveSet(subject, options);
      TaylorCheck taylor = new TaylorCheck(subject, active, g);
      checks.addAll(taylor.results());
      rows = taylor.rows();
      checks.add(new CentralDifferenceCheck(subject, g).run(work < HUGE));
      HessianCheck hessian = new HessianCheck(subject);
      checks.add(hessian.symmetry());
      checks.add(hessian.differences(active));
      checks.addAll(dualNumbers(subject));
    }
    boolean pass = checks.stream().allMatch(CheckResult::pass);
    return new CheckReport(pass, checks, rows, notes);
  }

  /// The point, or one near it where ReLUs are not at their kinks: at zero biases and zero inputs,
  /// for example, there is no gradient to be checked.
  private double[] awayFromKinks(Batch few) {
    double[] point = c.clone();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (Subject subject = new Subject(model, costs, few, point, options)) {
        ActiveSet active = new ActiveSet(subject, options);
        double[] v = subject.direction(500 + attempt);
        if (active.changes(subject.moved(NEAR, v)) == 0
            && active.changes(subject.moved(-NEAR, v)) == 0) {
          break;
        }
        point = subject.moved(AWAY, v);
      }
      if (attempt == 0) {
        notes.add("the controls lie at a kink of a ReLU: checked a step of 1e-3 away from them");
      }
    }
    return point;
  }

  /// The first sequences of the batch, at least as many as carry a term of the terminal cost.
  private Batch few() {
    int all = batch.shape().batch();
    long each = (long) batch.shape().tokens() * c.length;
    int count = each * options.sequences() > LARGE ? 1 : Math.min(all, options.sequences());
    Batch few = batch.sequences(0, count);
    while (count < all && !carriesTerms(few)) {
      count = Math.min(all, 2 * count);
      few = batch.sequences(0, count);
    }
    if (count < all) {
      notes.add(String.format(Locale.ROOT, "checked on %d of %d sequences", count, all));
    }
    return few;
  }

  private boolean carriesTerms(Batch part) {
    Optional<TerminalCost> terminal = costs.terminal();
    return terminal.isEmpty() || terminal.get().count(part, model.outputShape(part.shape())) > 0;
  }

  private List<CheckResult> dualNumbers(Subject subject) {
    String trouble = "";
    for (double spread : SPREADS) {
      try {
        SmallProblem small = SmallProblem.of(model, costs, batch, options, spread);
        List<CheckResult> results = new DualNumberCheck(small, subject, options).results();
        noteCosts(small);
        return results;
      } catch (NumericalException e) {
        trouble = e.getMessage(); // a point too far from rest: try nearer to it
      } catch (IllegalArgumentException e) {
        trouble = e.getMessage();
        break;
      }
    }
    return List.of(
        CheckResult.of("gradient", "dual numbers", Double.NaN, 0, "not run: " + trouble));
  }

  private void noteCosts(SmallProblem small) {
    if (costs.terminal().isPresent() && small.costs().terminal().isEmpty()) {
      notes.add("dual numbers leave out the terminal cost, which has no plain formula");
    }
    int left = costs.running().size() - small.costs().running().size();
    if (left > 0) {
      notes.add(
          String.format(
              Locale.ROOT,
              "dual numbers leave out %d running costs, without plain formulas",
              left));
    }
    if (!costs.controls().isEmpty()) {
      notes.add("dual numbers leave out the costs of the controls alone");
    }
  }
}
