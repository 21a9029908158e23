package org.costate.adjoint.verify;

import java.util.Optional;
import org.costate.adjoint.reference.PlainCosts;
import org.costate.model.kernel.Kernels;

/// How a gradient is checked.
///
/// @param kernels the arithmetic under check
/// @param seed decides all directions and the point of the small model
/// @param sequences most sequences of the batch that are used
/// @param plainCosts plain formulas of the costs, for the check by dual numbers; without them it
///     covers the output alone
public record CheckOptions(
    Kernels kernels, long seed, int sequences, Optional<PlainCosts> plainCosts) {
  /// @throws IllegalArgumentException if there is no sequence
  public CheckOptions {
    if (sequences < 1) {
      throw new IllegalArgumentException(
          "check: found " + sequences + " sequences, expected at least 1");
    }
  }

  /// Two sequences, seed 1, no plain costs.
  public static CheckOptions with(Kernels kernels) {
    return new CheckOptions(kernels, 1, 2, Optional.empty());
  }

  /// The same with plain formulas of the costs.
  public CheckOptions withPlainCosts(PlainCosts plain) {
    return new CheckOptions(kernels, seed, sequences, Optional.of(plain));
  }

  /// The same with another seed.
  public CheckOptions withSeed(long newSeed) {
    return new CheckOptions(kernels, newSeed, sequences, plainCosts);
  }
}
