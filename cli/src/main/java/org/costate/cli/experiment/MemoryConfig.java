package org.costate.cli.experiment;

import java.util.Optional;

/// Memory of the adjoint sweep. No choice changes a bit of any result.
///
/// @param budget for the states and records that are kept for the way back: bytes (`200 MB`) of all
/// threads together, or a share of what keeping everything takes (`1/8`); everything is kept if
/// absent
public record MemoryConfig(Optional<String> budget) {
  /// What an experiment file may leave out.
  public static final MemoryConfig DEFAULT = new MemoryConfig(Optional.empty());
}
