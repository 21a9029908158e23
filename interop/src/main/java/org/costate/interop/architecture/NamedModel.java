package org.costate.interop.architecture;

import java.util.List;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;

/// An architecture, the model that it means, and what its results are called.
///
/// @param type `model_type` of the configuration that it comes from
/// @param architecture the data
/// @param model its model
/// @param conventions names and loss
public record NamedModel(
    String type, Architecture architecture, Model model, Conventions conventions) {

  /// Makes the model of an architecture.
  public static NamedModel of(String type, Architecture architecture, Conventions conventions) {
    return new NamedModel(type, architecture, architecture.model(), conventions);
  }

  /// The model that ends where `output` is read. It has the same controls.
  public Model upTo(Conventions.Output output) {
    if (output.exitStages() == model.exit().size()) {
      return model;
    }
    return new Model(
        model.entry(),
        model.step(),
        model.grid(),
        model.layout(),
        List.copyOf(model.exit().subList(0, output.exitStages())));
  }
}
