package org.costate.adjoint.sweep;

import org.costate.model.state.Batch;

/// What one call of a sweep works on: set once per call, so that nothing is passed along or
/// allocated per step. An array of length zero is absent.
final class Run {
  static final double[] ABSENT = new double[0];

  /// The controls.
  double[] c = ABSENT;

  /// A direction of the controls.
  double[] direction = ABSENT;

  /// Where the gradient is added.
  double[] gradient = ABSENT;

  /// Where the Hessian–vector product is added.
  double[] product = ABSENT;

  /// A direction of the input.
  double[] inputDirection = ABSENT;

  /// The costate at the output, instead of the gradient of the terminal cost.
  double[] outputCostate = ABSENT;

  /// Whether second derivatives of the costs alone are wanted, not those of the dynamics: the
  /// Gauss–Newton matrix instead of the Hessian.
  boolean gaussNewton;

  /// Whether every part of a step overwrites its own stretch of the result, or clears it first.
  boolean clearing;

  /// Where the run stands among others that add to the same result.
  final Succession.Place place;

  /// Whether there are no others.
  final boolean isAlone;

  Batch batch;
  double terminalScale;
  double runningScale;

  /// One of several runs that add to the same result.
  Run(Succession.Place place) {
    this(place, false);
  }

  private Run(Succession.Place place, boolean isAlone) {
    this.place = place;
    this.isAlone = isAlone;
  }

  /// A run of its own.
  static Run alone() {
    return new Run(new Succession().new Place(), true);
  }

  Run over(double[] controls, Batch data) {
    c = controls;
    batch = data;
    direction = ABSENT;
    gradient = ABSENT;
    product = ABSENT;
    inputDirection = ABSENT;
    outputCostate = ABSENT;
    gaussNewton = false;
    clearing = false;
    terminalScale = 0;
    runningScale = 0;
    place.rewind();
    return this;
  }

  /// Where the result of an adjoint sweep is added; absent in other sweeps.
  double[] target() {
    return product.length > 0 ? product : gradient;
  }

  Run scaled(Scales scales) {
    terminalScale = scales.terminal();
    runningScale = scales.running();
    return this;
  }

  /// Whether derivatives along a direction are wanted, so tangents travel with the states.
  boolean isDirected() {
    return direction.length > 0 || inputDirection.length > 0;
  }
}
