package org.costate.interop.weights;

import java.util.List;
import org.costate.interop.safetensors.TensorInfo;

/// One tensor of a model file and the coefficients that it holds.
///
/// @param name in the file
/// @param shape in the file, outermost first
/// @param view the coefficients in the order of the file
public record WeightPlace(String name, List<Integer> shape, StridedView view) {
  /// @throws IllegalArgumentException if shape and view differ in size
  public WeightPlace {
    shape = List.copyOf(shape);
    long count = 1;
    for (int size : shape) {
      count *= size;
    }
    if (count != view.count()) {
      throw new IllegalArgumentException(
          "weight "
              + name
              + ": found shape "
              + TensorInfo.shapeText(shape)
              + ", expected "
              + view.count()
              + " elements");
    }
  }

  /// The numbers of this tensor out of an array that is laid out like the coefficients: weights, or
  /// their gradient.
  public double[] values(double[] coefficients) {
    double[] values = new double[view.count()];
    view.gather(coefficients, 0, values.length, values);
    return values;
  }
}
