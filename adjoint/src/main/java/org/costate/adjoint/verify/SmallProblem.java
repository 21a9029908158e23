package org.costate.adjoint.verify;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.cost.RunningCost;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.adjoint.reference.PlainCosts;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.operator.TypeEmbedding;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.Legendre;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.PiecewiseLinear;
import org.costate.model.time.TimeBasis;
import org.costate.model.time.TimeGrid;

/// A problem shrunk to a size at which every derivative can be had by dual numbers: the same
/// stages, lines, blocks and kinds of operators, the first few steps, few tokens and features,
/// seeded controls and data.
///
/// @param costs those of the costs that have plain formulas
record SmallProblem(Model model, Costs costs, Batch batch, double[] c) {
  private static final int STEPS = 3;
  private static final int SEQUENCES = 2;
  private static final int MOST_POLYNOMIALS = 3;

  /// @param spread of the controls about rest, 1 for those of an initialised model
  /// @throws IllegalArgumentException if an operator or a basis is not known
  static SmallProblem of(
      Model model, Costs costs, Batch batch, CheckOptions options, double spread) {
    Optional<PlainCosts> plain = options.plainCosts();
    SmallSizes sizes = new SmallSizes();
    sizes.width(model.stateWidth());
    int steps = Math.min(STEPS, model.grid().steps());
    double end = model.grid().time(steps);
    Remodel remodel =
        new Remodel(
            sizes::of,
            sizes::width,
            grid -> first(grid, steps),
            basis -> first(basis, steps, model.grid().steps(), end));
    Model small = remodel.apply(model);
    SplittableRandom random = new SplittableRandom(options.seed());
    Batch data = batch(model, small, batch, random);
    return new SmallProblem(
        small, costs(costs, small, plain), data, controls(small, spread, random));
  }

  private static TimeGrid first(TimeGrid grid, int steps) {
    double[] times = new double[steps + 1];
    for (int n = 0; n <= steps; n++) {
      times[n] = grid.time(n);
    }
    return TimeGrid.of(times);
  }

  /// About as many functions per step as before.
  private static TimeBasis first(TimeBasis basis, int steps, int all, double end) {
    return switch (basis) {
      case Constant b -> b;
      case PiecewiseConstant b ->
          new PiecewiseConstant(Math.max(1, Math.ceilDiv(b.count() * steps, all)), end);
      case PiecewiseLinear b ->
          new PiecewiseLinear(Math.max(2, Math.ceilDiv((b.count() - 1) * steps, all) + 1), end);
      case Legendre b -> new Legendre(Math.min(MOST_POLYNOMIALS, b.count()), end);
      default ->
          throw new IllegalArgumentException(
              "small model: found the unknown functions of time " + basis.name());
    };
  }

  private static Costs costs(Costs costs, Model small, Optional<PlainCosts> plain) {
    if (plain.isEmpty()) {
      return new Costs(Optional.empty(), List.of(), List.of());
    }
    Optional<TerminalCost> terminal = costs.terminal().flatMap(g -> plain.get().resized(g, small));
    List<RunningCost> running = costs.running().stream().filter(plain.get()::knows).toList();
    return new Costs(terminal, running, List.of());
  }

  private static Batch batch(Model model, Model small, Batch from, SplittableRandom random) {
    List<Operator> entry = small.entry().stream().map(Stage::operator).toList();
    int tokens = SmallSizes.tokens(entry, from.shape().tokens());
    Shape shape = new Shape(SEQUENCES, tokens);
    Shape state = small.stateShape(shape);
    Shape output = small.outputShape(shape);
    int vocabulary =
        small.inputWidth() > 0
            ? small.outputWidth()
            : small.entry().getFirst().operator().parameters().getFirst().rows();
    Batch data = Batch.empty(shape);
    if (from.ids().isPresent()) {
      data = data.withIds(random.ints(shape.positions(), 0, vocabulary).toArray());
    }
    if (from.types().isPresent()) {
      data = data.withTypes(random.ints(shape.positions(), 0, types(small)).toArray());
    }
    if (from.input().isPresent()) {
      data = data.withInput(normal(random, shape.size(Math.max(1, small.inputWidth()))));
    }
    if (from.tokenWeights().isPresent()) {
      data = data.withTokenWeights(weights(model, from, state));
    }
    if (from.labels().isPresent()) {
      int each = from.labels().get().length == from.shape().batch() ? 1 : output.tokens();
      data =
          data.withLabels(
              random.ints(Math.multiplyExact(SEQUENCES, each), 0, small.outputWidth()).toArray());
    }
    return from.target().isPresent()
        ? data.withTarget(normal(random, output.size(small.outputWidth())))
        : data;
  }

  private static int types(Model small) {
    return small.entry().stream()
        .map(Stage::operator)
        .filter(TypeEmbedding.class::isInstance)
        .mapToInt(f -> f.parameters().getFirst().rows())
        .findFirst()
        .orElse(1);
  }

  /// The weights of the first tokens; a sequence never consists of padding only.
  private static double[] weights(Model model, Batch from, Shape state) {
    double[] all = from.tokenWeights().orElseThrow();
    int each = model.stateShape(from.shape()).tokens();
    double[] weights = new double[state.positions()];
    for (int b = 0; b < state.batch(); b++) {
      int sequence = b % from.shape().batch();
      for (int i = 0; i < state.tokens(); i++) {
        weights[b * state.tokens() + i] = all[sequence * each + i % each];
      }
      weights[b * state.tokens()] = Math.max(weights[b * state.tokens()], 0.5);
    }
    return weights;
  }

  /// Matrices that keep the variance, gains and deviations about 1, the rest about 0.
  private static double[] controls(Model small, double spread, SplittableRandom random) {
    double[] c = new double[small.layout().size()];
    for (ControlLayout.Block block : small.layout().blocks()) {
      for (int k = 0; k < Subject.coefficients(block); k++) {
        int at = block.at(k);
        for (Parameter p : block.parameters()) {
          double centre = centred(block.basis(), k) ? atRest(p) : 0;
          for (int i = at; i < at + p.size(); i++) {
            c[i] = centre + spread * deviation(p) * random.nextGaussian();
          }
          at += p.size();
        }
      }
    }
    return c;
  }

  /// Whether a coefficient is a value of the control; those of polynomials but the first are
  /// deviations from it.
  private static boolean centred(TimeBasis basis, int k) {
    return k == 0 || !(basis instanceof Legendre);
  }

  private static double atRest(Parameter p) {
    return switch (p.role()) {
      case GAIN, CONSTRAINT_DEVIATION -> 1;
      case WEIGHT, BIAS, EMBEDDING, CONSTRAINT_MEAN, RATE -> 0;
    };
  }

  private static double deviation(Parameter p) {
    return switch (p.role()) {
      case WEIGHT -> 1 / Math.sqrt(p.rows());
      case EMBEDDING -> 1;
      case BIAS, CONSTRAINT_MEAN, RATE -> 0.5;
      case GAIN, CONSTRAINT_DEVIATION -> 0.2;
    };
  }

  private static double[] normal(SplittableRandom random, int count) {
    double[] x = new double[count];
    for (int i = 0; i < count; i++) {
      x[i] = random.nextGaussian();
    }
    return x;
  }
}
