package org.costate.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.costate.model.InputException;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.state.Shape;

/// A fixed shape to time.
///
/// @param name what the command calls it
/// @param shape sequences and tokens
/// @param width features per token
/// @param heads attention heads
/// @param hidden features inside the feed-forward network
/// @param layers steps
public record Preset(String name, Shape shape, int width, int heads, int hidden, int layers) {
  /// All of them.
  public static final List<Preset> ALL =
      List.of(
          new Preset("small", new Shape(1, 32), 32, 4, 128, 24),
          new Preset("medium", new Shape(32, 64), 128, 4, 512, 6),
          new Preset("large", new Shape(8, 256), 256, 8, 1024, 12),
          new Preset("long", new Shape(1, 2048), 64, 4, 256, 4),
          new Preset("deep", new Shape(8, 32), 64, 4, 256, 96));

  private static final double EPSILON = 1e-5;

  /// What is in a layer.
  public enum Kind {
    /// Layer norm behind each field, ReLU.
    ENCODER_POSTLN_RELU,
    /// Layer norm in front of each field, GELU by erf.
    ENCODER_PRELN_GELU,
    /// The same under a causal mask.
    CAUSAL_PRELN_GELU
  }

  /// The preset called `text`, or the shape `BxNxdxheadsxffnxL` that it spells, such as
  /// `1x16384x64x4x256x4`.
  ///
  /// @throws InputException if it is neither
  public static Preset of(String text) {
    if (!text.matches("[0-9]+(x[0-9]+){5}")) {
      List<String> known = ALL.stream().map(Preset::name).toList();
      return ALL.get(BenchCase.position("PRESET", text, known));
    }
    int[] n;
    try {
      n = Arrays.stream(text.split("x", -1)).mapToInt(Integer::parseInt).toArray();
    } catch (NumberFormatException e) {
      throw new InputException("PRESET: found " + text, "numbers below 2^31", "", e);
    }
    if (Arrays.stream(n).anyMatch(size -> size < 1)) {
      throw new InputException("PRESET: found " + text, "sizes of at least 1", "");
    }
    return new Preset(text, new Shape(n[0], n[1]), n[2], n[3], n[4], n[5]);
  }

  /// The architecture of this shape.
  public Architecture architecture(Kind kind) {
    boolean postNorm = kind == Kind.ENCODER_POSTLN_RELU;
    Mask mask = kind == Kind.CAUSAL_PRELN_GELU ? new Mask.Causal() : new Mask.Full();
    Activation activation = postNorm ? Activation.RELU : Activation.GELU_ERF;
    Block block =
        new Block(
            postNorm ? Arrangement.POST_NORM : Arrangement.PRE_NORM,
            Attention.standard(width, heads, mask),
            new FeedForward(width, hidden, activation, false, true),
            Norm.layer(EPSILON));
    return new Architecture(
        new Entry.State(width),
        block,
        Depth.layers(layers),
        new Exit(Optional.empty(), Optional.empty(), false, Optional.empty()));
  }

  /// Floating-point operations of the matrix products of one forward sweep, multiplications and
  /// additions counted one by one: `L · (2 B N (4 d² + 2 d f) + 4 B N² d)`.
  public double forwardFlops() {
    double positions = shape.positions();
    double weights = 2 * positions * (4.0 * width * width + 2.0 * width * hidden);
    double scores = 4.0 * positions * shape.tokens() * width;
    return layers * (weights + scores);
  }

  /// The same of a forward sweep and the gradient with respect to everything: three times as much.
  public double gradientFlops() {
    return 3 * forwardFlops();
  }
}
