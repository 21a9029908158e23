package org.costate.control.train;

import java.util.Arrays;
import org.costate.model.state.Batch;

/// An ensemble of sequences, from which batches are taken.
public interface Dataset {
  /// Number of members.
  int size();

  /// The given members as a batch, in the order given; a member may occur more than once.
  Batch batch(int[] members);

  /// Members `0, stride, 2 stride, …` as one batch.
  default Batch every(int stride) {
    int[] members = new int[(size() + stride - 1) / stride];
    Arrays.setAll(members, i -> i * stride);
    return batch(members);
  }
}
