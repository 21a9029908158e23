package org.costate.control.train;

import org.costate.model.InputException;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// All windows of a long sequence of tokens: member `m` reads tokens `m … m + context − 1`, and its
/// labels are the tokens behind them, `m + 1 … m + context`.
///
/// Members `0, context, 2 context, …` are the consecutive, non-overlapping windows.
public final class TokenWindows implements Dataset {
  private final int[] tokens;
  private final int context;

  /// @param tokens the sequence
  /// @param context tokens per window
  /// @throws InputException if the sequence is shorter than a window and one token
  public TokenWindows(int[] tokens, int context) {
    if (context < 1) {
      throw new InputException("context: found " + context + " tokens", "at least 1", "");
    }
    if (tokens.length < context + 1) {
      throw new InputException(
          "text: found " + tokens.length + " tokens",
          "at least " + (context + 1) + ", one more than the context",
          "Maybe give a longer text, or set a shorter context");
    }
    this.tokens = tokens.clone();
    this.context = context;
  }

  /// Tokens per window.
  public int context() {
    return context;
  }

  @Override
  public int size() {
    return tokens.length - context;
  }

  @Override
  public Batch batch(int[] members) {
    int[] ids = new int[members.length * context];
    int[] labels = new int[ids.length];
    for (int b = 0; b < members.length; b++) {
      System.arraycopy(tokens, members[b], ids, b * context, context);
      System.arraycopy(tokens, members[b] + 1, labels, b * context, context);
    }
    return Batch.ofIds(new Shape(members.length, context), ids).withLabels(labels);
  }

  /// The consecutive, non-overlapping windows as one batch.
  public Batch consecutive() {
    return every(context);
  }
}
