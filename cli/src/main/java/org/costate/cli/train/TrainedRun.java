package org.costate.cli.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.costate.adjoint.cost.Costs;
import org.costate.cli.data.ExperimentData;
import org.costate.cli.experiment.Experiment;
import org.costate.cli.run.RunFolder;
import org.costate.control.Placement;
import org.costate.control.optimise.Optimiser;
import org.costate.control.train.IterationRecord;
import org.costate.control.train.Stop;
import org.costate.control.train.TrainingState;
import org.costate.control.train.ValidationRecord;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.costate.CostateFormat;
import org.costate.interop.folder.ModelFolder;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.safetensors.Tensor;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;
import org.costate.reports.Json;

/// What a training run has come to.
///
/// @param optimiser the rule of its iterations
/// @param stop why it ended; absent if it was interrupted
/// @param cause why the last iteration was rejected, if it was
/// @param levels the coarse levels that were trained first
/// @param seconds time of this call, earlier parts of a resumed run left out
public record TrainedRun(
    RunFolder folder,
    Experiment experiment,
    ExperimentData data,
    Optional<Architecture> architecture,
    Model model,
    Costs costs,
    Optimiser optimiser,
    TrainingState state,
    Optional<Stop> stop,
    String cause,
    List<Levels.Level> levels,
    double seconds) {

  /// A quantity over the run.
  public record Course(double first, double last, double best) {
    static final Course NONE = new Course(Double.NaN, Double.NaN, Double.NaN);
  }

  /// `J` over the iterations.
  public Course objective() {
    List<IterationRecord> history = state.history();
    if (history.isEmpty()) {
      return Course.NONE;
    }
    double best = least(history.stream().mapToDouble(IterationRecord::value));
    return new Course(history.getFirst().value(), history.getLast().value(), best);
  }

  /// The cost on the held-out data.
  public Course validation() {
    List<ValidationRecord> looks = state.validations();
    if (looks.isEmpty()) {
      return Course.NONE;
    }
    double best = least(looks.stream().mapToDouble(ValidationRecord::value));
    return new Course(looks.getFirst().value(), looks.getLast().value(), best);
  }

  /// The least of those that are numbers.
  private static double least(DoubleStream values) {
    return values.filter(x -> !Double.isNaN(x)).min().orElse(Double.NaN);
  }

  /// The controls that did best on the held-out data.
  public double[] bestControls() {
    return state.best().controls();
  }

  /// Name of the folder with the trained model in the run folder.
  public static final String MODEL = "model";

  /// Name of the file with the best controls of dynamics that are no Transformer.
  public static final String CONTROLS = "controls.safetensors";

  /// Writes the model with its best controls as a folder of its own into the run folder; of
  /// dynamics that are no Transformer, the controls alone.
  public Path writeModel() {
    if (architecture.isEmpty()) {
      return writeControls();
    }
    Path target = folder.file(MODEL);
    RunFolder.removeTree(target);
    int exitStages = model.exit().size();
    Conventions conventions =
        new Conventions(
            List.of(data.output(exitStages)),
            data.loss(),
            architecture.get().exit().norm().isPresent() ? 1 : 0);
    ModelFolder.write(
        target,
        NamedModel.of(CostateFormat.TYPE, architecture.get(), conventions),
        bestControls(),
        data.notes());
    return target;
  }

  private Path writeControls() {
    List<Tensor> tensors = new ArrayList<>();
    for (Placement place : Placement.of(model.layout())) {
      int size = place.parameter().size();
      double[] values = Arrays.copyOfRange(bestControls(), place.offset(), place.offset() + size);
      tensors.add(
          Tensor.ofDoubles(
              place.name(), List.of(place.parameter().rows(), place.parameter().cols()), values));
    }
    Path target = folder.file(CONTROLS);
    SafetensorsWriter.write(target, tensors, Map.of());
    return target;
  }

  /// Name of the file with the results in the run folder.
  public static final String RESULT = "result.json";

  /// The numbers that runs are compared by.
  ///
  /// @param stop why it ended
  /// @param constraints whether they are kept, where there are any
  /// @param optimum the distance from the least cost, where that is known
  public record Result(
      String run,
      long iterations,
      Course objective,
      HeldOut.Validation validation,
      Optional<HeldOut.Forecast> forecast,
      Optional<Robustness> robustness,
      Optional<TransportFindings.Numbers> transport,
      Optional<CertificateReport> certificate,
      Optional<ConstraintReport> constraints,
      Optional<Optimum> optimum,
      double seconds,
      String stop,
      long unknowns,
      double clipPercent,
      List<Levels.Level> levels) {}

  /// The coarse levels and the last one; nothing where there is one level only.
  private List<Levels.Level> allLevels() {
    if (levels.isEmpty()) {
      return List.of();
    }
    List<Levels.Level> all = new ArrayList<>(levels);
    all.add(Levels.Level.of(model.grid().steps(), state));
    return all;
  }

  /// The result, which is also written into the run folder, with the iteration table beside it.
  public Result writeResult(HeldOut heldOut, Optional<ConstraintReport> constraints) {
    Result result =
        new Result(
            folder.path().toString(),
            state.iteration(),
            objective(),
            heldOut.validation(validation()),
            heldOut.forecast().map(HeldOut.Forecast::of),
            heldOut.robustness(),
            heldOut.transport().map(TransportFindings::numbers),
            heldOut.certificate(),
            constraints,
            Optimum.of(this),
            state.history().stream().mapToDouble(IterationRecord::seconds).sum(),
            History.stopName(stop),
            model.layout().size(),
            state.history().isEmpty() ? 0 : state.history().getLast().clipPercent(),
            allLevels());
    folder.write(RESULT, Json.results(result));
    folder.write(History.FILE, Json.results(History.of(this)));
    return result;
  }
}
