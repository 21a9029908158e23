package org.costate.adjoint.sweep;

import java.util.Optional;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.Model;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Both ends of a sweep: from the batch to `u_0` and from `u_N` to the terminal cost, and back.
final class Ends {
  private final Model model;
  private final Optional<TerminalCost> terminal;
  private final StageChain entry;
  private final StageChain exit;
  private final StepSweep steps;
  private final Workspace w;
  private final double[] inputCostate;
  private final double[] last;
  private final double[] lastDot;
  private Run run;
  private double terminalCost;

  Ends(
      Model model,
      Optional<TerminalCost> terminal,
      Shape capacity,
      SweepOptions options,
      StepSweep steps,
      Workspace w) {
    this.model = model;
    this.terminal = terminal;
    this.steps = steps;
    this.w = w;
    boolean tangents = options.has(SweepOptions.Extra.TANGENTS);
    double begin = model.grid().time(0);
    Shape state = model.stateShape(capacity);
    last = new double[state.size(model.stateWidth())];
    lastDot = new double[tangents ? last.length : 0];
    entry = new StageChain(model.entry(), model.layout(), begin, capacity, tangents);
    exit = new StageChain(model.exit(), model.layout(), model.grid().end(), state, tangents);
    boolean wantsInput = options.has(SweepOptions.Extra.INPUT_COSTATE);
    inputCostate = new double[wantsInput ? capacity.size(model.inputWidth()) : 0];
  }

  void open(Run newRun) {
    run = newRun;
    entry.open(run.batch.shape());
    exit.open(entry.outputShape());
  }

  Shape stateShape() {
    return entry.outputShape();
  }

  Shape outputShape() {
    return exit.outputShape();
  }

  double terminalCost() {
    return terminalCost;
  }

  /// The output of the last sweep.
  Slice output() {
    return exit.output(last(), w);
  }

  /// Its tangent.
  Slice outputTangent() {
    return exit.outputDot(lastDot(), w);
  }

  private Slice last() {
    return w.view(last, 0, stateSize());
  }

  private Slice lastDot() {
    return run.isDirected() ? w.view(lastDot, 0, stateSize()) : Slice.NONE;
  }

  private int stateSize() {
    return stateShape().size(model.stateWidth());
  }

  /// The costate of a real input.
  Slice inputCostate() {
    return w.view(inputCostate, 0, inputCostate.length == 0 ? 0 : inputSize());
  }

  /// `<∇G, δy>` for the terminal cost and the tangent of the output.
  double terminalDerivative() {
    if (terminal.isEmpty()) {
      return 0;
    }
    w.enter();
    Slice bar = terminalGradient();
    Slice dy = outputTangent();
    double sum = w.kernels().dot(bar.length(), bar.array(), bar.offset(), dy.array(), dy.offset());
    w.leave();
    return sum;
  }

  private int inputSize() {
    return run.batch.shape().size(model.inputWidth());
  }

  private Slice inputDirection() {
    return w.view(run.inputDirection, 0, run.inputDirection.length);
  }

  private Slice input() {
    if (model.inputWidth() == 0) {
      return Slice.NONE;
    }
    double[] input =
        run.batch
            .input()
            .orElseThrow(
                () -> new IllegalArgumentException("sweep: found no real input in the batch"));
    return w.view(input, 0, inputSize());
  }

  /// Entry stages: makes `u_0` the live state.
  void enterSteps(boolean keepRecords) {
    w.enter();
    Slice input = input();
    entry.forward(run, input, keepRecords, w);
    steps.liveState().copyFrom(entry.output(input, w));
    if (run.isDirected()) {
      Slice inputDirection = inputDirection();
      entry.tangent(run, input, inputDirection, w);
      Slice du = entry.outputDot(inputDirection, w);
      if (du.isNone()) {
        steps.liveTangent().fill(0);
      } else {
        steps.liveTangent().copyFrom(du);
      }
    }
    w.leave();
  }

  /// Exit stages, from the live state `u_N`, and the terminal cost.
  void leaveSteps(boolean keepRecords) {
    steps.reachEnd();
    w.enter();
    Slice u = last();
    u.copyFrom(steps.liveState());
    exit.forward(run, u, keepRecords, w);
    if (run.isDirected()) {
      lastDot().copyFrom(steps.liveTangent());
      exit.tangent(run, u, lastDot(), w);
    }
    terminalCost =
        terminal.isPresent() && run.terminalScale != 0
            ? terminal.get().value(output(), outputShape(), run.batch, run.terminalScale, w)
            : 0;
    w.leave();
  }

  /// From the output back to `λ_N`.
  void turn() {
    steps.clearCostate();
    w.enter();
    if (!run.gaussNewton) {
      terminalGradient();
    }
    if (run.isDirected()) {
      Slice barDot = exit.outputCostateDot(steps.costateDot(), w);
      barDot.fill(0);
      if (terminal.isPresent()) {
        Slice dy = outputTangent();
        terminal
            .get()
            .addSecond(output(), outputShape(), run.batch, run.terminalScale, dy, barDot, w);
      }
      if (run.gaussNewton) {
        exit.directionAdjoint(run, last(), steps.costateDot(), w);
      } else {
        exit.secondAdjoint(run, last(), lastDot(), steps.costate(), steps.costateDot(), w);
      }
    } else {
      exit.adjoint(run, last(), steps.costate(), w);
    }
    w.leave();
    steps.observeCostate(model.grid().steps());
  }

  /// The costate at the output.
  private Slice terminalGradient() {
    Slice bar = exit.outputCostate(steps.costate(), w);
    if (run.outputCostate.length > 0) {
      bar.copyFrom(w.view(run.outputCostate, 0, run.outputCostate.length));
      return bar;
    }
    bar.fill(0);
    if (terminal.isPresent()) {
      terminal.get().addGradient(output(), outputShape(), run.batch, run.terminalScale, bar, w);
    }
    return bar;
  }

  /// From `λ_0` back to the input. Where there are entry stages, `λ_0` is the costate of their
  /// output.
  void reverseEntry() {
    w.enter();
    Slice input = input();
    Slice inputBar = inputCostate();
    if (entry.isEmpty()) {
      if (!inputBar.isNone()) {
        inputBar.copyFrom(steps.costate());
      }
    } else {
      inputBar.fill(0);
      entry.outputCostate(Slice.NONE, w).copyFrom(steps.costate());
      if (run.isDirected()) {
        entry.outputCostateDot(Slice.NONE, w).copyFrom(steps.costateDot());
        if (run.gaussNewton) {
          entry.directionAdjoint(run, input, Slice.NONE, w);
        } else {
          entry.secondAdjoint(run, input, inputDirection(), inputBar, Slice.NONE, w);
        }
      } else {
        entry.adjoint(run, input, inputBar, w);
      }
    }
    w.leave();
  }
}
