package org.costate.adjoint.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.model.Model;
import org.costate.model.NumericalException;
import org.costate.model.Stage;
import org.costate.model.kernel.Crew;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Operator;
import org.costate.model.scheme.Step;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.costate.model.time.ControlLayout;

/// A model linearised along one trajectory: `δu_{n+1} = A_n δu_n` with `A_n = ∂_u Φ_n(u_n, θ_n)`,
/// known through products alone. All states and records are kept.
///
/// Its propagators share one scratch: they belong to one thread.
public final class Linearisation {
  private final Model model;
  private final Shape stateShape;
  private final int workSize;
  private final Kernels kernels;
  private final Workspace w;
  private final List<Link> links;
  private final int widest;
  private final Registers registers;
  private final Slice last;

  /// One operator of the trajectory at its point.
  ///
  /// @param inputSize doubles of its input; 0 if it reads the batch only
  /// @param outputSize doubles of its output
  record Link(Operator operator, Point point, Slice record, int inputSize, int outputSize) {}

  /// Runs `model` once on `batch`.
  ///
  /// @param c the controls, copied
  /// @throws NumericalException if a state is not finite
  public Linearisation(Model model, double[] c, Batch batch, Kernels kernels) {
    this(model, batch, kernels, c.clone());
  }

  /// The same without a copy of the controls, which can be most of the memory: `c` must not change
  /// as long as this is used.
  ///
  /// @param c the controls, kept and not modified
  /// @throws NumericalException if a state is not finite
  public static Linearisation sharing(Model model, double[] c, Batch batch, Kernels kernels) {
    return new Linearisation(model, batch, kernels, c);
  }

  private Linearisation(Model model, Batch batch, Kernels kernels, double[] own) {
    this.model = model;
    this.stateShape = model.stateShape(batch.shape());
    int stages =
        Math.max(
            StageChain.workSize(model.entry(), model.layout(), batch.shape()),
            StageChain.workSize(model.exit(), model.layout(), stateShape));
    workSize = Math.max(stages, StepSweep.workSize(model, stateShape, List.of()));
    this.kernels = kernels;
    w = new Workspace(kernels, workSize);
    links = new ArrayList<>();
    Slice u = Slice.of(batch.input().filter(x -> model.inputWidth() > 0).orElse(Run.ABSENT));
    for (Stage stage : model.entry()) {
      u = addStage(stage, own, u, model.grid().time(0), batch);
    }
    for (int n = 0; n < model.grid().steps(); n++) {
      u = addStep(n, own, u, batch);
    }
    for (Stage stage : model.exit()) {
      u = addStage(stage, own, u, model.grid().end(), batch);
    }
    last = u;
    widest = links.stream().mapToInt(l -> Math.max(l.inputSize, l.outputSize)).max().orElseThrow();
    registers = new Registers(widest);
  }

  private Linearisation(Linearisation other, Optional<Crew> crew) {
    model = other.model;
    stateShape = other.stateShape;
    workSize = other.workSize;
    kernels = other.kernels;
    w = new Workspace(kernels, workSize, crew);
    w.setDivided(crew.isPresent());
    links = other.links;
    widest = other.widest;
    registers = new Registers(widest);
    last = other.last;
  }

  /// The same trajectory with scratch of its own, for another thread: states, records and controls
  /// are shared and not written to any more.
  public Linearisation forAnotherThread() {
    return new Linearisation(this, Optional.empty());
  }

  /// The same trajectory with scratch of its own, the work of every product divided among `crew`,
  /// with the same bits: for one product after the other on a few long sequences. Belongs to the
  /// thread that calls the crew.
  public Linearisation dividedAmong(Crew crew) {
    return new Linearisation(this, Optional.of(crew).filter(c -> c.members() > 1));
  }

  private Slice addStage(Stage stage, double[] c, Slice u, double t, Batch batch) {
    w.enter();
    Slice theta = lasting(model.layout().stageAt(c, stage.blocks(), w), c);
    w.leave();
    Shape s = links.isEmpty() ? batch.shape() : outputShape();
    Point p = Point.of(t, 0, s, u, theta, batch);
    Slice y = add(stage.operator(), p);
    Finiteness.requireOf(stage.operator(), y, outputShape(), w.kernels());
    return y;
  }

  private Slice addStep(int n, double[] c, Slice u, Batch batch) {
    Step step = model.step();
    ControlLayout layout = model.layout();
    double t = model.grid().time(n);
    double h = model.grid().step(n);
    w.enter();
    Slice theta = lasting(layout.at(c, step.slots(), t, h, w), c);
    w.leave();
    Point p = Point.of(t, h, stateShape, u, theta, batch);
    Slice y = add(step, p);
    Finiteness.requireAfter(step, n, 0, p, y, w);
    return y;
  }

  /// A view that stays: scratch is copied, the controls are ours.
  private static Slice lasting(Slice theta, double[] c) {
    return theta.array() == c
        ? Slice.of(c, theta.offset(), theta.length())
        : Slice.of(theta.toArray());
  }

  private Slice add(Operator operator, Point p) {
    Shape after = operator.outputShape(p.shape());
    Slice record = Slice.of(new double[operator.recordSize(p.shape())]);
    Slice y = Slice.of(new double[after.size(operator.outputWidth())]);
    operator.apply(p, y, record, w);
    links.add(new Link(operator, p, record, p.u().length(), y.length()));
    return y;
  }

  private Shape outputShape() {
    Link l = links.getLast();
    return l.operator.outputShape(l.point.shape());
  }

  /// Number of steps `N`.
  public int steps() {
    return model.grid().steps();
  }

  /// Shape of the state.
  public Shape stateShape() {
    return stateShape;
  }

  /// The state `u_n`, `n = 0 … N`.
  public Slice state(int n) {
    int link = link(n);
    return link < links.size() ? links.get(link).point.u() : last;
  }

  /// What the model gave.
  public Slice output() {
    return last;
  }

  /// `∂u_b/∂u_a = A_{b−1} ⋯ A_a` for `0 ≤ a < b ≤ N`.
  public Propagator propagator(int a, int b) {
    if (a < 0 || b <= a || b > steps()) {
      throw new IllegalArgumentException(
          "propagator: found steps %d to %d, expected a stretch of 0 to %d"
              .formatted(a, b, steps()));
    }
    return over(link(a), link(b));
  }

  /// `∂y/∂u_n`: from a state to the output of the model, exit stages included.
  public Propagator toOutput(int n) {
    if (n < 0 || n > steps() || link(n) == links.size()) {
      throw new IllegalArgumentException(
          "propagator: found state %d of %d with no step or stage behind it".formatted(n, steps()));
    }
    return over(link(n), links.size());
  }

  /// `∂y/∂input`: from the real input of the batch to the output of the model.
  ///
  /// @throws IllegalArgumentException if the model reads token identities
  public Propagator inputToOutput() {
    if (model.inputWidth() == 0) {
      throw new IllegalArgumentException(
          "propagator: found a model that reads token identities, expected a real input."
              + " Maybe start at the state behind the embedding");
    }
    return over(0, links.size());
  }

  /// The costates `λ_n = (∂y/∂u_n)ᵀ ȳ` at all states, `n = 0 … N`, by one adjoint sweep.
  ///
  /// @param outputCostate `ȳ`, in the shape of the output
  public double[][] costates(double[] outputCostate) {
    return new Backward(model, links, w).costates(outputCostate);
  }

  /// How `<λ, u_N>` changes with the controls of every step, the first state held: row `i`, column
  /// `n` is `<∂_{θ_n} <λ, u_N>, θ_n(d_i)>`, by one adjoint sweep. A row sums to the derivative
  /// along the direction `d_i`.
  ///
  /// @param costate `λ`, at the last state
  /// @param directions `d_i`, of the controls of the model
  public double[][] derivatives(double[] costate, List<double[]> directions) {
    return new Backward(model, links, w).derivatives(costate, directions);
  }

  /// How `<λ, ∂u_N/∂u_0 v>` changes with the controls of every step, the first state held: as
  /// [#derivatives] of the propagator, by a tangent and a second-order adjoint sweep. What the
  /// controls do to the trajectory, and so to the propagator, is part of it.
  ///
  /// @param v direction at the first state
  /// @param costate `λ`, at the last state
  /// @param directions of the controls of the model
  public double[][] growthDerivatives(double[] v, double[] costate, List<double[]> directions) {
    return new Backward(model, links, w).growthDerivatives(v, costate, directions);
  }

  private int link(int n) {
    if (n < 0 || n > steps()) {
      throw new IllegalArgumentException(
          "linearisation: found state %d, expected 0 to %d".formatted(n, steps()));
    }
    return model.entry().size() + n;
  }

  private Propagator over(int from, int to) {
    return new Propagator(List.copyOf(links.subList(from, to)), registers, w);
  }
}
