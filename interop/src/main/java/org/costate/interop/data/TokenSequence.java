package org.costate.interop.data;

import java.util.Arrays;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// A long sequence of token identities, out of which windows are cut.
///
/// @param ids the identities
public record TokenSequence(int[] ids) {

  /// Elements that one window takes: the `context` tokens and the one behind them.
  public static int span(int context) {
    return context + 1;
  }

  /// Windows of `context` tokens, each token labelled with the one behind it.
  ///
  /// @param starts where the windows begin
  public Batch batch(int[] starts, int context) {
    int[] inputs = new int[starts.length * context];
    int[] labels = new int[inputs.length];
    for (int b = 0; b < starts.length; b++) {
      System.arraycopy(ids, starts[b], inputs, b * context, context);
      System.arraycopy(ids, starts[b] + 1, labels, b * context, context);
    }
    return Batch.ofIds(new Shape(starts.length, context), inputs).withLabels(labels);
  }

  /// Elements `from … to − 1` as a sequence of their own.
  public TokenSequence part(int from, int to) {
    return new TokenSequence(Arrays.copyOfRange(ids, from, to));
  }
}
