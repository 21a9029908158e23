package org.costate.adjoint.sweep;

import java.util.List;
import org.costate.adjoint.checkpoint.Schedule;
import org.costate.adjoint.cost.RunningCost;
import org.costate.model.Model;
import org.costate.model.NumericalException;
import org.costate.model.scheme.Slot;
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
  private final Step step;
  private final List<Slot> controls;
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

  private final Workspace w;
  private Run run;
  private Shape shape;
  private int size;

  StepSweep(
      Model model,
      List<RunningCost> running,
      StepObserver observer,
      SlotStorage slots,
      int capacity,
      boolean tangents,
      Workspace w) {
    this.step = model.step();
    this.controls = step.slots();
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
  }

  /// Doubles of scratch for one step: its own, the controls and their directions where they are not
  /// used in place, and one more set for the derivative of running costs.
  static int workSize(Model model, Shape state, List<RunningCost> running) {
    int evaluated = model.layout().workSize(model.step().slots(), model.grid());
    int gradient = running.isEmpty() ? 0 : model.step().controlSize();
    int whole = Math.addExact(Math.multiplyExact(4, evaluated), gradient);
    return Math.addExact(whole, model.step().workSize(state));
  }

  void open(Run newRun, Shape newShape) {
    run = newRun;
    shape = newShape;
    size = newShape.size(step.inputWidth());
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

  /// Runs step `n` from the live state, without a record that lasts.
  void advance(int n) {
    w.enter();
    Point p = point(n, liveState());
    Slice next = live.next(size, w);
    move(n, p, next, run.isDirected() ? record(Schedule.WORKING_RECORD) : Slice.NONE);
    w.leave();
  }

  /// [#advance], with the running costs of the step.
  void advanceWithCosts(int n) {
    w.enter();
    Point p = point(n, liveState());
    Slice next = live.next(size, w);
    observer.state(n, p.u());
    move(n, p, next, run.isDirected() ? record(Schedule.WORKING_RECORD) : Slice.NONE);
    observer.cost(n, p, next, run.runningScale, w);
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
    Point p = point(n, live.next(size, w));
    Slice uBar = costate.present(size, w);
    Slice nextBar = costate.next(size, w);
    Slice thetaBar = w.take(step.controlSize());
    uBar.fill(0);
    nextBar.fill(0);
    thetaBar.fill(0);
    addRunning(p, liveState(), w.variation(uBar, thetaBar), nextBar);
    double sum = dot(uBar, liveDot.next(size, w)) + dot(nextBar, liveTangent());
    if (run.direction.length > 0) {
      sum += dot(thetaBar, theta(run.direction, n));
    }
    w.leave();
    return sum;
  }

  void store(int slot) {
    w.enter();
    stateIn(slot).copyFrom(liveState());
    if (run.isDirected()) {
      tangentIn(slot).copyFrom(liveTangent());
    }
    w.leave();
  }

  void restore(int slot) {
    w.enter();
    liveState().copyFrom(stateIn(slot));
    if (run.isDirected()) {
      liveTangent().copyFrom(tangentIn(slot));
    }
    w.leave();
  }

  /// Runs step `n` from the live state and keeps its record in `slot`.
  void record(int n, int slot) {
    store(slot);
    w.enter();
    Point p = point(n, liveState());
    observer.state(n, p.u());
    move(n, p, live.next(size, w), record(slot));
    w.leave();
  }

  private void move(int n, Point p, Slice next, Slice record) {
    try {
      step.apply(p, next, record, w);
    } catch (NumericalException e) {
      throw e.inStep(n, e.substep());
    }
    Finiteness.requireAfter(step, n, p, next, w);
    if (run.isDirected()) {
      Variation v = w.variation(liveTangent(), thetaDot(n));
      step.tangent(p, record, v, liveDot.next(size, w), w);
      liveDot.turn();
    }
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
    Finiteness.requireCostate(n, costate(), shape, step.inputWidth(), w.kernels());
    w.leave();
  }

  /// Takes the costate from `n + 1` to `n` with the record in `slot`.
  void reverse(int n, int slot) {
    w.enter();
    Point p = point(n, stateIn(slot));
    Slice next = w.view(above, 0, size);
    Slice lambda = costate();
    observer.cost(n, p, next, run.runningScale, w);
    observer.hamiltonian(n, p, next, lambda, w.kernels());
    Slice below = costate.next(size, w);
    below.fill(0);
    Slice thetaBar = thetaBar(run.gradient, n);
    Variation bar = w.variation(below, thetaBar);
    if (!run.gaussNewton) {
      addRunning(p, next, bar, lambda);
    }
    if (run.isDirected()) {
      reverseTwice(n, slot, p, next, bar);
      w.view(aboveDot, 0, size).copyFrom(tangentIn(slot));
      costateDot.turn();
    } else {
      step.adjoint(p, record(slot), lambda, bar, w);
    }
    layout.addAdjoint(thetaBar, controls, p.t(), p.h(), run.gradient);
    next.copyFrom(p.u());
    costate.turn();
    w.leave();
    observeCostate(n);
  }

  private void reverseTwice(int n, int slot, Point p, Slice next, Variation bar) {
    Slice lambdaDot = costateDot();
    Slice belowDot = costateDot.next(size, w);
    belowDot.fill(0);
    Slice thetaBarDot = thetaBar(run.product, n);
    Variation barDot = w.variation(belowDot, thetaBarDot);
    Variation v = w.variation(tangentIn(slot), thetaDot(n));
    Slice nextDot = w.view(aboveDot, 0, size);
    for (int i = 0; run.runningScale != 0 && i < running.size(); i++) {
      running.get(i).addSecond(p, next, v, nextDot, run.runningScale, barDot, lambdaDot, w);
    }
    if (run.gaussNewton) {
      step.adjoint(p, record(slot), lambdaDot, barDot, w);
    } else {
      step.secondAdjoint(p, record(slot), v, costate(), lambdaDot, bar, barDot, w);
    }
    layout.addAdjoint(thetaBarDot, controls, p.t(), p.h(), run.product);
  }

  private void addRunning(Point p, Slice next, Variation bar, Slice nextBar) {
    for (int i = 0; run.runningScale != 0 && i < running.size(); i++) {
      running.get(i).addAdjoint(p, next, run.runningScale, bar, nextBar, w);
    }
  }

  private Point point(int n, Slice u) {
    return w.point(grid.time(n), grid.step(n), shape, u, theta(run.c, n), run.batch);
  }

  private Slice theta(double[] c, int n) {
    return layout.at(c, controls, grid.time(n), grid.step(n), w);
  }

  private Slice thetaDot(int n) {
    return run.direction.length == 0 ? Slice.NONE : theta(run.direction, n);
  }

  private Slice thetaBar(double[] target, int n) {
    return target.length == 0
        ? Slice.NONE
        : layout.barAt(target, controls, grid.time(n), grid.step(n), w);
  }

  private Slice stateIn(int slot) {
    return w.view(slots.array(slot), slots.offset(slot), size);
  }

  private Slice tangentIn(int slot) {
    return w.view(slots.array(slot), slots.offset(slot) + size, size);
  }

  private Slice record(int slot) {
    int from = slots.offset(slot) + (tangents ? 2 * size : size);
    return w.view(slots.array(slot), from, step.recordSize(shape));
  }

  private double dot(Slice a, Slice b) {
    return w.kernels().dot(a.length(), a.array(), a.offset(), b.array(), b.offset());
  }
}
