package org.costate.cli.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.costate.adjoint.checkpoint.Revolve;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.MemoryPlan;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.adjoint.sweep.SweepOptions.Extra;
import org.costate.control.diagnose.OptimalityProfile;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.architecture.Conventions.Output;
import org.costate.interop.folder.LoadedModel;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.interop.weights.WeightPlace;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.architecture.Entry;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// What a model gives on the tensors of a file: states, outputs, loss and, on demand, the gradient
/// of the loss by the adjoint sweep, all under the names that files use.
///
/// @param inputs names of the tensors that were read
/// @param loss the loss, where the file has what it compares to
/// @param tensors results in the order in which they come about: states, outputs, loss, gradients
public record Evaluation(List<String> inputs, OptionalDouble loss, List<NamedTensor> tensors) {
  public Evaluation {
    inputs = List.copyOf(inputs);
    tensors = List.copyOf(tensors);
  }

  /// Evaluates.
  ///
  /// @throws InputException if the file lacks an input or one does not fit the model, or gradients
  ///     are asked for and the file has nothing that the loss compares to
  /// @throws org.costate.model.NumericalException if a state is not finite
  public static Evaluation of(LoadedModel model, SafetensorsFile input, EvaluationOptions options) {
    return new Runner(model, input, options).run();
  }

  /// How far a model is from the maximum principle, on the given inputs and with their loss; of
  /// several outputs, the first that has what the loss needs.
  ///
  /// @throws InputException if the inputs lack what the loss needs
  public static OptimalityProfile optimality(
      LoadedModel model, SafetensorsFile input, EvaluationOptions options) {
    Runner runner = new Runner(model, input, options.withGradients());
    LossTerm term = runner.terms.getFirst();
    return OptimalityProfile.of(
        term.model(), model.coefficients(), Costs.of(term.cost()), term.batch(), options.sweep());
  }

  private static final class Runner {
    private final LoadedModel loaded;
    private final EvaluationOptions options;
    private final InputTensors tensors;
    private final Batch batch;
    private final List<LossTerm> terms;
    private final double[] gradient;
    private final List<NamedTensor> results = new ArrayList<>();
    private Optional<double[]> inputCostate = Optional.empty();

    Runner(LoadedModel loaded, SafetensorsFile input, EvaluationOptions options) {
      this.loaded = loaded;
      this.options = options;
      this.tensors = new InputTensors(input, options.variant());
      this.batch = BatchReader.read(tensors, loaded.named());
      Conventions.Loss loss = options.loss().orElse(loaded.named().conventions().loss());
      this.terms = LossTerm.of(loaded.named(), loss, batch, tensors);
      if (options.gradients() && terms.isEmpty()) {
        throw new InputException(
            input.file() + ": found nothing to compare the output to",
            "what the loss " + loss + " needs: target, labels or at least two tokens",
            "");
      }
      this.gradient = new double[options.gradients() ? loaded.model().layout().size() : 0];
    }

    Evaluation run() {
      OptionalDouble loss = OptionalDouble.empty();
      double[] lastState = new double[0];
      for (Output output : loaded.named().conventions().outputs()) {
        Optional<LossTerm> term = term(output);
        if (lastState.length == 0) {
          ModelSweep sweep = sweep(loaded.named().upTo(output), term);
          OptionalDouble part = descend(sweep, term);
          lastState = addStates(sweep);
          addOutput(output, sweep.outputShape(), sweep.output().toArray());
          loss = sum(loss, part);
        } else if (term.isPresent()) {
          ModelSweep sweep = sweep(term.get().model(), term);
          loss = sum(loss, descend(sweep, term));
          addOutput(output, sweep.outputShape(), sweep.output().toArray());
        } else {
          Readout readout = readout(lastState, output.exitStages());
          addOutput(output, readout.shape(), readout.values());
        }
      }
      loss.ifPresent(
          value -> results.add(new NamedTensor("loss", List.of(1), new double[] {value})));
      if (options.gradients()) {
        addGradients();
      }
      return new Evaluation(tensors.used(), loss, results);
    }

    private Optional<LossTerm> term(Output output) {
      return terms.stream().filter(t -> t.output().equals(output)).findFirst();
    }

    private static OptionalDouble sum(OptionalDouble a, OptionalDouble b) {
      return a.isEmpty()
          ? b
          : b.isEmpty() ? a : OptionalDouble.of(a.getAsDouble() + b.getAsDouble());
    }

    private ModelSweep sweep(Model model, Optional<LossTerm> term) {
      Costs costs =
          term.map(t -> Costs.of(t.cost()))
              .orElseGet(() -> new Costs(Optional.empty(), List.of(), List.of()));
      SweepOptions sweep = options.sweep().withExtras(Extra.STATES);
      if (options.gradients()) {
        return new ModelSweep(model, costs, batch.shape(), sweep.withExtras(Extra.INPUT_COSTATE));
      }
      return new ModelSweep(model, costs, batch.shape(), sweep.withCheckpointing(new Revolve(1)));
    }

    /// Runs a sweep forwards and, if asked, backwards; returns the loss.
    private OptionalDouble descend(ModelSweep sweep, Optional<LossTerm> term) {
      if (term.isEmpty()) {
        sweep.value(loaded.coefficients(), batch, Scales.ONE);
        return OptionalDouble.empty();
      }
      LossTerm t = term.get();
      double count = t.cost().count(t.batch(), t.model().outputShape(batch.shape()));
      Scales scales = new Scales(1 / count, 1.0 / batch.shape().batch());
      if (!options.gradients()) {
        return OptionalDouble.of(sweep.value(loaded.coefficients(), t.batch(), scales));
      }
      options.planned().accept(new MemoryPlan(sweep.plan(), 1));
      double loss = sweep.gradient(loaded.coefficients(), t.batch(), scales, gradient);
      if (batch.input().isPresent()) {
        double[] costate = sweep.inputCostate().toArray();
        inputCostate.ifPresent(
            before -> {
              for (int i = 0; i < costate.length; i++) {
                costate[i] += before[i];
              }
            });
        inputCostate = Optional.of(costate);
      }
      return OptionalDouble.of(loss);
    }

    /// Adds the states in the order of depth; returns the last.
    private double[] addStates(ModelSweep sweep) {
      Model model = loaded.model();
      Shape shape = model.stateShape(batch.shape());
      int steps = model.grid().steps();
      double[] state = sweep.state(0).toArray();
      addState("hidden_states.0", shape, state);
      for (int n = 0; n < steps; n++) {
        state = sweep.state(n + 1).toArray();
        addState("block_out." + n, shape, state);
        if (n + 1 < steps) {
          addState("hidden_states." + (n + 1), shape, state);
        }
      }
      Readout last = readout(state, loaded.named().conventions().exitStagesBeforeHidden());
      addState("hidden_states." + steps, last.shape(), last.values());
      return state;
    }

    private void addState(String name, Shape shape, double[] values) {
      int width = values.length / shape.positions();
      results.add(new NamedTensor(name, List.of(shape.batch(), shape.tokens(), width), values));
    }

    private Readout readout(double[] state, int stages) {
      return Readout.of(
          loaded.model(), loaded.coefficients(), batch, state, stages, options.sweep().kernels());
    }

    private void addOutput(Output output, Shape shape, double[] values) {
      Model model = loaded.named().upTo(output);
      results.add(new NamedTensor(output.name(), LossTerm.shape(output, model, shape), values));
    }

    private void addGradients() {
      for (WeightPlace place : loaded.weights().places()) {
        results.add(new NamedTensor("grad." + place.name(), place.shape(), place.values(gradient)));
      }
      inputCostate.ifPresent(costate -> results.add(inputGradient(costate)));
    }

    private NamedTensor inputGradient(double[] costate) {
      int sequences = batch.shape().batch();
      if (loaded.named().architecture().entry() instanceof Entry.Patches e) {
        return new NamedTensor(
            "grad_input",
            List.of(sequences, e.channels(), e.height(), e.columns()),
            PixelOrder.byChannel(costate, sequences, e.channels(), e.height() * e.columns()));
      }
      int width = costate.length / batch.shape().positions();
      return new NamedTensor(
          "grad_input", List.of(sequences, batch.shape().tokens(), width), costate);
    }
  }
}
