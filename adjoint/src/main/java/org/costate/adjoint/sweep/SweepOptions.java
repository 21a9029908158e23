package org.costate.adjoint.sweep;

import java.util.EnumSet;
import java.util.Set;
import org.costate.adjoint.checkpoint.Checkpointing;
import org.costate.adjoint.checkpoint.StoreAll;
import org.costate.model.kernel.Kernels;

/// How a sweep runs; none of it changes a result beyond the arithmetic of the kernels, except the
/// chunk, which fixes the order in which an ensemble is added up.
///
/// @param kernels the arithmetic
/// @param threads threads of an ensemble, the calling one included
/// @param chunk sequences per chunk of an ensemble; 0: chosen from the shape of the batch alone
/// @param checkpointing what is stored and what is run again
/// @param extras what is allocated on top
public record SweepOptions(
    Kernels kernels, int threads, int chunk, Checkpointing checkpointing, Set<Extra> extras) {
  /// What a sweep needs memory for only if it is asked to.
  public enum Extra {
    /// Tangent and second-order sweeps.
    TANGENTS,
    /// All states `u_0 … u_N` of the last sweep.
    STATES,
    /// All costates `λ_0 … λ_N` of the last adjoint sweep.
    COSTATES,
    /// The costate of a real input: `∂J/∂input`.
    INPUT_COSTATE
  }

  /// @throws IllegalArgumentException if there is no thread or the chunk is negative
  public SweepOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: found " + threads + ", expected at least 1");
    }
    if (chunk < 0) {
      throw new IllegalArgumentException(
          "chunk: found " + chunk + " sequences, expected at least 1, or 0 to have it chosen");
    }
    extras = Set.copyOf(extras);
  }

  /// One thread, records of all steps kept, nothing extra.
  public static SweepOptions with(Kernels kernels) {
    return new SweepOptions(kernels, 1, 0, new StoreAll(), Set.of());
  }

  /// The same on so many threads.
  public SweepOptions withThreads(int count) {
    return new SweepOptions(kernels, count, chunk, checkpointing, extras);
  }

  /// The same with so many sequences per chunk.
  public SweepOptions withChunk(int sequences) {
    return new SweepOptions(kernels, threads, sequences, checkpointing, extras);
  }

  /// The same with other checkpoints.
  public SweepOptions withCheckpointing(Checkpointing other) {
    return new SweepOptions(kernels, threads, chunk, other, extras);
  }

  /// The same with more extras.
  public SweepOptions withExtras(Extra first, Extra... more) {
    EnumSet<Extra> all = EnumSet.of(first, more);
    all.addAll(extras);
    return new SweepOptions(kernels, threads, chunk, checkpointing, all);
  }

  boolean has(Extra extra) {
    return extras.contains(extra);
  }
}
