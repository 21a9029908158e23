package org.costate.interop.huggingface;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.costate.interop.weights.StridedView;
import org.costate.interop.weights.WeightFiles;
import org.costate.interop.weights.WeightMap;
import org.costate.interop.weights.WeightPlace;
import org.costate.model.operator.Parameter;
import org.costate.model.time.ControlLayout;

/// Writes down where tensors lie. Weights of Costate act from the right, `y = x W`; a linear layer
/// of PyTorch stores `Wᵀ`.
final class PlaceBuilder {
  private final ControlLayout layout;
  private final List<WeightPlace> places = new ArrayList<>();

  PlaceBuilder(ControlLayout layout) {
    this.layout = layout;
  }

  /// The coefficients of one parameter of a block in interval `k`.
  StridedView view(String block, int k, String parameter) {
    ControlLayout.Block found = layout.block(block);
    int at = found.at(k);
    for (Parameter p : found.parameters()) {
      if (p.name().equals(parameter)) {
        return StridedView.matrix(at, p.rows(), p.cols());
      }
      at += p.size();
    }
    throw new IllegalStateException("block " + block + " has no parameter " + parameter);
  }

  /// A tensor of a shape of its own.
  void add(String name, List<Integer> shape, StridedView view) {
    places.add(new WeightPlace(name, shape, view));
  }

  /// A tensor of the shape of its view.
  void add(String name, StridedView view) {
    add(name, Arrays.stream(view.sizes()).boxed().toList(), view);
  }

  /// A matrix that is stored as it acts, `[in, out]`, or a table.
  void matrix(String name, StridedView view) {
    add(name, view);
  }

  /// The weight of a linear layer of PyTorch, `[out, in]`.
  void linear(String name, StridedView view) {
    matrix(name, view.transpose());
  }

  /// A vector: one row.
  void vector(String name, StridedView view) {
    add(name, List.of(view.count()), view);
  }

  /// Weight and bias of a linear layer of PyTorch that is a whole parameter pair `part.weight`,
  /// `part.bias`.
  void linear(String name, String block, int k, String part, boolean bias) {
    linear(name + ".weight", view(block, k, part + "weight"));
    if (bias) {
      vector(name + ".bias", view(block, k, part + "bias"));
    }
  }

  /// Query, key and value maps as three linear layers.
  ///
  /// @param names of the three
  /// @param widths columns of the three in `qkv.weight`
  void queryKeyValue(List<String> names, String block, int k, List<Integer> widths, boolean bias) {
    int from = 0;
    for (int i = 0; i < names.size(); i++) {
      int width = widths.get(i);
      linear(names.get(i) + ".weight", view(block, k, "qkv.weight").narrow(1, from, width));
      if (bias) {
        vector(names.get(i) + ".bias", view(block, k, "qkv.bias").narrow(1, from, width));
      }
      from += width;
    }
  }

  /// Gain and bias of a layer norm; old checkpoints call them gamma and beta.
  void norm(String name, String block, int k, boolean bias, WeightFiles files) {
    boolean old = !files.has(name + ".weight") && files.has(name + ".gamma");
    vector(name + (old ? ".gamma" : ".weight"), view(block, k, "gain"));
    if (bias) {
      vector(name + (old ? ".beta" : ".bias"), view(block, k, "bias"));
    }
  }

  WeightMap build() {
    return new WeightMap(places);
  }
}
