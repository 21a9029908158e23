package org.costate.adjoint.sweep;

import java.util.List;
import java.util.Optional;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.cost.RunningCost;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.Model;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Step;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// One link of the chain from input to cost, at other controls, with states and costates at both of
/// its ends held: the entry stages (link −1), a step (links `0 … N − 1`), or the exit stages with
/// the terminal cost (link `N`).
///
/// With `λ = ∂J/∂u`, what a link is to minimise is the negative Hamiltonian
///
/// `S_n(θ) = −h H_n = ⟨λ_{n+1}, Φ_n(u_n, θ) − u_n⟩ + h ℓ(u_n, Φ_n(u_n, θ), θ)`,
///
/// augmented by `ρ/2` times the two feasibility terms, means over the sequences,
///
/// `X_n = h mean_b ‖(Φ_n(u_n, θ) − u_{n+1})/h‖²`, `Λ_n = h mean_b ‖B (∂_u S_n(θ) − λ_n)/h‖²`
///
/// for an ensemble of `B` sequences (`B λ` is the costate of one sequence's own cost). Both vanish
/// at the controls of the trajectories, where `∂_u S_n = λ_n`. The entry has
/// `S = ⟨λ_0, Φ(θ)⟩` and `X` alone, the exit `S = G` and `Λ` alone, both with `h = 1`.
///
/// Belongs to one thread. Links of a model may be evaluated at the same time by several of these.
public final class LinkSweep {
  private final Model model;
  private final Costs costs;
  private final Trajectories held;
  private final Workspace w;
  private final StageChain entry;
  private final StageChain exit;
  private final double[] next;
  private final double[] nextDot;
  private final double[] ahead;
  private final double[] aheadDot;
  private final double[] below;
  private final double[] record;
  private final Run run = Run.alone();

  private double negative;
  private double stateTerm;
  private double costateTerm;

  /// @param held states and costates, which must stay as they are
  public LinkSweep(Model model, Costs costs, Trajectories held, SweepOptions options) {
    this.model = model;
    this.costs = costs;
    this.held = held;
    Shape capacity = Trajectories.capacity(held.ensemble());
    Shape state = model.stateShape(capacity);
    int size = state.size(model.stateWidth());
    int stages =
        Math.max(
            StageChain.workSize(model.entry(), model.layout(), capacity),
            StageChain.workSize(model.exit(), model.layout(), state));
    Optional<TerminalCost> terminal = costs.terminal();
    int cost = terminal.map(g -> g.workSize(model.outputShape(capacity))).orElse(0);
    int work = Math.max(StepSweep.workSize(model, state, costs.running()), Math.max(stages, cost));
    w = new Workspace(options.kernels(), work);
    double begin = model.grid().time(0);
    entry = new StageChain(model.entry(), model.layout(), begin, capacity, true);
    exit = new StageChain(model.exit(), model.layout(), model.grid().end(), state, true);
    next = new double[size];
    nextDot = new double[size];
    ahead = new double[size];
    aheadDot = new double[size];
    below = new double[size];
    record = new double[model.step().recordSize(state)];
  }

  /// `S + ρ/2 (X + Λ)` of link `n`, over all chunks; its parts are left in [#negativeHamiltonian],
  /// [#stateTerm] and [#costateTerm]. Not finite where the controls blow up.
  ///
  /// @param c all controls; those of the link are read
  /// @param penalty `ρ ≥ 0`
  /// @param g the gradient with respect to the controls of the link is added; of length 0: none
  public double evaluate(int n, double[] c, double penalty, double[] g) {
    negative = 0;
    stateTerm = 0;
    costateTerm = 0;
    for (int k = 0; k < held.chunks(); k++) {
      Batch batch = held.ensemble().chunks().get(k);
      w.reset();
      w.enter();
      if (n < 0) {
        entry(k, batch, c, penalty, g);
      } else if (n == model.grid().steps()) {
        exit(k, batch, c, penalty, g);
      } else {
        step(n, k, batch, c, penalty, g);
      }
      w.leave();
    }
    return negative + 0.5 * penalty * (stateTerm + costateTerm);
  }

  /// `S`: the negative Hamiltonian times `h` of the last link.
  public double negativeHamiltonian() {
    return negative;
  }

  /// `X`: the feasibility term of the state of the last link.
  public double stateTerm() {
    return stateTerm;
  }

  /// `Λ`: the feasibility term of the costate of the last link.
  public double costateTerm() {
    return costateTerm;
  }

  private void step(int n, int k, Batch batch, double[] c, double penalty, double[] g) {
    Step step = model.step();
    List<Slot> slots = step.slots();
    double t = model.grid().time(n);
    double h = model.grid().step(n);
    Shape shape = model.stateShape(batch.shape());
    int size = shape.size(model.stateWidth());
    double scale = held.ensemble().scales().running();
    Slice theta = model.layout().at(c, slots, t, h, w);
    Point p = w.point(t, h, shape, w.view(held.state(k, n), 0, size), theta, batch);
    Slice to = w.view(next, 0, size);
    Slice kept = w.view(record, 0, step.recordSize(shape));
    step.apply(p, to, kept, w);

    double[] lambda = held.costate(k, n + 1);
    negative += dot(lambda, to) - dot(lambda, p.u());
    for (int i = 0; i < costs.running().size(); i++) {
      negative += costs.running().get(i).value(p, to, scale, w);
    }
    double[] former = held.state(k, n + 1);
    stateTerm += distance(to, former) / (h * held.sequences());

    Slice tilde = w.view(ahead, 0, size);
    System.arraycopy(lambda, 0, ahead, 0, size);
    Slice down = w.view(below, 0, size);
    down.fill(0);
    Slice thetaBar = bar(g, slots, t, h);
    Variation bar = w.variation(down, thetaBar);
    for (RunningCost cost : costs.running()) {
      cost.addAdjoint(p, to, scale, bar, tilde, w);
    }
    step.adjoint(p, kept, tilde, bar, w);
    costateTerm += held.sequences() * distance(down, held.costate(k, n)) / h;
    if (penalty != 0 && g.length > 0) {
      double state = penalty / (h * held.sequences());
      double costate = penalty * held.sequences() / h;
      penalise(p, kept, to, down, thetaBar, new Terms(former, held.costate(k, n), state, costate));
    }
    if (g.length > 0) {
      model.layout().addAdjoint(thetaBar, slots, t, h, g);
    }
  }

  /// What the ends were, and `∂(ρ/2 X)/∂‖·‖²`, `∂(ρ/2 Λ)/∂‖·‖²`, twice each.
  private record Terms(double[] state, double[] costate, double stateRate, double costateRate) {}

  /// Adds the gradient of `ρ/2 (X + Λ)`: with `r = ρ B²/(B h) (∂_u S − λ_n)` held, that of `Λ` is
  /// the derivative of `⟨r, ∂_u S⟩` with respect to `θ`, a second adjoint along `r`.
  private void penalise(Point p, Slice kept, Slice to, Slice down, Slice thetaBar, Terms terms) {
    Step step = model.step();
    int size = to.length();
    double scale = held.ensemble().scales().running();
    for (int i = 0; i < size; i++) {
      below[i] = terms.costateRate * (below[i] - terms.costate[i]);
      aheadDot[i] = terms.stateRate * (next[i] - terms.state[i]);
    }
    Slice dot = w.view(aheadDot, 0, size);
    Variation along = w.variation(down, Slice.NONE);
    if (!costs.running().isEmpty()) {
      Slice toDot = w.view(nextDot, 0, size);
      step.tangent(p, kept, along, toDot, w);
      Variation own = w.variation(Slice.NONE, thetaBar);
      for (RunningCost cost : costs.running()) {
        cost.addSecond(p, to, along, toDot, scale, own, dot, w);
      }
    }
    Variation none = w.variation(Slice.NONE, Slice.NONE);
    Variation barDot = w.variation(Slice.NONE, thetaBar);
    step.secondAdjoint(p, kept, along, w.view(ahead, 0, size), dot, none, barDot, w);
  }

  private void entry(int k, Batch batch, double[] c, double penalty, double[] g) {
    run.over(c, batch);
    run.gradient = g;
    entry.open(batch.shape());
    Slice input = input(batch);
    entry.forward(run, input, true, w);
    Slice u = entry.output(input, w);
    double[] lambda = held.costate(k, 0);
    negative += dot(lambda, u);
    stateTerm += distance(u, held.state(k, 0)) / held.sequences();
    if (g.length > 0) {
      Slice bar = entry.outputCostate(Slice.NONE, w);
      double rate = penalty / held.sequences();
      for (int i = 0; i < bar.length(); i++) {
        bar.array()[bar.offset() + i] = lambda[i] + rate * (u.at(i) - held.state(k, 0)[i]);
      }
      entry.adjoint(run, input, Slice.NONE, w);
    }
  }

  private Slice input(Batch batch) {
    return model.inputWidth() == 0
        ? Slice.NONE
        : w.view(batch.input().orElseThrow(), 0, batch.shape().size(model.inputWidth()));
  }

  private void exit(int k, Batch batch, double[] c, double penalty, double[] g) {
    Shape shape = model.stateShape(batch.shape());
    int size = shape.size(model.stateWidth());
    double scale = held.ensemble().scales().terminal();
    TerminalCost cost = costs.terminal().orElseThrow();
    run.over(c, batch);
    run.gradient = g;
    exit.open(shape);
    Slice u = w.view(held.state(k, model.grid().steps()), 0, size);
    exit.forward(run, u, true, w);
    Slice y = exit.output(u, w);
    negative += cost.value(y, exit.outputShape(), batch, scale, w);
    Slice down = w.view(below, 0, size);
    down.fill(0);
    Slice bar = exit.outputCostate(down, w);
    bar.fill(0);
    cost.addGradient(y, exit.outputShape(), batch, scale, bar, w);
    exit.adjoint(run, u, down, w);
    double[] former = held.costate(k, model.grid().steps());
    costateTerm += held.sequences() * distance(down, former);
    if (penalty == 0 || g.length == 0) {
      return;
    }
    for (int i = 0; i < size; i++) {
      below[i] = penalty * held.sequences() * (below[i] - former[i]);
    }
    exit.tangent(run, u, down, w);
    Slice barDot = exit.outputCostateDot(w.view(nextDot, 0, size), w);
    barDot.fill(0);
    Slice dy = exit.outputDot(down, w);
    cost.addSecond(y, exit.outputShape(), batch, scale, dy, barDot, w);
    run.gradient = Run.ABSENT;
    run.product = g;
    exit.secondAdjoint(run, u, down, Slice.NONE, Slice.NONE, w);
  }

  private Slice bar(double[] g, List<Slot> slots, double t, double h) {
    return g.length == 0 ? Slice.NONE : model.layout().barAt(g, slots, t, h, w);
  }

  private double dot(double[] x, Slice y) {
    return w.kernels().dot(y.length(), x, 0, y.array(), y.offset());
  }

  private static double distance(Slice x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length(); i++) {
      double d = x.at(i) - y[i];
      sum += d * d;
    }
    return sum;
  }
}
