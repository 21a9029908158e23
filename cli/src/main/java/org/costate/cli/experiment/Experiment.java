package org.costate.cli.experiment;

import java.util.List;

/// A whole experiment: what `train` runs, what every report echoes.
///
/// @param name name of the run folder
/// @param seed where all randomness comes from
/// @param multilevel coarser models that are trained first, the coarsest first
public record Experiment(
    String name,
    long seed,
    DataConfig data,
    ModelConfig model,
    TimeConfig time,
    ObjectiveConfig objective,
    OptimiserConfig optimiser,
    RunConfig run,
    RobustnessConfig robustness,
    InitialisationConfig initialisation,
    List<LevelConfig> multilevel,
    List<ConstraintConfig> constraints,
    CertificateConfig certificate,
    MemoryConfig memory) {

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
          RobustnessConfig.DEFAULT,
          InitialisationConfig.DEFAULT,
          List.of(),
          List.of(),
          CertificateConfig.DEFAULT,
          MemoryConfig.DEFAULT);

  /// This experiment on other data.
  public Experiment withData(DataConfig other) {
    return new Experiment(
        name,
        seed,
        other,
        model,
        time,
        objective,
        optimiser,
        run,
        robustness,
        initialisation,
        multilevel,
        constraints,
        certificate,
        memory);
  }

  /// This experiment on another grid, on one level.
  Experiment with(TimeConfig otherTime, OptimiserConfig otherOptimiser) {
    return new Experiment(
        name,
        seed,
        data,
        model,
        otherTime,
        objective,
        otherOptimiser,
        run,
        robustness,
        initialisation,
        List.of(),
        constraints,
        certificate,
        memory);
  }
}
