package org.costate.control.memory;

import java.util.List;

/// A memory that falls from a corrupted pattern to a stored one: an energy and a dynamics that
/// never raises it.
public sealed interface AssociativeMemory permits HebbMemory, PolynomialMemory, AttentionMemory {
  /// What is stored.
  Patterns patterns();

  /// Name of the energy: `hebb`, `polynomial-3`, `log-sum-exp`.
  String name();

  /// The energy of a state.
  double energy(double[] state);

  /// The states on the way down from `start`, itself the first, until nothing changes any more or
  /// `most` sweeps are done.
  List<double[]> descend(double[] start, int most);

  /// Where the way down from `start` ends.
  default double[] retrieve(double[] start, int most) {
    return descend(start, most).getLast();
  }

  /// The largest rise of the energy along `states`; 0 if it never rises.
  default double largestRise(List<double[]> states) {
    double rise = 0;
    for (int k = 1; k < states.size(); k++) {
      rise = Math.max(rise, energy(states.get(k)) - energy(states.get(k - 1)));
    }
    return rise;
  }
}
