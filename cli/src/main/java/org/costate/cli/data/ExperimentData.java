package org.costate.cli.data;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.cli.experiment.ModelConfig;
import org.costate.cli.experiment.ObjectiveConfig;
import org.costate.cli.experiment.TimeConfig;
import org.costate.control.diagnose.Disturbance;
import org.costate.control.train.Dataset;
import org.costate.interop.architecture.Conventions;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.file.FileHash;
import org.costate.model.operator.Mask;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// A data set with a training part and a held-out part.
public interface ExperimentData {
  /// How a model reads it.
  Entry entry(ModelConfig model);

  /// How a model answers.
  Exit exit(ModelConfig model);

  /// Which tokens may see which.
  Mask mask(ModelConfig model);

  /// What is minimised.
  TerminalCost cost();

  /// What the output of a model is called, and what is minimised when it is evaluated later.
  Conventions.Output output(int exitStages);

  /// The loss of a trained model where nothing else is asked for.
  Conventions.Loss loss();

  /// Texts that belong to a trained model: the characters that its tokens stand for.
  Map<String, String> notes();

  /// The training part: every sequence that may be drawn.
  Dataset training();

  /// Members of the training part from one to the next that an epoch visits: windows of a series
  /// overlap, and an epoch shall go through it once.
  int stride();

  /// Shape of the input of `count` sequences.
  Shape shape(int count);

  /// The whole held-out part.
  Batch validation();

  /// How its input is disturbed to see how robust a model is.
  default Disturbance disturbance() {
    return new Disturbance.GaussianNoise();
  }

  /// Whether the held-out part is other data than the training part.
  default boolean holdsOut() {
    return true;
  }

  /// The least cost of all controls, where it is known in closed form: what solvers are judged by.
  default Optional<Double> leastCost(ObjectiveConfig objective, TimeConfig time) {
    return Optional.empty();
  }

  /// What the data are, for people.
  Map<String, String> facts();

  /// The files read.
  List<FileHash> files();
}
