package org.costate.cli.experiment;

/// How a run is watched and kept.
///
/// @param validateEvery iterations between validations
/// @param checkpointEvery iterations between checkpoints that `--resume` continues from
/// @param chunk sequences that one thread works on at once; 0: chosen from the shapes
/// @param patience validations without a new best one after which training stops; 0: never
/// @param tolerance norm of the gradient at which training stops; 0: never
public record RunConfig(
    int validateEvery, int checkpointEvery, int chunk, int patience, double tolerance) {
  /// What an experiment file may leave out.
  public static final RunConfig DEFAULT = new RunConfig(100, 100, 0, 0, 0);
}
