package org.costate.control.stability;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.Placement;
import org.costate.control.Vectors;
import org.costate.control.cost.Quadratic;
import org.costate.control.train.Initialisation;
import org.costate.control.train.RandomStreams;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// How the gradient of a Transformer at initialisation depends on its depth, pre-norm against
/// post-norm (Xiong et al. 2020, *On Layer Normalization in the Transformer Architecture*,
/// 2002.04745): the Frobenius norm of the gradient with respect to the output weight of the
/// feed-forward network of the last layer falls as `L^{−1/2}` in a pre-norm stack with its final
/// norm, whose states grow as `√L`, and does not fall in a post-norm stack, whose states do not.
///
/// The models have Xavier weights, no residual scaling, standard normal inputs and targets, and
/// half the mean squared distance as their cost; norms are geometric means over draws of weights
/// and data.
///
/// @param arrangement pre-norm or post-norm
/// @param depths numbers of layers `L`
/// @param last norm of the gradient of the last layer, for every depth
/// @param first the same of the first layer
/// @param lastSlope slope of `log last` over `log L`, least squares
/// @param firstSlope the same of the first layer
public record GradientGrowth(
    Arrangement arrangement,
    int[] depths,
    double[] last,
    double[] first,
    double lastSlope,
    double firstSlope) {
  /// Slope of a pre-norm stack in the limit of many layers.
  public static final double PRE_NORM_SLOPE = -0.5;

  /// How far a measured slope may be above or below what theory says of many layers.
  public static final double TOLERANCE = 0.2;

  /// The models that are compared.
  ///
  /// @param width features
  /// @param heads of the attention
  /// @param tokens of a sequence
  /// @param draws of weights and data
  /// @param depths numbers of layers
  /// @param seed of all draws
  public record Setting(
      int width, int heads, int tokens, int draws, List<Integer> depths, long seed) {
    public Setting {
      depths = List.copyOf(depths);
    }

    /// Width 32, 4 heads, 16 tokens, 8 draws, 2 to 64 layers.
    public static Setting standard(long seed) {
      return new Setting(32, 4, 16, 8, List.of(2, 4, 8, 16, 32, 64), seed);
    }
  }

  /// Measures both arrangements, pre-norm first.
  ///
  /// @param done is told every result when it is there
  public static List<GradientGrowth> measure(
      Setting setting, Kernels kernels, Consumer<GradientGrowth> done) {
    List<GradientGrowth> all = new ArrayList<>();
    for (Arrangement arrangement : List.of(Arrangement.PRE_NORM, Arrangement.POST_NORM)) {
      GradientGrowth growth = measure(arrangement, setting, kernels);
      done.accept(growth);
      all.add(growth);
    }
    return all;
  }

  private static GradientGrowth measure(Arrangement arrangement, Setting setting, Kernels kernels) {
    int[] depths = setting.depths().stream().mapToInt(x -> x).toArray();
    double[] last = new double[depths.length];
    double[] first = new double[depths.length];
    for (int i = 0; i < depths.length; i++) {
      Model model = architecture(arrangement, setting, depths[i]).model();
      for (int draw = 0; draw < setting.draws(); draw++) {
        double[] norms = norms(model, setting, setting.seed() + draw, kernels);
        last[i] += Math.log(norms[1]) / setting.draws();
        first[i] += Math.log(norms[0]) / setting.draws();
      }
      last[i] = Math.exp(last[i]);
      first[i] = Math.exp(first[i]);
    }
    return new GradientGrowth(
        arrangement, depths, last, first, slope(depths, last), slope(depths, first));
  }

  private static Architecture architecture(Arrangement arrangement, Setting s, int layers) {
    Norm norm = Norm.layer(1e-5);
    Block block =
        new Block(
            arrangement,
            Attention.standard(s.width(), s.heads(), new Mask.Full()),
            new FeedForward(s.width(), 4 * s.width(), Activation.RELU, false, true),
            norm);
    Exit exit =
        arrangement == Arrangement.PRE_NORM
            ? new Exit(Optional.of(norm), Optional.empty(), false, Optional.empty())
            : Exit.NONE;
    return new Architecture(new Entry.State(s.width()), block, Depth.layers(layers), exit);
  }

  /// Norms of the gradient of the first and of the last layer.
  private static double[] norms(Model model, Setting s, long seed, Kernels kernels) {
    Initialisation initial = new Initialisation(new Initialisation.Weights.Xavier(1), 0, false);
    double[] c = initial.controls(model.layout(), model.step(), model.grid(), seed);
    RandomGenerator random = new RandomStreams(seed).stream("gradient growth", 0);
    double[] input = new double[s.tokens() * s.width()];
    double[] target = new double[input.length];
    for (int i = 0; i < input.length; i++) {
      input[i] = random.nextGaussian();
      target[i] = random.nextGaussian();
    }
    Batch batch = Batch.ofInput(new Shape(1, s.tokens()), input).withTarget(target);
    Costs costs = Costs.of(new Quadratic());
    ModelSweep sweep = new ModelSweep(model, costs, batch.shape(), SweepOptions.with(kernels));
    double[] g = new double[c.length];
    sweep.gradient(c, batch, new Scales(1.0 / input.length, 1), g);
    double[] norms = new double[2];
    for (Placement place : Placement.of(model.layout())) {
      if (place.block().name().equals(Architecture.FEED_FORWARD)
          && place.parameter().name().equals("out.weight")) {
        int to = place.offset() + place.parameter().size();
        double norm = Vectors.norm(java.util.Arrays.copyOfRange(g, place.offset(), to));
        norms[0] = place.coefficient() == 0 ? norm : norms[0];
        norms[1] = norm;
      }
    }
    return norms;
  }

  /// The slope of `log y` over `log x` by least squares.
  static double slope(int[] x, double[] y) {
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < x.length; i++) {
      meanX += Math.log(x[i]) / x.length;
      meanY += Math.log(y[i]) / x.length;
    }
    double product = 0;
    double square = 0;
    for (int i = 0; i < x.length; i++) {
      double dx = Math.log(x[i]) - meanX;
      product += dx * (Math.log(y[i]) - meanY);
      square += dx * dx;
    }
    return product / square;
  }

  /// Whether the slope of the last layer is what theory says: about −1/2 for pre-norm, not falling
  /// for post-norm.
  public boolean pass() {
    return arrangement == Arrangement.PRE_NORM
        ? Math.abs(lastSlope - PRE_NORM_SLOPE) <= TOLERANCE
        : lastSlope >= -TOLERANCE / 2;
  }
}
