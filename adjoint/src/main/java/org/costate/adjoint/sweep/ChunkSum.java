package org.costate.adjoint.sweep;

import org.costate.model.kernel.Kernels;

/// How the sweep of one thread adds chunk after chunk to a sum over all chunks: in place, a passage
/// behind the chunk before, or in an array of its own that is added when all chunks before have
/// been.
final class ChunkSum {
  private final ModelSweep sweep;
  private final Succession.Place place;
  private double[] own = Run.ABSENT;

  /// @param place that of the run of `sweep`
  ChunkSum(ModelSweep sweep, Succession.Place place) {
    this.sweep = sweep;
    this.place = place;
  }

  /// Takes the memory for sums of `size` numbers over several chunks, where it needs any.
  void reserve(int size) {
    if (!sweep.canFollow() && own.length == 0) {
      own = new double[size];
    }
  }

  /// Begins a chunk; returns where the sweep is to add.
  ///
  /// @param sum over all chunks, overwritten by the first; of length 0: nothing is added
  double[] begin(int chunk, double[] sum) {
    boolean follows = sweep.canFollow();
    place.begin(chunk, follows);
    if (sum.length == 0) {
      return sum;
    }
    if (chunk == 0 || !follows) {
      sweep.overwriteNext();
    }
    return chunk == 0 || follows ? sum : own;
  }

  /// Waits for all chunks before, and adds what does not lie in `sum` yet.
  void add(int chunk, double[] sum, Kernels kernels) {
    place.awaitOthers();
    if (sum.length > 0 && chunk > 0 && !sweep.canFollow()) {
      kernels.axpy(sum.length, 1, own, 0, sum, 0);
    }
  }

  /// Ends the chunk: the next one may be added.
  void end() {
    place.end();
  }
}
