package org.costate.cli.experiment;

/// What is minimised beside the terminal cost, which follows from the data.
///
/// @param transport weight κ of the transport cost of the state
/// @param energy weight β of the energy of the controls
/// @param variation weight γ of their variation in time
public record ObjectiveConfig(double transport, double energy, double variation) {
  /// What an experiment file may leave out.
  public static final ObjectiveConfig DEFAULT = new ObjectiveConfig(0, 0, 0);
}
