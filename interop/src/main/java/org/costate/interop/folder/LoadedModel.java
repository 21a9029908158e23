package org.costate.interop.folder;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.weights.WeightMap;
import org.costate.model.Model;

/// A model out of a folder, with its numbers.
///
/// @param named the model and its names
/// @param coefficients its controls
/// @param weights where the tensors of the files lie among them
/// @param files what was read, for hashes in reports
/// @param ignored tensors of the files that the model does not need
/// @param notes texts that came with it
public record LoadedModel(
    NamedModel named,
    double[] coefficients,
    WeightMap weights,
    List<Path> files,
    List<String> ignored,
    Map<String, String> notes) {
  public LoadedModel {
    files = List.copyOf(files);
    ignored = List.copyOf(ignored);
    notes = Map.copyOf(notes);
  }

  /// The model.
  public Model model() {
    return named.model();
  }
}
