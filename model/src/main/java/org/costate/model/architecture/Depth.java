package org.costate.model.architecture;

import org.costate.model.time.Constant;
import org.costate.model.time.Legendre;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.PiecewiseLinear;
import org.costate.model.time.TimeBasis;
import org.costate.model.time.TimeGrid;

/// Depth as time, and the controls in it.
///
/// @param steps number of equal steps
/// @param end time at the last one
/// @param basis functions of time in which the controls are expanded
/// @param controls number of them
public record Depth(int steps, double end, Basis basis, int controls) {
  /// Bases of the controls in time.
  public enum Basis {
    /// One set of weights per interval.
    PIECEWISE_CONSTANT,
    /// Weights interpolated between nodes.
    PIECEWISE_LINEAR,
    /// Legendre polynomials.
    LEGENDRE,
    /// The same weights at all times.
    CONSTANT
  }

  /// Layers in the usual sense: steps of size 1, each with weights of its own.
  public static Depth layers(int layers) {
    return new Depth(layers, layers, Basis.PIECEWISE_CONSTANT, layers);
  }

  /// The times.
  public TimeGrid grid() {
    return TimeGrid.uniform(steps, end);
  }

  /// The functions of time.
  public TimeBasis functions() {
    return switch (basis) {
      case PIECEWISE_CONSTANT -> new PiecewiseConstant(controls, end);
      case PIECEWISE_LINEAR -> new PiecewiseLinear(controls, end);
      case LEGENDRE -> new Legendre(controls, end);
      case CONSTANT -> new Constant();
    };
  }
}
