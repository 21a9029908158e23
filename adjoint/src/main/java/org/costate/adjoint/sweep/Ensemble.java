package org.costate.adjoint.sweep;

import java.util.ArrayList;
import java.util.List;
import org.costate.adjoint.cost.Costs;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// A batch cut into chunks of one size (the last may be smaller), with the scales of its mean. The
/// cut depends on the shape of the batch and the options alone, never on the number of threads.
///
/// @param chunks the parts, in order
/// @param chunk shape of all parts but perhaps the last
/// @param scales `1/Σ count` over all chunks, and one over the number of sequences
public record Ensemble(List<Batch> chunks, Shape chunk, Scales scales) {
  /// Positions of a chunk at which the matrix products run near their best rate.
  private static final int GOOD_POSITIONS = 512;

  public Ensemble {
    chunks = List.copyOf(chunks);
  }

  /// Cuts `batch`; copies every part once.
  ///
  /// @param sequences per chunk, or 0: [#chunkSize]
  static Ensemble of(Batch batch, Model model, Costs costs, int sequences) {
    Shape shape = batch.shape();
    int each = Math.min(shape.batch(), sequences == 0 ? chunkSize(shape) : sequences);
    List<Batch> chunks = new ArrayList<>();
    double count = 0;
    for (int from = 0; from < shape.batch(); from += each) {
      int size = Math.min(each, shape.batch() - from);
      Batch part = size == shape.batch() ? batch : batch.sequences(from, size);
      if (costs.terminal().isPresent()) {
        count += costs.terminal().get().count(part, model.outputShape(part.shape()));
      }
      chunks.add(part);
    }
    if (costs.terminal().isPresent() && !(count > 0)) {
      throw new InputException(
          "ensemble: found no terms of the terminal cost",
          "at least one",
          "Maybe no label is counted");
    }
    double terminal = count > 0 ? 1 / count : 0;
    Scales scales = new Scales(terminal, 1.0 / shape.batch());
    return new Ensemble(chunks, new Shape(each, shape.tokens()), scales);
  }

  /// Sequences per chunk: about [#GOOD_POSITIONS] token positions, so that products are efficient
  /// and scratch stays in the cache, but an even number of chunks wherever there are two sequences,
  /// so that two threads have equal shares.
  static int chunkSize(Shape batch) {
    int good = Math.max(1, GOOD_POSITIONS / batch.tokens());
    int pairs = Math.ceilDiv(batch.batch(), 2 * good);
    return Math.ceilDiv(batch.batch(), Math.min(batch.batch(), 2 * pairs));
  }

  /// Number of the first sequence of chunk `k` within the batch.
  int firstSequence(int k) {
    return k * chunk.batch();
  }
}
