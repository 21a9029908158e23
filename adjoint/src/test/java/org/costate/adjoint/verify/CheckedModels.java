package org.costate.adjoint.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.equation.Sphere;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Affine;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.operator.Pointwise;
import org.costate.model.operator.Pooling;
import org.costate.model.operator.Rotary;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Schemes;
import org.costate.model.scheme.Step;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.Legendre;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.PiecewiseLinear;
import org.costate.model.time.TimeBasis;
import org.costate.model.time.TimeGrid;

/// Models of all architectures, schemes and bases, with data.
///
/// @param name for messages
/// @param kinked whether there are ReLUs
record CheckedModels(String name, Model model, Batch batch, boolean kinked) {
  private static final int WIDTH = 8;

  static List<CheckedModels> all() {
    List<CheckedModels> all = new ArrayList<>();
    for (Arrangement arrangement : Arrangement.values()) {
      all.add(language(arrangement, Activation.GELU_TANH));
      all.add(language(arrangement, Activation.RELU));
    }
    all.add(vision());
    all.add(encoder());
    all.add(llama());
    all.add(forecast());
    for (TimeBasis basis :
        List.of(
            new PiecewiseConstant(3, 1.2),
            new PiecewiseLinear(3, 1.2),
            new Legendre(3, 1.2),
            new Constant())) {
      all.add(constrained("tangent strang, " + basis.name(), true, basis));
      all.add(constrained("projected lie, " + basis.name(), false, basis));
    }
    all.add(stack());
    all.add(constrained(Schemes.rk4Tangent(sphere())));
    all.add(constrained(Schemes.additiveProjected(sphere())));
    all.add(constrained(Schemes.strangProjected(sphere())));
    all.add(source(Schemes.postNorm(postNorm(), 0.5)));
    all.add(source(Schemes.postNormConsistent(postNorm())));
    return all;
  }

  static CheckedModels language(Arrangement arrangement, Activation activation) {
    Architecture a =
        new Architecture(
            new Entry.Tokens(11, WIDTH, 7, 0, 0, Optional.empty()),
            new Block(
                arrangement,
                Attention.standard(WIDTH, 2, new Mask.Causal()),
                new FeedForward(WIDTH, 12, activation, false, true),
                Norm.layer(1e-5)),
            Depth.layers(3),
            new Exit(
                Optional.of(Norm.layer(1e-5)),
                Optional.empty(),
                false,
                Optional.of(new Exit.Readout(11, false, true))));
    Shape shape = new Shape(3, 6);
    Batch batch =
        Batch.ofIds(shape, new SplittableRandom(5).ints(shape.positions(), 0, 11).toArray());
    return new CheckedModels(
        arrangement + " " + activation, a.model(), batch, activation == Activation.RELU);
  }

  private static CheckedModels stack() {
    Architecture a =
        new Architecture(
            new Entry.Tokens(11, WIDTH, 7, 0, 0, Optional.empty()),
            new Block(
                Arrangement.PRE_NORM,
                Attention.standard(WIDTH, 2, new Mask.Causal()),
                new FeedForward(WIDTH, 12, Activation.GELU_TANH, false, true),
                Norm.layer(1e-5),
                2),
            new Depth(3, 1, Depth.Basis.CONSTANT, 1),
            new Exit(
                Optional.of(Norm.layer(1e-5)),
                Optional.empty(),
                false,
                Optional.of(new Exit.Readout(11, false, true))));
    Shape shape = new Shape(2, 5);
    Batch batch =
        Batch.ofIds(shape, new SplittableRandom(6).ints(shape.positions(), 0, 11).toArray());
    return new CheckedModels("stack of two, tied in time", a.model(), batch, false);
  }

  private static CheckedModels vision() {
    Architecture a =
        new Architecture(
            new Entry.Patches(6, 6, 3, 2, WIDTH, true, true, true),
            new Block(
                Arrangement.PRE_NORM,
                Attention.standard(WIDTH, 4, new Mask.Full()),
                new FeedForward(WIDTH, 10, Activation.GELU_ERF, false, true),
                Norm.layer(1e-6)),
            Depth.layers(2),
            new Exit(
                Optional.of(Norm.layer(1e-6)),
                Optional.of(Pooling.Kind.FIRST),
                false,
                Optional.of(new Exit.Readout(5, true, false))));
    Shape shape = new Shape(2, 36);
    return new CheckedModels(
        "vision", a.model(), Batch.ofInput(shape, normal(1, shape.size(3))), false);
  }

  private static CheckedModels encoder() {
    Architecture a =
        new Architecture(
            new Entry.Tokens(9, WIDTH, 8, 2, 2, Optional.of(Norm.layer(1e-12))),
            new Block(
                Arrangement.POST_NORM,
                Attention.standard(WIDTH, 2, new Mask.Full()),
                new FeedForward(WIDTH, 16, Activation.GELU_ERF, false, true),
                Norm.layer(1e-12)),
            Depth.layers(2),
            new Exit(Optional.empty(), Optional.of(Pooling.Kind.MEAN), true, Optional.empty()));
    Shape shape = new Shape(2, 5);
    Batch batch =
        Batch.ofIds(shape, new int[] {1, 2, 3, 8, 8, 5, 0, 4, 4, 8})
            .withTypes(new int[] {0, 0, 1, 1, 0, 0, 1, 1, 0, 0})
            .withTokenWeights(new double[] {1, 1, 1, 0, 0, 1, 1, 1, 1, 0});
    return new CheckedModels("encoder", a.model(), batch, false);
  }

  private static CheckedModels llama() {
    Attention attention =
        new Attention(
            WIDTH,
            4,
            2,
            6,
            0.4,
            new Mask.Window(3, 0),
            Optional.of(new Rotary(4, 100, true)),
            false,
            true,
            false);
    Architecture a =
        new Architecture(
            new Entry.Tokens(7, WIDTH, 0, 0, 0, Optional.empty()),
            new Block(
                Arrangement.PRE_NORM,
                attention,
                new FeedForward(WIDTH, 9, Activation.SILU, true, false),
                Norm.rms(1e-6)),
            new Depth(4, 2, Depth.Basis.PIECEWISE_CONSTANT, 2),
            new Exit(
                Optional.of(Norm.rms(1e-6)),
                Optional.empty(),
                false,
                Optional.of(new Exit.Readout(7, false, false))));
    Batch batch = Batch.ofIds(new Shape(2, 6), new int[] {1, 2, 3, 6, 6, 5, 0, 4, 4, 6, 1, 1});
    return new CheckedModels("llama", a.model(), batch, false);
  }

  private static CheckedModels forecast() {
    Architecture a =
        new Architecture(
            new Entry.Features(3, WIDTH, 5),
            new Block(
                Arrangement.RUNGE_KUTTA,
                Attention.standard(WIDTH, 1, new Mask.Causal()),
                new FeedForward(WIDTH, WIDTH, Activation.TANH, false, true),
                Norm.layer(1e-5)),
            new Depth(3, 1, Depth.Basis.LEGENDRE, 3),
            new Exit(
                Optional.empty(),
                Optional.of(Pooling.Kind.LAST),
                false,
                Optional.of(new Exit.Readout(3, true, false))));
    Shape shape = new Shape(4, 5);
    return new CheckedModels(
        "forecast", a.model(), Batch.ofInput(shape, normal(2, shape.size(3))), false);
  }

  private static ContinuousEquation sphere() {
    FeedForward feedForward = new FeedForward(6, 5, Activation.TANH, false, true);
    return ContinuousEquation.of(
            Field.of(Controlled.of(Attention.standard(6, 2, new Mask.Full()), "attention")),
            Field.of(Controlled.of(feedForward, "feed-forward")))
        .on(new Sphere(LayerNorm.projection(6, 0.01), "sphere", 0.01, true));
  }

  private static CheckedModels constrained(String name, boolean tangent, TimeBasis basis) {
    Scheme scheme = tangent ? Schemes.strangTangent(sphere()) : Schemes.lieProjected(sphere());
    return bare(name, scheme, sphere(), TimeGrid.of(0, 0.3, 0.5, 0.8, 1.2), basis, false);
  }

  private static CheckedModels constrained(Scheme scheme) {
    return bare(
        scheme.name(),
        scheme,
        sphere(),
        TimeGrid.uniform(3, 1.2),
        new PiecewiseLinear(3, 1.2),
        false);
  }

  private static ContinuousEquation postNorm() {
    LayerNorm norm = LayerNorm.standard(6, 1e-3);
    Affine layer = new Affine(9, 9, true, false);
    Field attention =
        Field.of(Controlled.of(Attention.standard(6, 2, new Mask.Full()), "attention"));
    return new ContinuousEquation(
        List.of(
            attention.followedBy(Controlled.of(norm, "norm1")),
            Field.of(Controlled.of(layer, "layer1")),
            Field.of(Controlled.of(layer, "layer2")).followedBy(Controlled.of(norm, "norm2"))),
        Optional.empty(),
        Optional.of(new Pointwise(9, Activation.RELU)));
  }

  private static CheckedModels source(Scheme scheme) {
    TimeGrid grid = TimeGrid.uniform(3, 1.5);
    return bare(scheme.name(), scheme, postNorm(), grid, new PiecewiseConstant(3, 1.5), true);
  }

  /// Steps alone.
  private static CheckedModels bare(
      String name,
      Scheme scheme,
      ContinuousEquation equation,
      TimeGrid grid,
      TimeBasis basis,
      boolean kinked) {
    ControlLayout layout = ControlLayout.builder().blocks(equation.blocks(), basis).build();
    Model model = new Model(List.of(), new Step(scheme, 6), grid, layout, List.of());
    Shape shape = new Shape(2, 4);
    return new CheckedModels(name, model, Batch.ofInput(shape, normal(7, shape.size(6))), kinked);
  }

  private static double[] normal(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = new double[count];
    for (int i = 0; i < count; i++) {
      x[i] = random.nextGaussian();
    }
    return x;
  }

  /// Weights that keep the variance, gains and deviations about 1.
  double[] controls(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] c = new double[model.layout().size()];
    for (ControlLayout.Block block : model.layout().blocks()) {
      for (int k = 0; k < block.basis().count(); k++) {
        int at = block.at(k);
        for (Parameter p : block.parameters()) {
          boolean centred = k == 0 || !(block.basis() instanceof Legendre);
          boolean one =
              p.role() == Parameter.Role.GAIN || p.role() == Parameter.Role.CONSTRAINT_DEVIATION;
          double spread =
              p.role() == Parameter.Role.WEIGHT ? 1 / Math.sqrt(p.rows()) : one ? 0.1 : 0.3;
          for (int i = at; i < at + p.size(); i++) {
            c[i] = (one && centred ? 1 : 0) + spread * random.nextGaussian();
          }
          at += p.size();
        }
      }
    }
    return c;
  }

  /// This model with other operators of the same sizes.
  CheckedModels with(UnaryOperator<Operator> operators) {
    return new CheckedModels(name, Remodel.operators(operators).apply(model), batch, kinked);
  }

  @Override
  public String toString() {
    return name;
  }
}
