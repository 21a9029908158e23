package org.costate.adjoint.reference;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Slot;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.hipparchus.CalculusFieldElement;
import org.hipparchus.Field;

/// A whole model in plain loops: entry stages, steps, exit stages, with controls that are functions
/// of time.
public final class PlainModel<T extends CalculusFieldElement<T>> {
  private final Model model;
  private final Plain<T> plain;
  private final Arithmetic<T> a;

  public PlainModel(Model model, Field<T> field) {
    this.model = model;
    this.plain = new Plain<>(field);
    this.a = plain.arithmetic();
  }

  /// What a forward sweep computes.
  ///
  /// @param steps both ends of every step
  /// @param output `[batch, tokens, outputWidth]`
  /// @param shape sequences and tokens of the output
  public record Sweep<T>(List<StepEnds<T>> steps, T[] output, Shape shape) {
    public Sweep {
      steps = List.copyOf(steps);
    }
  }

  /// The numbers it works with.
  public Arithmetic<T> arithmetic() {
    return a;
  }

  /// Entry, steps and exit.
  ///
  /// @param c all unknowns of the controls
  /// @param input the real input, `[batch, tokens, inputWidth]`; of length 0 if the model reads
  /// none
  public Sweep<T> sweep(T[] c, T[] input, Batch batch) {
    Place begin = new Place(model.grid().time(0), 0, batch.shape(), batch);
    State<T> state = new State<>(begin, input);
    for (Stage stage : model.entry()) {
      state = apply(stage, state, c);
    }
    T[] u = state.u;
    Shape shape = state.place.shape();
    List<StepEnds<T>> steps = new ArrayList<>();
    for (int n = 0; n < model.grid().steps(); n++) {
      Place p = new Place(model.grid().time(n), model.grid().step(n), shape, batch);
      TimedControls<T> controls = new TimedControls<>(a, model.layout(), c, p.t(), p.h(), 0, 1);
      T[] next = new PlainStep<>(plain).apply(model.step().scheme(), p, u, controls);
      steps.add(new StepEnds<>(p, u, next, theta(controls)));
      u = next;
    }
    state = new State<>(new Place(model.grid().end(), 0, shape, batch), u);
    for (Stage stage : model.exit()) {
      state = apply(stage, state, c);
    }
    return new Sweep<>(steps, state.u, state.place.shape());
  }

  /// The same for the input of the batch.
  public Sweep<T> sweep(T[] c, Batch batch) {
    return sweep(c, a.numbers(batch.input().orElse(new double[0])), batch);
  }

  private record State<T>(Place place, T[] u) {}

  private State<T> apply(Stage stage, State<T> state, T[] c) {
    Place p = state.place;
    List<ControlRef> blocks = stage.blocks().stream().map(ControlRef::value).toList();
    T[] theta = new TimedControls<>(a, model.layout(), c, p.t(), 1, 0, 1).values(blocks, 0);
    T[] y = plain.apply(stage.operator(), p, state.u, theta);
    return new State<>(p.with(stage.operator().outputShape(p.shape())), y);
  }

  /// The values of all slots of the step, one after the other.
  private T[] theta(TimedControls<T> controls) {
    List<T> all = new ArrayList<>();
    for (Slot slot : model.step().slots()) {
      all.addAll(List.of(controls.values(slot.controls(), slot.at())));
    }
    return all.toArray(a.zeros(0));
  }
}
