package org.costate.model.operator;

import java.util.Optional;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// What the heads of an attention with softmax did with one sequence, read off its record: output
/// `Σ_j γ^h_ij V^h_j` of head `h` at token `i`.
///
/// @param weights `γ`, `[head][i][j]`: rows sum to 1, or are zero where a query sees no key
/// @param values `V`, `[head][j][feature]`
public record AttentionHeads(double[][][] weights, double[][][] values) {

  /// The heads of `operator` at a point; absent if it is no attention with softmax.
  ///
  /// @param record what [Operator#apply] left there, not modified
  /// @param sequence which sequence of the batch
  public static Optional<AttentionHeads> of(
      Operator operator, Point p, Slice record, int sequence, Kernels kernels) {
    MultiHead parts =
        switch (operator) {
          case Attention attention -> attention.parts();
          case L2Attention attention -> attention.parts();
          default -> null;
        };
    return parts != null
            && parts.mixing() instanceof TiledMixing mixing
            && mixing.weighting().normalised()
        ? Optional.of(read(mixing, p, record, sequence, kernels))
        : Optional.empty();
  }

  private static AttentionHeads read(
      TiledMixing mixing, Point p, Slice record, int sequence, Kernels kernels) {
    Shape s = p.shape();
    Workspace w = new Workspace(kernels, mixing.workSize(s));
    HeadLayout layout = mixing.layout();
    double[][][] weights = new double[layout.heads()][][];
    double[][][] values = new double[layout.heads()][s.tokens()][];
    for (int h = 0; h < layout.heads(); h++) {
      weights[h] = mixing.weights(s, TokenWeights.of(p, w), record, sequence, h, w);
      for (int j = 0; j < s.tokens(); j++) {
        int at = layout.valueAt(record, sequence * s.tokens() + j, h);
        values[h][j] = java.util.Arrays.copyOfRange(record.array(), at, at + layout.valueWidth());
      }
    }
    return new AttentionHeads(weights, values);
  }

  /// The entropy `−Σ_j γ_ij log γ_ij` in nats, mean over the queries `i` that see a key: 0 where
  /// every query looks at one token, `log n` where all look at `n` alike.
  public double entropy(int head) {
    double sum = 0;
    int seeing = 0;
    for (double[] row : weights[head]) {
      double total = 0;
      for (double gamma : row) {
        sum -= gamma > 0 ? gamma * Math.log(gamma) : 0;
        total += gamma;
      }
      seeing += total > 0 ? 1 : 0;
    }
    return seeing == 0 ? Double.NaN : sum / seeing;
  }
}
