package org.costate.model.operator;

import java.util.Arrays;
import java.util.Optional;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// What the heads of an attention with softmax did with one sequence, read off its record: the
/// output of head `h` at token `i` is `Σ_j γ^h_ij V^h_j`. Weights are computed when they are asked
/// for, one head at a time.
///
/// Not thread-safe: it has scratch of its own.
public final class AttentionHeads {
  private final TiledMixing mixing;
  private final Shape shape;
  private final Slice keyWeights;
  private final Slice record;
  private final int sequence;
  private final Workspace w;

  private AttentionHeads(TiledMixing mixing, Point p, Slice record, int sequence, Workspace w) {
    this.mixing = mixing;
    this.shape = p.shape();
    this.keyWeights = TokenWeights.of(p, w);
    this.record = record;
    this.sequence = sequence;
    this.w = w;
  }

  /// The heads of `operator` at a point; absent if it is no attention with softmax.
  ///
  /// @param record what [Operator#apply] left there; read when weights are asked for
  /// @param sequence which sequence of the batch
  public static Optional<AttentionHeads> of(
      Operator operator, Point p, Slice record, int sequence, Kernels kernels) {
    Optional<MultiHead> parts =
        switch (operator) {
          case Attention attention -> Optional.of(attention.parts());
          case L2Attention attention -> Optional.of(attention.parts());
          default -> Optional.empty();
        };
    if (parts.isPresent()
        && parts.get().mixing() instanceof TiledMixing mixing
        && mixing.weighting().normalised()) {
      Workspace w = new Workspace(kernels, mixing.workSize(p.shape()));
      return Optional.of(new AttentionHeads(mixing, p, record, sequence, w));
    }
    return Optional.empty();
  }

  /// Number of heads.
  public int count() {
    return mixing.layout().heads();
  }

  /// `γ^h`, `[i][j]` over all tokens: rows sum to 1, or are zero where a query sees no key.
  public double[][] weights(int head) {
    return mixing.weights(shape, keyWeights, record, sequence, head, w);
  }

  /// `V^h_j`.
  public double[] value(int head, int token) {
    HeadLayout layout = mixing.layout();
    int at = layout.valueAt(record, sequence * shape.tokens() + token, head);
    return Arrays.copyOfRange(record.array(), at, at + layout.valueWidth());
  }

  /// The entropy `−Σ_j γ_ij log γ_ij` of attention weights in nats, mean over the queries `i` that
  /// see a key: 0 where every query looks at one token, `log n` where all look at `n` alike.
  public static double entropy(double[][] weights) {
    double sum = 0;
    int seeing = 0;
    for (double[] row : weights) {
      double total = 0;
      for (double gamma : row) {
        sum -= gamma > 0 ? gamma * Math.log(gamma) : 0;
        total += gamma;
      }
      seeing += total > 0 ? 1 : 0;
    }
    return seeing == 0 ? Double.NaN : sum / seeing;
  }

  /// The largest that [#entropy] can be: the mean logarithm of the number of tokens that a query
  /// gives a weight to.
  public static double largestEntropy(double[][] weights) {
    double sum = 0;
    int seeing = 0;
    for (double[] row : weights) {
      long seen = Arrays.stream(row).filter(gamma -> gamma > 0).count();
      sum += seen > 0 ? Math.log((double) seen) : 0;
      seeing += seen > 0 ? 1 : 0;
    }
    return seeing == 0 ? Double.NaN : sum / seeing;
  }
}
