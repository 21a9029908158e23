package org.costate.adjoint.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Step;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.TimeBasis;
import org.costate.model.time.TimeGrid;

/// Makes a model of the same scheme from other parts: every line, stage and block stays, its
/// operators, times and functions of time are replaced.
///
/// @param operators what becomes of an operator; whole steps are taken apart and never asked for
/// @param widths what becomes of the number of features of a step
/// @param grids what becomes of the times
/// @param bases what becomes of the functions of time
record Remodel(
    UnaryOperator<Operator> operators,
    UnaryOperator<Integer> widths,
    UnaryOperator<TimeGrid> grids,
    UnaryOperator<TimeBasis> bases) {
  /// Replaces operators by others of the same sizes.
  static Remodel operators(UnaryOperator<Operator> operators) {
    return new Remodel(
        operators, UnaryOperator.identity(), UnaryOperator.identity(), UnaryOperator.identity());
  }

  Model apply(Model model) {
    List<Stage> entry = model.entry().stream().map(this::stage).toList();
    Step step = step(model.step());
    List<Stage> exit = model.exit().stream().map(this::stage).toList();
    Map<String, List<Parameter>> parameters = new HashMap<>();
    for (int i = 0; i < entry.size(); i++) {
      collect(model, model.entry().get(i).blocks(), entry.get(i).operator(), parameters);
    }
    for (int i = 0; i < exit.size(); i++) {
      collect(model, model.exit().get(i).blocks(), exit.get(i).operator(), parameters);
    }
    for (Slot slot : step.slots()) {
      List<String> names = slot.controls().stream().map(ControlRef::block).toList();
      collect(model, names, slot.parameters(), parameters);
    }
    ControlLayout.Builder layout = ControlLayout.builder();
    for (ControlLayout.Block block : model.layout().blocks()) {
      List<Parameter> own = parameters.getOrDefault(block.name(), block.parameters());
      layout.block(block.name(), own, bases.apply(block.basis()));
    }
    return new Model(entry, step, grids.apply(model.grid()), layout.build(), exit);
  }

  private Stage stage(Stage stage) {
    return new Stage(operator(stage.operator()), stage.blocks());
  }

  private Operator operator(Operator f) {
    return f instanceof Step step ? step(step) : operators.apply(f);
  }

  private Step step(Step step) {
    List<Line> lines = step.scheme().lines().stream().map(this::line).toList();
    Scheme scheme = new Scheme(step.scheme().name(), step.scheme().order(), lines);
    return new Step(scheme, widths.apply(step.inputWidth()));
  }

  private Line line(Line line) {
    Optional<Application> field =
        line.field()
            .map(
                f ->
                    new Application(
                        operator(f.operator()),
                        f.input(),
                        f.controls(),
                        f.weight(),
                        f.at(),
                        f.span()));
    return new Line(line.target(), line.combination(), field);
  }

  private static void collect(
      Model model, List<String> names, Operator f, Map<String, List<Parameter>> parameters) {
    collect(model, names, f.parameters(), parameters);
  }

  /// Several blocks that make up the controls of one operator keep their numbers of parameters.
  private static void collect(
      Model model, List<String> names, List<Parameter> all, Map<String, List<Parameter>> found) {
    int from = 0;
    for (String name : names) {
      int to = from + model.layout().block(name).parameters().size();
      found.putIfAbsent(name, new ArrayList<>(all.subList(from, to)));
      from = to;
    }
  }
}
