package org.costate.model;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Step;
import org.costate.model.state.Shape;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.TimeGrid;

/// A Transformer as a controlled, discretised equation: entry stages (embedding, first norm), steps
/// in time, exit stages (last norm, pooling, readout), and the layout of all its controls.
///
/// @param entry operators that make the state at time `t_0`, in order; none: the input of the batch
///     is the state
/// @param step the map from one time to the next
/// @param grid the times
/// @param layout where the unknowns of all controls lie
/// @param exit operators that make the output from the state at the last time, in order
public record Model(
    List<Stage> entry, Step step, TimeGrid grid, ControlLayout layout, List<Stage> exit) {

  /// @throws IllegalArgumentException if widths do not chain or an operator does not fit its blocks
  public Model {
    entry = List.copyOf(entry);
    exit = List.copyOf(exit);
    int width = -1;
    for (int i = 0; i < entry.size(); i++) {
      width = requireStage("entry stage " + (i + 1), entry.get(i), width, layout);
    }
    requireChained("step " + step.name(), width, step.inputWidth());
    width = step.outputWidth();
    for (int i = 0; i < exit.size(); i++) {
      width = requireStage("exit stage " + (i + 1), exit.get(i), width, layout);
    }
    for (Slot slot : step.slots()) {
      List<String> names = slot.controls().stream().map(ControlRef::block).toList();
      requireParameters("step " + step.name(), slot.parameters(), names, layout);
    }
  }

  /// Features per token of the state.
  public int stateWidth() {
    return step.inputWidth();
  }

  /// Features per token of the input; 0 if the first stage reads the batch only.
  public int inputWidth() {
    return entry.isEmpty() ? stateWidth() : entry.getFirst().operator().inputWidth();
  }

  /// Features per token of the output.
  public int outputWidth() {
    return exit.isEmpty() ? stateWidth() : exit.getLast().operator().outputWidth();
  }

  /// Shape of the state for an input of shape `input`.
  public Shape stateShape(Shape input) {
    Shape s = input;
    for (Stage stage : entry) {
      s = stage.operator().outputShape(s);
    }
    return s;
  }

  /// Shape of the output for an input of shape `input`.
  public Shape outputShape(Shape input) {
    Shape s = stateShape(input);
    for (Stage stage : exit) {
      s = stage.operator().outputShape(s);
    }
    return s;
  }

  private static int requireStage(String what, Stage stage, int width, ControlLayout layout) {
    Operator operator = stage.operator();
    String where = what + " (" + operator.name() + ")";
    requireChained(where, width, operator.inputWidth());
    requireParameters(where, operator.parameters(), stage.blocks(), layout);
    for (String name : stage.blocks()) {
      if (layout.block(name).basis().count() != 1) {
        throw new IllegalArgumentException(
            where
                + ": found block "
                + name
                + " in a basis of "
                + layout.block(name).basis().count()
                + " functions of time, expected a constant");
      }
    }
    return operator.outputWidth();
  }

  private static void requireChained(String what, int before, int wanted) {
    if (before >= 0 && before != wanted) {
      throw new IllegalArgumentException(
          what + ": found an input of " + before + " features, expected " + wanted);
    }
  }

  private static void requireParameters(
      String what, List<Parameter> wanted, List<String> names, ControlLayout layout) {
    List<Parameter> found = new ArrayList<>();
    names.forEach(name -> found.addAll(layout.block(name).parameters()));
    boolean fits = found.size() == wanted.size();
    for (int i = 0; fits && i < found.size(); i++) {
      fits =
          found.get(i).rows() == wanted.get(i).rows()
              && found.get(i).cols() == wanted.get(i).cols();
    }
    if (!fits) {
      throw new IllegalArgumentException(
          what
              + ": found the blocks "
              + names
              + " with "
              + describe(found)
              + ", expected "
              + describe(wanted));
    }
  }

  private static List<String> describe(List<Parameter> parameters) {
    return parameters.stream().map(p -> p.name() + " " + p.rows() + " x " + p.cols()).toList();
  }
}
