package org.costate.adjoint.sweep;

import java.util.List;
import org.costate.adjoint.checkpoint.Schedule;
import org.costate.adjoint.cost.RunningCost;
import org.costate.model.Model;
import org.costate.model.NumericalException;
import org.costate.model.scheme.Step;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.TimeGrid;

/// The steps of a sweep: what each action of a schedule does to the live state, the slots and the
/// costate. Where a run has a direction, tangents travel with the states, in the slots too, and the
/// costate has a direction of its own: the second-order adjoint.
final class StepSweep {
  private final StepParts parts;
  private final int width;
  private final ControlLayout layout;
  private final TimeGrid grid;
  private final List<RunningCost> running;
  private final StepObserver observer;
  private final SlotStorage slots;
  private final boolean tangents;

  private final Registers live;
  private final Registers liveDot;
  private final Registers costate;
  private final Registers costateDot;

  /// `u_{n+1}` and its tangent while step `n` is reversed.
  private final double[] above;

  private final double[] aboveDot;

  /// `λ_{n+1}` while a step of several parts is reversed.
  private final double[] costateAbove;

  private final Workspace w;
  private Run run;
  private Shape shape;
  private int size;

  StepSweep(
      Model model,
      StepParts parts,
      List<RunningCost> running,
      StepObserver observer,
      SlotStorage slots,
      int capacity,
      boolean tangents,
      Workspace w) {
    this.parts = parts;
    this.width = model.stateWidth();
    this.layout = model.layout();
    this.grid = model.grid();
    this.running = running;
    this.observer = observer;
    this.slots = slots;
    this.tangents = tangents;
    this.w = w;
    int capacityDot = tangents ? capacity : 0;
    live = new Registers(capacity);
    liveDot = new Registers(capacityDot);
    costate = new Registers(capacity);
    costateDot = new Registers(capacityDot);
    above = new double[capacity];
    aboveDot = new double[capacityDot];
    costateAbove = new double[parts.count() > 1 ? capacity : 0];
  }

  /// Doubles of scratch for one step: its own, the controls and their directions where they are not
  /// used in place, and one more set for the derivative of running costs.
  static int workSize(Model model, StepParts parts, Shape state, List<RunningCost> running) {
    int evaluated = model.layout().workSize(model.step().slots(), model.grid());
    int gradient = running.isEmpty() ? 0 : model.step().controlSize();
    int whole = Math.addExact(Math.multiplyExact(4, evaluated), gradient);
    return Math.addExact(whole, parts.workSize(state));
  }

  /// The same for steps that are never cut.
  static int workSize(Model model, Shape state, List<RunningCost> running) {
    return workSize(model, new StepParts(model.step(), false, false), state, running);
  }

  void open(Run newRun, Shape newShape) {
    run = newRun;
    shape = newShape;
    size = newShape.size(width);
  }

  Slice liveState() {
    return live.present(size, w);
  }

  Slice liveTangent() {
    return run.isDirected() ? liveDot.present(size, w) : Slice.NONE;
  }

  Slice costate() {
    return costate.present(size, w);
  }

  Slice costateDot() {
    return costateDot.present(size, w);
  }

  /// Runs a link from the live state, without a record that lasts.
  void advance(int link) {
    for (int k = parts.from(link); k < parts.to(link); k++) {
      advancePart(parts.step(link), k);
    }
  }

  private void advancePart(int n, int k) {
    w.enter();
    Point p = point(n, k, liveState());
    int from = slots.offset(Schedule.WORKING_RECORD);
    move(n, k, p, workingRecord(from, k), Slice.NONE);
    w.leave();
  }

  /// A record that lasts as long as the tangent of a part needs it.
  private Slice workingRecord(int from, int k) {
    return run.isDirected() ? record(Schedule.WORKING_RECORD, from, k) : Slice.NONE;
  }

  /// Runs step `n` from the live state, with its running costs.
  void advanceWithCosts(int n) {
    observeState(n);
    for (int k = 0; k < parts.count() - 1; k++) {
      advancePart(n, k);
    }
    int k = parts.count() - 1;
    w.enter();
    Point p = point(n, k, liveState());
    int from = slots.offset(Schedule.WORKING_RECORD);
    move(n, k, p, workingRecord(from, k), Slice.NONE);
    observer.cost(n, p, liveState(), run.runningScale, w);
    w.leave();
  }

  private void observeState(int n) {
    w.enter();
    observer.state(n, liveState());
    w.leave();
  }

  /// The derivative of the running costs of step `n` along the run's direction; the step has just
  /// been run with [#advanceWithCosts].
  double runningDerivative(int n) {
    if (running.isEmpty() || run.runningScale == 0) {
      return 0;
    }
    w.enter();
    // the step that was run has turned the registers: its start is the other one now
    Point p = point(n, 0, live.next(size, w));
    Slice uBar = costate.present(size, w);
    Slice nextBar = costate.next(size, w);
    Slice thetaBar = w.take(parts.part(0).controlSize());
    uBar.fill(0);
    nextBar.fill(0);
    thetaBar.fill(0);
    addRunning(p, liveState(), w.variation(uBar, thetaBar), nextBar);
    double sum = dot(uBar, liveDot.next(size, w)) + dot(nextBar, liveTangent());
    if (run.direction.length > 0) {
      sum += dot(thetaBar, theta(run.direction, n, 0));
    }
    w.leave();
    return sum;
  }

  void store(int slot) {
    storeAt(slot, slots.offset(slot));
  }

  private void storeAt(int slot, int from) {
    w.enter();
    stateAt(slot, from).copyFrom(liveState());
    if (run.isDirected()) {
      tangentAt(slot, from).copyFrom(liveTangent());
    }
    w.leave();
  }

  void restore(int slot) {
    w.enter();
    int from = slots.offset(slot);
    liveState().copyFrom(stateAt(slot, from));
    if (run.isDirected()) {
      liveTangent().copyFrom(tangentAt(slot, from));
    }
    w.leave();
  }

  /// Runs a link from the live state and keeps its record in `slot`.
  void record(int link, int slot) {
    int n = parts.step(link);
    int from = slots.offset(slot);
    for (int k = parts.from(link); k < parts.to(link); k++) {
      if (k == 0) {
        observeState(n);
      }
      storeAt(slot, from);
      w.enter();
      move(n, k, point(n, k, liveState()), record(slot, from, k), recordDot(slot, from, k));
      w.leave();
      from += parts.keptSize(k, shape, tangents);
    }
  }

  private void move(int n, int k, Point p, Slice record, Slice recordDot) {
    Step part = parts.part(k);
    Slice next = live.next(size, w);
    try {
      if (run.isDirected()) {
        Variation v = w.variation(liveTangent(), thetaDot(n, k), recordDot);
        part.applyWithTangent(p, next, record, v, liveDot.next(size, w), w);
        liveDot.turn();
      } else {
        part.apply(p, next, record, w);
      }
    } catch (NumericalException e) {
      throw e.inStep(n, e.substep() < 0 ? e.substep() : parts.firstLine(k) + e.substep());
    }
    Finiteness.requireAfter(part, n, parts.firstLine(k), p, next, w);
    live.turn();
  }

  /// The live state is the last one: what lies above the last step.
  void reachEnd() {
    w.enter();
    observer.state(grid.steps(), liveState());
    w.view(above, 0, size).copyFrom(liveState());
    if (run.isDirected()) {
      w.view(aboveDot, 0, size).copyFrom(liveTangent());
    }
    w.leave();
  }

  /// Zero costate at the last time, to be added to.
  void clearCostate() {
    w.enter();
    costate().fill(0);
    if (run.isDirected()) {
      costateDot().fill(0);
    }
    w.leave();
  }

  /// Takes note of the costate `λ_n`, which is complete.
  void observeCostate(int n) {
    w.enter();
    observer.costate(n, costate(), w.kernels());
    Finiteness.requireCostate(n, observer.costateSquare(n), costate(), shape, width);
    w.leave();
  }

  /// Takes the costate from the end to the beginning of a link with the record in `slot`.
  void reverse(int link, int slot) {
    int n = parts.step(link);
    int from = slots.offset(slot);
    for (int k = parts.from(link); k < parts.to(link); k++) {
      from += parts.keptSize(k, shape, tangents);
    }
    for (int k = parts.to(link) - 1; k >= parts.from(link); k--) {
      from -= parts.keptSize(k, shape, tangents);
      reversePart(n, k, slot, from);
      if (k == 0) {
        observeCostate(n);
      }
    }
  }

  private void reversePart(int n, int k, int slot, int from) {
    w.enter();
    Point p = point(n, k, stateAt(slot, from));
    Slice next = w.view(above, 0, size);
    Slice lambda = costate();
    Slice lambdaAbove = costateAbove(k);
    if (k == 0) {
      observer.cost(n, p, next, run.runningScale, w);
      observer.hamiltonian(n, p, next, lambdaAbove, w.kernels());
    }
    Slice below = costate.next(size, w);
    below.fill(0);
    boolean isFresh = isFresh(k);
    Slice thetaBar = thetaBar(run.gradient, n, k, isFresh && !run.gaussNewton);
    Slice thetaBarDot = thetaBar(run.product, n, k, isFresh);
    Variation bar = w.variation(below, thetaBar).fresh(isFresh && !run.gaussNewton);
    if (!run.gaussNewton) {
      addRunning(p, next, bar, lambda);
    }
    if (run.isDirected()) {
      Slice recordDot = recordDot(slot, from, k);
      Variation v = w.variation(tangentAt(slot, from), thetaDot(n, k), recordDot);
      reverseTwice(k, p, record(slot, from, k), v, bar, thetaBarDot, isFresh);
      costateDot.turn();
    } else {
      parts.part(k).adjoint(p, record(slot, from, k), lambda, bar, w);
    }
    run.place.enter();
    layout.addAdjoint(thetaBar, parts.slots(k), p.t(), p.h(), run.gradient);
    layout.addAdjoint(thetaBarDot, parts.slots(k), p.t(), p.h(), run.product);
    run.place.leave();
    if (k == 0) {
      next.copyFrom(p.u());
      if (run.isDirected()) {
        w.view(aboveDot, 0, size).copyFrom(tangentAt(slot, from));
      }
    }
    costate.turn();
    w.leave();
  }

  /// `λ_{n+1}` before part `k` of step `n` is reversed.
  private Slice costateAbove(int k) {
    if (parts.count() == 1) {
      return costate();
    }
    Slice kept = w.view(costateAbove, 0, size);
    if (k == parts.count() - 1) {
      kept.copyFrom(costate());
    }
    return kept;
  }

  private void reverseTwice(
      int k,
      Point p,
      Slice record,
      Variation v,
      Variation bar,
      Slice thetaBarDot,
      boolean isFresh) {
    Slice lambdaDot = costateDot();
    Slice belowDot = costateDot.next(size, w);
    belowDot.fill(0);
    Variation barDot = w.variation(belowDot, thetaBarDot).fresh(isFresh);
    Slice next = w.view(above, 0, size);
    Slice nextDot = w.view(aboveDot, 0, size);
    for (int i = 0; run.runningScale != 0 && i < running.size(); i++) {
      running.get(i).addSecond(p, next, v, nextDot, run.runningScale, barDot, lambdaDot, w);
    }
    if (run.gaussNewton) {
      parts.part(k).adjoint(p, record, lambdaDot, barDot, w);
    } else {
      parts.part(k).secondAdjoint(p, record, v, costate(), lambdaDot, bar, barDot, w);
    }
  }

  private void addRunning(Point p, Slice next, Variation bar, Slice nextBar) {
    for (int i = 0; run.runningScale != 0 && i < running.size(); i++) {
      running.get(i).addAdjoint(p, next, run.runningScale, bar, nextBar, w);
    }
  }

  private Point point(int n, int k, Slice u) {
    return w.point(grid.time(n), grid.step(n), shape, u, theta(run.c, n, k), run.batch);
  }

  private Slice theta(double[] c, int n, int k) {
    return layout.at(c, parts.slots(k), grid.time(n), grid.step(n), w);
  }

  private Slice thetaDot(int n, int k) {
    return run.direction.length == 0 ? Slice.NONE : theta(run.direction, n, k);
  }

  /// Whether part `k` is the first to add to its stretch of the result, and knows what to do with
  /// one that is not cleared. Running costs come before it.
  private boolean isFresh(int k) {
    boolean isFirst = run.place.follows() || run.clearing;
    boolean isSecond = run.runningScale != 0 && !running.isEmpty();
    return isFirst && !isSecond && parts.part(k).knowsFresh();
  }

  /// Where part `k` adds its controls' adjoint; cleared where nothing is there yet, unless it is
  /// left fresh.
  private Slice thetaBar(double[] target, int n, int k, boolean leftFresh) {
    if (target.length == 0) {
      return Slice.NONE;
    }
    if (run.place.follows()) {
      // the chunk before may still add there: gather, and add at the end of the passage
      Slice gathered = w.take(parts.part(k).controlSize());
      if (!leftFresh) {
        gathered.fill(0);
      }
      return gathered;
    }
    Slice own = layout.barAt(target, parts.slots(k), grid.time(n), grid.step(n), w);
    if (run.clearing && !leftFresh && !own.isNone()) {
      own.fill(0);
    }
    return own;
  }

  private Slice stateAt(int slot, int from) {
    return w.view(slots.array(slot), from, size);
  }

  private Slice tangentAt(int slot, int from) {
    return w.view(slots.array(slot), from + size, size);
  }

  /// The record of part `k`, behind the state in a slot from `from` on.
  private Slice record(int slot, int from, int k) {
    int behind = from + (tangents ? 2 * size : size);
    return w.view(slots.array(slot), behind, parts.part(k).recordSize(shape));
  }

  /// The record of the tangent of part `k`, behind that of the part; absent where no second adjoint
  /// asks for it.
  private Slice recordDot(int slot, int from, int k) {
    int size = parts.part(k).tangentRecordSize(shape);
    if (!run.isDirected() || run.gaussNewton || size == 0) {
      return Slice.NONE;
    }
    int behind = from + 2 * this.size + parts.part(k).recordSize(shape);
    return w.view(slots.array(slot), behind, size);
  }

  private double dot(Slice a, Slice b) {
    return w.kernels().dot(a.length(), a.array(), a.offset(), b.array(), b.offset());
  }
}
