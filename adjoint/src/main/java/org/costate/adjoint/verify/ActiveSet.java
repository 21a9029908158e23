package org.costate.adjoint.verify;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.model.Model;
import org.costate.model.operator.Operator;

/// Which pre-activations of ReLUs are positive along the whole trajectory: between two points of
/// the same active set the cost is smooth.
///
/// The signs are noted by a model whose operators with kinks are replaced by [Watched] ones, swept
/// like the model itself.
final class ActiveSet {
  private final Subject subject;
  private final SignPattern signs = new SignPattern();
  private final ModelSweep sweep;
  private final boolean kinked;
  private final BitSet atPoint;

  ActiveSet(Subject subject, CheckOptions options) {
    this.subject = subject;
    boolean[] found = {false};
    Model watched =
        Remodel.operators(
                f -> {
                  found[0] |= Watched.hasKinks(f);
                  return watch(f);
                })
            .apply(subject.model());
    kinked = found[0];
    Costs none = new Costs(Optional.empty(), List.of(), List.of());
    sweep =
        new ModelSweep(
            watched, none, subject.batch().shape(), SweepOptions.with(options.kernels()));
    atPoint = at(subject.point());
  }

  private Operator watch(Operator f) {
    return Watched.hasKinks(f) ? new Watched(f, signs) : f;
  }

  /// Whether there are kinks at all.
  boolean isKinked() {
    return kinked;
  }

  /// Number of signs that are not those at the point.
  int changes(double[] c) {
    if (!kinked) {
      return 0;
    }
    BitSet differing = at(c);
    differing.xor(atPoint);
    return differing.cardinality();
  }

  private BitSet at(double[] c) {
    if (kinked) {
      sweep.value(c, subject.batch(), Scales.ONE);
    }
    return signs.take();
  }
}
