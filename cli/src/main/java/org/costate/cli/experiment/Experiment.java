package org.costate.cli.experiment;

/// A whole experiment: what `train` runs, what every report echoes.
///
/// @param name name of the run folder
/// @param seed where all randomness comes from
public record Experiment(
    String name,
    long seed,
    DataConfig data,
    ModelConfig model,
    TimeConfig time,
    ObjectiveConfig objective,
    OptimiserConfig optimiser,
    RunConfig run,
    RobustnessConfig robustness) {

  /// What an experiment file may leave out.
  public static final Experiment DEFAULT =
      new Experiment(
          "experiment",
          1,
          DataConfig.DEFAULT,
          ModelConfig.DEFAULT,
          TimeConfig.DEFAULT,
          ObjectiveConfig.DEFAULT,
          OptimiserConfig.DEFAULT,
          RunConfig.DEFAULT,
          RobustnessConfig.DEFAULT);

  /// This experiment on other data.
  public Experiment withData(DataConfig other) {
    return new Experiment(name, seed, other, model, time, objective, optimiser, run, robustness);
  }
}
