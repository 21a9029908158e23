package org.costate.adjoint.sweep;

import java.util.List;
import java.util.Optional;
import org.costate.adjoint.checkpoint.CheckpointAction;
import org.costate.adjoint.checkpoint.CheckpointAction.Advance;
import org.costate.adjoint.checkpoint.CheckpointAction.RecordStep;
import org.costate.adjoint.checkpoint.CheckpointAction.Restore;
import org.costate.adjoint.checkpoint.CheckpointAction.Reverse;
import org.costate.adjoint.checkpoint.CheckpointAction.Store;
import org.costate.adjoint.checkpoint.Schedule;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.SweepOptions.Extra;
import org.costate.model.Model;
import org.costate.model.kernel.Crew;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// All sweeps over one chunk of an ensemble, on one thread: entry stages, steps, exit stages, and
/// back.
///
/// With `u_{n+1} = Φ_n(u_n, θ_n)` and the cost `J = G(u_N) + Σ_n h ℓ(u_n, u_{n+1}, θ_n)` the
/// adjoint sweep is `λ_N = ∇G(u_N)`, `λ̃_{n+1} = λ_{n+1} + h ∂_{u'} ℓ_n`,
/// `λ_n = (∂_u Φ_n)ᵀ λ̃_{n+1} + h ∂_u ℓ_n`, `∇_{θ_n} J = (∂_θ Φ_n)ᵀ λ̃_{n+1} + h ∂_θ ℓ_n`; the
/// second-order adjoint is its derivative along a direction of the controls, whose tangents travel
/// with the states. The exit stages belong to `G`, the entry stages make `u_0`. Costs of the
/// controls alone are left to [EnsembleSweep].
///
/// All storage is allocated here and now; no sweep allocates once it is warm. The checkpoints do
/// not change a single bit of any result. Not thread-safe.
public final class ModelSweep {
  private final Model model;
  private final Shape capacity;
  private final Schedule schedule;
  private final boolean tangents;
  private final Workspace w;
  private final StepSweep steps;
  private final Ends ends;
  private final StepObserver observer;
  private final OwnControls own;
  private final Run run;
  private boolean overwriting;

  /// @param capacity largest shape of a batch
  /// @throws IllegalArgumentException if the steps cannot be reversed in the memory of the options
  /// @throws ArithmeticException if a state or a record is larger than an array
  public ModelSweep(Model model, Costs costs, Shape capacity, SweepOptions options) {
    this(model, costs, capacity, options, Optional.empty(), Run.alone());
  }

  /// @param crew threads that share the work while [#setDivided] says so
  /// @param run with its place among the sweeps over other chunks
  ModelSweep(
      Model model,
      Costs costs,
      Shape capacity,
      SweepOptions options,
      Optional<Crew> crew,
      Run run) {
    this.run = run;
    this.model = model;
    this.capacity = capacity;
    this.tangents = options.has(Extra.TANGENTS);
    Shape state = model.stateShape(capacity);
    int stateSize = state.size(model.stateWidth());
    boolean fine = options.checkpointing().wantsParts();
    StepParts parts = new StepParts(model.step(), costs.running().isEmpty(), fine);
    int count = model.grid().steps();
    own = new OwnControls(model, parts);
    schedule = options.checkpointing().schedule(parts.chain(count, state, tangents));
    w = new Workspace(options.kernels(), workSize(costs, parts, state), crew);
    observer = new StepObserver(costs.running(), count, stateSize, options);
    SlotStorage slots = new SlotStorage(schedule);
    steps = new StepSweep(model, parts, costs.running(), observer, slots, stateSize, tangents, w);
    ends = new Ends(model, costs.terminal(), capacity, options, steps, w);
  }

  /// Whether the crew shares the work of each operator from now on.
  void setDivided(boolean divided) {
    w.setDivided(divided);
  }

  /// Whether sweeps over several chunks can add to one gradient, one a passage behind the other.
  boolean canFollow() {
    return own.isApartWithStages();
  }

  /// The next gradient or product overwrites its array instead of adding to it.
  void overwriteNext() {
    overwriting = true;
  }

  private int workSize(Costs costs, StepParts parts, Shape state) {
    Shape output = model.outputShape(capacity);
    int stages =
        Math.max(
            StageChain.workSize(model.entry(), model.layout(), capacity),
            StageChain.workSize(model.exit(), model.layout(), state));
    int cost = costs.terminal().map(g -> g.workSize(output)).orElse(0);
    // a part's controls are gathered where the gradient is one that others add to
    int gathered = run.isAlone || !canFollow() ? 0 : parts.controlSize();
    int step = StepSweep.workSize(model, parts, state, costs.running());
    return Math.max(Math.addExact(step, gathered), Math.max(stages, cost));
  }

  /// The cost of `batch`: `G + Σ_n h ℓ_n`.
  public double value(double[] c, Batch batch, Scales scales) {
    open(run.over(c, batch).scaled(scales));
    ends.enterSteps(false);
    for (int n = 0; n < model.grid().steps(); n++) {
      steps.advanceWithCosts(n);
    }
    ends.leaveSteps(false);
    return total();
  }

  /// The cost, and its gradient added to `g`: a forward and an adjoint sweep.
  public double gradient(double[] c, Batch batch, Scales scales, double[] g) {
    requireLength("gradient", g);
    run.over(c, batch).scaled(scales);
    run.gradient = g;
    open(run);
    follow();
    return total();
  }

  /// Adds to `g` the adjoint `(∂y/∂c)ᵀ ȳ` of the output `y` alone, without any cost.
  ///
  /// @param outputCostate `ȳ`, in the shape of the output
  public void adjoint(double[] c, Batch batch, double[] outputCostate, double[] g) {
    requireLength("gradient", g);
    int size = model.outputShape(batch.shape()).size(model.outputWidth());
    if (outputCostate.length != size) {
      throw new IllegalArgumentException(
          "sweep: found %d numbers as costate of the output, expected %d"
              .formatted(outputCostate.length, size));
    }
    run.over(c, batch);
    run.gradient = g;
    run.outputCostate = outputCostate;
    open(run);
    follow();
  }

  /// The tangent of the output, left in [#outputTangent], and the derivative of the cost, along a
  /// direction of the controls and of a real input.
  ///
  /// @param dc direction of the controls; of length 0: zero
  /// @param dInput direction of the input; of length 0: zero
  /// @return `<∇J, (dc, dInput)>`, computed forwards
  /// @throws IllegalArgumentException if both are absent or a length is wrong
  public double tangent(double[] c, Batch batch, Scales scales, double[] dc, double[] dInput) {
    requireTangents();
    requireDirection(dc, dInput, batch);
    run.over(c, batch).scaled(scales);
    run.direction = dc;
    run.inputDirection = dInput;
    open(run);
    ends.enterSteps(true);
    double derivative = 0;
    for (int n = 0; n < model.grid().steps(); n++) {
      steps.advanceWithCosts(n);
      derivative += steps.runningDerivative(n);
    }
    ends.leaveSteps(true);
    return derivative + ends.terminalDerivative();
  }

  /// Adds `∇²J v` to `hv`: a tangent forward, a second-order adjoint backward sweep.
  ///
  /// @return the cost
  public double hessianVector(double[] c, Batch batch, Scales scales, double[] v, double[] hv) {
    requireTangents();
    requireLength("direction", v);
    requireLength("product", hv);
    run.over(c, batch).scaled(scales);
    run.direction = v;
    run.product = hv;
    open(run);
    follow();
    return total();
  }

  /// Adds to `gv` the product `G v` with the (generalised) Gauss–Newton matrix
  /// `G = Σ (∂a)ᵀ ∇²ℓ (∂a)` over all costs `ℓ(a)` of outputs, states and controls `a(c)`: the
  /// Hessian without the second derivatives of the dynamics. Positive semidefinite where the costs
  /// are convex. A tangent forward, an adjoint backward sweep.
  ///
  /// @return the cost
  public double gaussNewtonVector(double[] c, Batch batch, Scales scales, double[] v, double[] gv) {
    requireTangents();
    requireLength("direction", v);
    requireLength("product", gv);
    run.over(c, batch).scaled(scales);
    run.direction = v;
    run.product = gv;
    run.gaussNewton = true;
    open(run);
    follow();
    return total();
  }

  private void open(Run opened) {
    requireLength("controls", opened.c);
    Shape s = opened.batch.shape();
    if (s.batch() > capacity.batch() || s.tokens() > capacity.tokens()) {
      throw new IllegalArgumentException(
          "sweep: found a batch of %d x %d, expected at most %d x %d"
              .formatted(s.batch(), s.tokens(), capacity.batch(), capacity.tokens()));
    }
    if (overwriting) {
      own.clearRest(opened.target());
      opened.clearing = own.isApart();
      overwriting = false;
    }
    w.reset();
    ends.open(opened);
    steps.open(opened, ends.stateShape());
  }

  private double total() {
    return ends.terminalCost() + observer.totalRunningCost();
  }

  /// Carries out the schedule, and counts.
  private void follow() {
    ends.enterSteps(true);
    List<CheckpointAction> actions = schedule.actions();
    long advances = 0;
    long records = 0;
    for (int i = 0; i < actions.size(); i++) {
      switch (actions.get(i)) {
        case Advance a -> {
          for (int link = a.from(); link < a.to(); link++) {
            steps.advance(link);
            advances++;
          }
        }
        case Store a -> steps.store(a.slot());
        case Restore a -> steps.restore(a.slot());
        case RecordStep a -> {
          steps.record(a.step(), a.slot());
          records++;
        }
        case Reverse a -> {
          if (a.step() == schedule.plan().steps() - 1) {
            ends.leaveSteps(true);
            ends.turn();
          }
          steps.reverse(a.step(), a.slot());
        }
      }
    }
    ends.reverseEntry();
    if (advances != plan().plainAdvances() || records != plan().recordedSteps()) {
      throw new IllegalStateException(
          "sweep: found %d plain and %d recorded steps run, expected %s"
              .formatted(advances, records, plan()));
    }
  }

  private void requireLength(String what, double[] array) {
    if (array.length != model.layout().size()) {
      throw new IllegalArgumentException(
          "sweep: found %d numbers as %s, expected %d"
              .formatted(array.length, what, model.layout().size()));
    }
  }

  private void requireDirection(double[] dc, double[] dInput, Batch batch) {
    if (dc.length > 0 || dInput.length == 0) {
      requireLength("direction of the controls", dc);
    }
    int size = batch.shape().size(model.inputWidth());
    if (dInput.length > 0 && dInput.length != size) {
      throw new IllegalArgumentException(
          "sweep: found %d numbers as direction of the input, expected %d"
              .formatted(dInput.length, size));
    }
  }

  private void requireTangents() {
    if (!tangents) {
      throw new IllegalStateException(
          "sweep: found no memory for tangents, expected the option TANGENTS when it was made");
    }
  }

  /// What is stored and run again, planned when the sweep was made.
  public Schedule.Plan plan() {
    return schedule.plan();
  }

  /// The output of the last sweep, a view that the next sweep overwrites.
  public Slice output() {
    return lasting(ends.output());
  }

  /// Shape of [#output].
  public Shape outputShape() {
    return ends.outputShape();
  }

  /// The tangent of the output after [#tangent] or [#hessianVector].
  public Slice outputTangent() {
    return lasting(ends.outputTangent());
  }

  /// The state `u_n` of the last sweep, with the option `STATES`.
  public Slice state(int n) {
    return observer.state(n, stateSize());
  }

  /// The costate `λ_n` of the last adjoint sweep, with the option `COSTATES`.
  public Slice costate(int n) {
    return observer.costate(n, stateSize());
  }

  /// The costate of a real input after an adjoint sweep, with the option `INPUT_COSTATE`.
  public Slice inputCostate() {
    return lasting(ends.inputCostate());
  }

  /// The terminal cost of the last sweep.
  public double terminalCost() {
    return ends.terminalCost();
  }

  /// The running costs `h ℓ_n` of step `n` in the last sweep.
  public double runningCost(int n) {
    return observer.runningCost(n);
  }

  /// `‖λ_n‖²` in the last adjoint sweep, `n = 0 … N`.
  public double costateSquare(int n) {
    return observer.costateSquare(n);
  }

  /// The Hamiltonian `H_n = −<λ_{n+1}, (u_{n+1} − u_n)/h> − ℓ_n` of step `n` in the last adjoint
  /// sweep, to be maximised; `λ = ∂J/∂u`.
  public double hamiltonian(int n) {
    return observer.hamiltonian(n);
  }

  private int stateSize() {
    return ends.stateShape().size(model.stateWidth());
  }

  private Slice lasting(Slice view) {
    Slice copy = Slice.of(view.array(), view.offset(), view.length());
    w.reset();
    return copy;
  }
}
