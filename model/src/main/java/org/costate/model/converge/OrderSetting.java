package org.costate.model.converge;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.equation.Sphere;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Affine;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.FieldLayer;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Parameter;
import org.costate.model.operator.Pointwise;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.Legendre;
import org.costate.model.time.TimeBasis;

/// The small equations on which orders are measured: attention of two heads and a feed-forward
/// network of 12 hidden features on 6 tokens of 8 features, up to time 1. The first state has mean
/// 0 and variance 1 on every token.
final class OrderSetting {
  static final int TOKENS = 6;
  static final int WIDTH = 8;
  static final double END = 1;
  private static final int HEADS = 2;
  private static final int HIDDEN = 12;
  private static final Shape SHAPE = new Shape(1, TOKENS);
  private static final String LAYER1 = "layer1";
  private static final String LAYER2 = "layer2";
  private static final String FEED_FORWARD = "feed-forward";
  private static final String DECAY = "decay";

  private OrderSetting() {}

  private static Field attention() {
    return Field.of(Controlled.of(Attention.standard(WIDTH, HEADS, new Mask.Full()), "attention"));
  }

  private static Field feedForward(Activation activation) {
    FeedForward field = new FeedForward(WIDTH, HIDDEN, activation, false, true);
    return Field.of(Controlled.of(field, FEED_FORWARD));
  }

  /// `u_t = A(u) + F(u)`.
  static ContinuousEquation free() {
    return ContinuousEquation.of(attention(), feedForward(Activation.TANH));
  }

  /// `u_t = A(P u) + F(P u)`, every projection with a gain and a bias.
  static ContinuousEquation normed() {
    Controlled first = Controlled.of(LayerNorm.standard(WIDTH, 0), "norm1");
    Controlled second = Controlled.of(LayerNorm.standard(WIDTH, 0), "norm2");
    return ContinuousEquation.of(
        attention().reading(first), feedForward(Activation.TANH).reading(second));
  }

  private static Sphere sphere(boolean moving) {
    return new Sphere(LayerNorm.projection(WIDTH, 0), "sphere", 0, moving);
  }

  /// `u_t ∈ A(u) + F(u) − N_S1(u)`.
  static ContinuousEquation constrained(boolean moving) {
    return free().on(sphere(moving));
  }

  /// `u_t ∈ A(u) + F(u) − N_S2(u)`: the projection behind every field is the positive part.
  static ContinuousEquation positive() {
    Controlled relu = Controlled.of(new Pointwise(WIDTH, Activation.RELU));
    return ContinuousEquation.of(
        attention().followedBy(relu), feedForward(Activation.TANH).followedBy(relu));
  }

  /// Attention and the two layers of a feed-forward network as substeps, on `S1` and `S2`: what the
  /// post-norm step is made of.
  static ContinuousEquation layers() {
    FieldLayer layer = new FieldLayer(HIDDEN, Activation.IDENTITY, true);
    return ContinuousEquation.of(
            attention(),
            Field.of(Controlled.of(layer, LAYER1)),
            Field.of(Controlled.of(layer, LAYER2)))
        .on(sphere(false))
        .positive(new Pointwise(HIDDEN, Activation.RELU));
  }

  /// As [#layers], with layers as wide as the state and a floor under the variance.
  static ContinuousEquation squareLayers(double epsilon) {
    FieldLayer layer = new FieldLayer(WIDTH, Activation.IDENTITY, true);
    return ContinuousEquation.of(
            attention(),
            Field.of(Controlled.of(layer, LAYER1)),
            Field.of(Controlled.of(layer, LAYER2)))
        .on(new Sphere(LayerNorm.projection(WIDTH, epsilon), "sphere", epsilon, false))
        .positive(new Pointwise(WIDTH, Activation.RELU));
  }

  /// The limit `u_t ∈ A(u) + G(u) − u − N_S1(u)` of the consistent post-norm step on [#layers],
  /// with `G` as one operator.
  static ContinuousEquation layersLimit() {
    Affine decay = new Affine(WIDTH, WIDTH, false, false);
    return ContinuousEquation.of(
            attention(), feedForward(Activation.RELU), Field.of(Controlled.of(decay, DECAY)))
        .on(sphere(false));
  }

  /// Weights of the size of an initialised network; where `moving`, they change smoothly by about a
  /// third in time.
  static InitialValueProblem problem(
      ContinuousEquation e, boolean moving, long seed, Kernels kernels) {
    TimeBasis basis = new Legendre(moving ? 4 : 1, END);
    ControlLayout layout = ControlLayout.builder().blocks(e.blocks(), basis).build();
    double[] c = new double[layout.size()];
    for (ControlLayout.Block block : layout.blocks()) {
      fill(block, seed, c);
    }
    return new InitialValueProblem(
        layout, c, SHAPE, Batch.empty(SHAPE), start(e, layout, c, seed), kernels);
  }

  private static void fill(ControlLayout.Block block, long seed, double[] c) {
    SplittableRandom random = new SplittableRandom(seed ^ block.name().hashCode());
    for (int k = 0; k < block.basis().count(); k++) {
      int at = block.at(k);
      for (Parameter p : block.parameters()) {
        double mean =
            switch (p.role()) {
              case GAIN, CONSTRAINT_DEVIATION -> 1;
              case WEIGHT, BIAS, EMBEDDING, CONSTRAINT_MEAN, RATE -> 0;
            };
        double deviation = p.role() == Parameter.Role.WEIGHT ? 1.2 / Math.sqrt(p.rows()) : 0.2;
        for (int i = 0; i < p.size(); i++) {
          c[at++] =
              k == 0
                  ? mean + deviation * random.nextGaussian()
                  : 0.3 * deviation * random.nextGaussian() / k;
        }
      }
    }
  }

  /// On the constraint set, where there is one: `σ1(0) + σ2(0) z`.
  private static double[] start(ContinuousEquation e, ControlLayout layout, double[] c, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] sigma = {0, 1};
    if (e.sphere().isPresent()) {
      ControlLayout.Block block = layout.block(e.sphere().get().block());
      for (int i = 0; i < 2; i++) {
        sigma[i] = 0;
        for (int k = 0; k < block.basis().count(); k++) {
          sigma[i] += block.basis().value(k, 0, 0, 0, END) * c[block.at(k) + i];
        }
      }
    }
    double[] u = new double[TOKENS * WIDTH];
    Arrays.setAll(u, i -> random.nextGaussian());
    for (int token = 0; token < TOKENS; token++) {
      double[] row = Arrays.copyOfRange(u, token * WIDTH, (token + 1) * WIDTH);
      double mean = Arrays.stream(row).average().orElseThrow();
      double square = Arrays.stream(row).map(x -> (x - mean) * (x - mean)).sum();
      double deviation = Math.sqrt(square / WIDTH);
      for (int k = 0; k < WIDTH; k++) {
        u[token * WIDTH + k] = sigma[0] + sigma[1] * (row[k] - mean) / deviation;
      }
    }
    return u;
  }

  /// [#layersLimit] with the weights of a problem on [#layers]: `W_FFN = I + W_j`, padded features
  /// left out, and `−I` for `−u`.
  static InitialValueProblem limitOf(InitialValueProblem layered) {
    ContinuousEquation limit = layersLimit();
    ControlLayout layout =
        ControlLayout.builder().blocks(limit.blocks(), new Legendre(1, END)).build();
    double[] c = new double[layout.size()];
    for (String same : List.of("attention", "sphere")) {
      ControlLayout.Block from = layered.layout().block(same);
      System.arraycopy(layered.c(), from.at(0), c, layout.block(same).at(0), from.size());
    }
    int first = layered.layout().block(LAYER1).at(0);
    int second = layered.layout().block(LAYER2).at(0);
    int at = layout.block(FEED_FORWARD).at(0);
    for (int i = 0; i < WIDTH * HIDDEN; i++) {
      c[at++] = layered.c()[first + i] + (i / HIDDEN == i % HIDDEN ? 1 : 0);
    }
    for (int k = 0; k < HIDDEN; k++) {
      c[at++] = layered.c()[first + HIDDEN * HIDDEN + k];
    }
    for (int i = 0; i < HIDDEN * WIDTH; i++) {
      int row = i / WIDTH;
      int column = i % WIDTH;
      c[at++] = layered.c()[second + row * HIDDEN + column] + (row == column ? 1 : 0);
    }
    for (int k = 0; k < WIDTH; k++) {
      c[at++] = layered.c()[second + HIDDEN * HIDDEN + k];
    }
    int decay = layout.block(DECAY).at(0);
    for (int k = 0; k < WIDTH; k++) {
      c[decay + k * WIDTH + k] = -1;
    }
    return new InitialValueProblem(
        layout, c, layered.shape(), layered.batch(), layered.start(), layered.kernels());
  }
}
