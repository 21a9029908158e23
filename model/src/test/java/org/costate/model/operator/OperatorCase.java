package org.costate.model.operator;

import java.util.List;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// An entry of the catalogue: an operator, the data it is tried on and where.
///
/// @param name unique in the catalogue
/// @param shape sequences and tokens of the input state
/// @param batch data beside the state
/// @param t depth-time
/// @param h step size
/// @param points draws the point at which the derivatives are checked
/// @param kinked whether the operator is only piecewise smooth: the Taylor test then keeps to steps
///     on which no number of the input, the record or the output changes its sign
public record OperatorCase(
    String name,
    Operator operator,
    Shape shape,
    Batch batch,
    double t,
    double h,
    Points points,
    boolean kinked) {

  /// Draws a point of an operator.
  @FunctionalInterface
  public interface Points {
    /// A point `(u, θ)` for an input of `size` numbers.
    Pair draw(Draw draw, int size, List<Parameter> parameters);
  }

  /// A smooth operator at standard normal states and freshly initialised controls, with no data
  /// beside the state.
  public static OperatorCase of(String name, Operator operator, Shape shape) {
    return new OperatorCase(
        name,
        operator,
        shape,
        Batch.empty(shape),
        0.3,
        0.25,
        (draw, size, parameters) -> new Pair(draw.normal(size), draw.controls(parameters)),
        false);
  }

  /// This entry with data beside the state.
  public OperatorCase with(Batch newBatch) {
    return new OperatorCase(name, operator, shape, newBatch, t, h, points, kinked);
  }

  /// This entry at other points.
  public OperatorCase with(Points newPoints) {
    return new OperatorCase(name, operator, shape, batch, t, h, newPoints, kinked);
  }

  /// This entry at another depth-time and step size.
  public OperatorCase at(double newT, double newH) {
    return new OperatorCase(name, operator, shape, batch, newT, newH, points, kinked);
  }

  /// This entry as one that is only piecewise smooth.
  public OperatorCase withKinks() {
    return new OperatorCase(name, operator, shape, batch, t, h, points, true);
  }

  /// This entry with another operator of the same sizes in its place.
  public OperatorCase with(Operator newOperator) {
    return new OperatorCase(name, newOperator, shape, batch, t, h, points, kinked);
  }

  /// Sequence `i` of this entry alone.
  public OperatorCase sequence(int i) {
    Shape one = new Shape(1, shape.tokens());
    return new OperatorCase(name, operator, one, batch.sequences(i, 1), t, h, points, kinked);
  }

  /// A point of this entry.
  public Pair point(Draw draw) {
    return points.draw(draw, inputSize(), operator.parameters());
  }

  /// A direction at a point of this entry.
  public Pair direction(Draw draw) {
    return new Pair(draw.normal(inputSize()), draw.direction(operator.parameters()));
  }

  /// Numbers in the input state.
  public int inputSize() {
    return shape.size(operator.inputWidth());
  }

  /// Numbers in the output state.
  public int outputSize() {
    return operator.outputShape(shape).size(operator.outputWidth());
  }

  @Override
  public String toString() {
    return name;
  }
}
