package org.costate.interop.huggingface;

import java.util.List;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.weights.WeightMap;

/// What a configuration and the names of its weights say; no number is read yet.
///
/// @param model the model
/// @param weights where its tensors lie among the coefficients
/// @param ignored tensors of the files that the model does not need: buffers that follow from the
///     configuration, heads that are not evaluated
public record Imported(NamedModel model, WeightMap weights, List<String> ignored) {
  public Imported {
    ignored = List.copyOf(ignored);
  }
}
