package org.costate.adjoint.verify;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.costate.adjoint.reference.PlainOperator;
import org.costate.model.operator.Affine;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeatureWeights;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.FieldLayer;
import org.costate.model.operator.L2Attention;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.LinearAttention;
import org.costate.model.operator.LinearSystem;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Padding;
import org.costate.model.operator.PatchEmbedding;
import org.costate.model.operator.Pointwise;
import org.costate.model.operator.Pooling;
import org.costate.model.operator.PositionEmbedding;
import org.costate.model.operator.RmsNorm;
import org.costate.model.operator.Rotary;
import org.costate.model.operator.TangentField;
import org.costate.model.operator.TokenEmbedding;
import org.costate.model.operator.TypeEmbedding;
import org.costate.model.scheme.Scaling;

/// Small versions of all operators: the same formulas on fewer features, heads, tokens and rows.
/// Equal widths stay equal and unequal ones unequal as far as there is room, so that what fitted
/// together still does.
final class SmallSizes {
  /// Most tokens of a small sequence.
  static final int TOKENS = 4;

  private static final int KEPT = 4;
  private static final int HEAD = 3;
  private static final List<Integer> ROOM = List.of(4, 5, 6, 7);

  private final Map<Integer, Integer> widths = new HashMap<>();
  private final Deque<Integer> room = new ArrayDeque<>(ROOM);

  /// The small width that stands for `n`.
  int width(int n) {
    if (n <= KEPT) {
      return n;
    }
    Integer small = widths.get(n);
    if (small == null) {
      int next = room.isEmpty() ? ROOM.getLast() : room.removeFirst();
      small = Math.min(n, next);
      widths.put(n, small);
    }
    return small;
  }

  /// The small version of `f`.
  ///
  /// @throws IllegalArgumentException if it is not known here
  Operator of(Operator f) {
    return switch (f) {
      case Attention g -> attention(g);
      case LinearAttention g -> linearAttention(g);
      case L2Attention g -> distanceAttention(g);
      case FeedForward g ->
          new FeedForward(width(g.width()), width(g.hidden()), g.activation(), g.gated(), g.bias());
      case FieldLayer g -> new FieldLayer(width(g.width()), g.activation(), g.bias());
      case LinearSystem g -> linearSystem(g);
      case Affine g ->
          new Affine(width(g.inputWidth()), width(g.outputWidth()), g.bias(), g.transposed());
      case Pointwise g -> new Pointwise(width(g.width()), g.activation());
      case Padding g -> new Padding(width(g.inputWidth()), width(g.outputWidth()));
      case LayerNorm g ->
          new LayerNorm(
              width(g.width()),
              g.epsilon(),
              g.gain(),
              g.bias(),
              g.constraint(),
              g.featureWeights().map(this::weights));
      case RmsNorm g -> new RmsNorm(width(g.width()), g.epsilon(), g.gain());
      case TangentField g -> new TangentField(of(g.field()), g.epsilon(), g.moving());
      case TokenEmbedding g -> new TokenEmbedding(width(g.vocabulary()), width(g.width()));
      case PositionEmbedding g -> positions(g);
      case TypeEmbedding g -> new TypeEmbedding(Math.min(g.types(), 2), width(g.width()));
      case PatchEmbedding g -> patches(g);
      case Pooling g -> new Pooling(width(g.width()), g.kind());
      case Scaling g -> new Scaling(width(g.width()), g.coefficient());
      case PlainOperator g -> g.resized(this::of, this::width);
      default ->
          throw new IllegalArgumentException(
              "small model: found the unknown operator "
                  + f.name()
                  + " ("
                  + f.getClass().getSimpleName()
                  + "), expected one of the suite. Maybe let it implement PlainOperator");
    };
  }

  /// The leading rows and columns of the matrices.
  private LinearSystem linearSystem(LinearSystem g) {
    int d = width(g.inputWidth());
    int m = width(g.inputs());
    return new LinearSystem(
        d,
        m,
        leading(g.stateMatrix(), g.inputWidth(), d, d),
        leading(g.inputMatrix(), g.inputWidth(), m, d));
  }

  private static double[] leading(double[] matrix, int columns, int rows, int cols) {
    double[] part = new double[rows * cols];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(matrix, i * columns, part, i * cols, cols);
    }
    return part;
  }

  private FeatureWeights weights(FeatureWeights all) {
    double[] first = IntStream.range(0, width(all.size())).mapToDouble(all::share).toArray();
    return FeatureWeights.of(first);
  }

  /// Heads that share keys still do.
  private record Heads(int heads, int keyHeads, int width) {}

  private Heads heads(int heads, int keyHeads, int headWidth, int width, boolean map) {
    int small = heads == 1 ? 1 : 2;
    int keys = keyHeads == heads ? small : 1;
    if (keyHeads > 1 && keyHeads < heads && map) {
      small = 4;
      keys = 2;
    }
    if (!map && width(width) % small != 0) {
      small = 1;
      keys = 1;
    }
    return new Heads(small, keys, map ? Math.min(headWidth, HEAD) : width(width) / small);
  }

  private Attention attention(Attention g) {
    Heads h = heads(g.heads(), g.keyHeads(), g.headWidth(), g.width(), g.outputMap());
    return new Attention(
        width(g.width()),
        h.heads,
        h.keyHeads,
        h.width,
        scale(g.scale(), g.headWidth(), h.width),
        mask(g.mask()),
        g.rotary().map(r -> rotary(r, g.headWidth(), h.width)),
        g.bias(),
        g.outputMap(),
        g.outputBias());
  }

  /// What is rotated in part is rotated in part.
  private static Rotary rotary(Rotary r, int headWidth, int small) {
    int most = r.dimensions() < headWidth ? small - 1 : small;
    int dimensions = Math.max(2, Math.min(r.dimensions(), most / 2 * 2));
    return new Rotary(dimensions, r.base(), r.halfRotation());
  }

  private static double scale(double scale, int headWidth, int small) {
    return scale * Math.sqrt((double) headWidth / small);
  }

  private LinearAttention linearAttention(LinearAttention g) {
    Heads h = heads(g.heads(), g.heads(), g.headWidth(), g.width(), g.outputMap());
    return new LinearAttention(
        width(g.width()),
        h.heads,
        h.width,
        scale(g.scale(), g.headWidth(), h.width),
        mask(g.mask()),
        g.bias(),
        g.outputMap(),
        g.outputBias());
  }

  private L2Attention distanceAttention(L2Attention g) {
    Heads h = heads(g.heads(), g.heads(), g.headWidth(), g.width(), g.outputMap());
    return new L2Attention(
        width(g.width()),
        h.heads,
        h.width,
        scale(g.scale(), g.headWidth(), h.width),
        mask(g.mask()),
        g.bias(),
        g.outputMap(),
        g.outputBias());
  }

  private static Mask mask(Mask mask) {
    return mask instanceof Mask.Window w
        ? new Mask.Window(Math.min(w.left(), 2), Math.min(w.right(), 1))
        : mask;
  }

  /// Room for a small sequence of patches with a class token in front.
  private PositionEmbedding positions(PositionEmbedding g) {
    int offset = Math.min(g.offset(), 2);
    int rows = Math.min(g.positions() - g.offset(), TOKENS + 1) + offset;
    return new PositionEmbedding(rows, width(g.width()), offset);
  }

  private PatchEmbedding patches(PatchEmbedding g) {
    int patch = Math.min(g.patch(), 2);
    return new PatchEmbedding(
        patch * Math.min(2, g.imageHeight() / g.patch()),
        patch * Math.min(2, g.imageWidth() / g.patch()),
        width(g.channels()),
        patch,
        width(g.width()),
        g.classToken(),
        g.bias());
  }

  /// Tokens of a small input.
  static int tokens(List<Operator> small, int tokens) {
    int[] pixels =
        small.stream()
            .filter(PatchEmbedding.class::isInstance)
            .map(PatchEmbedding.class::cast)
            .mapToInt(g -> g.imageHeight() * g.imageWidth())
            .toArray();
    return Arrays.stream(pixels).findFirst().orElse(Math.min(tokens, TOKENS));
  }
}
