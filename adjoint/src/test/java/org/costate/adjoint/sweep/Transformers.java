package org.costate.adjoint.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Affine;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.operator.PositionEmbedding;
import org.costate.model.operator.TokenEmbedding;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Coefficient;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Step;
import org.costate.model.scheme.Term;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.TimeBasis;
import org.costate.model.time.TimeGrid;

/// Small Transformers of the real operators, as language models with the embedding tied to the
/// readout.
final class Transformers {
  static final int WIDTH = 6;
  static final int VOCABULARY = 5;
  static final int TOKENS = 4;

  private Transformers() {}

  private static Line line(
      int target, Optional<Integer> kept, Operator f, int input, String block, Coefficient weight) {
    List<Term> combination =
        kept.map(register -> List.of(new Term(register, Coefficient.ONE))).orElse(List.of());
    List<ControlRef> controls = List.of(ControlRef.value(block));
    return new Line(
        target, combination, Optional.of(new Application(f, input, controls, weight, 0, 1)));
  }

  /// `u ← u + h A(P u)`, `u ← u + h F(P u)`, causal.
  static Model preNorm(int layers, Activation activation) {
    return preNorm(layers, activation, WIDTH, TOKENS);
  }

  /// The same in another width and for longer sequences.
  static Model preNorm(int layers, Activation activation, int width, int tokens) {
    Operator attention = Attention.standard(width, 2, new Mask.Causal());
    Operator forward = new FeedForward(width, 2 * width, activation, false, true);
    Operator norm = LayerNorm.standard(width, 1e-5);
    Coefficient h = Coefficient.step(1);
    Scheme scheme =
        new Scheme(
            "pre-norm",
            1,
            List.of(
                line(1, Optional.empty(), norm, 0, "norm1", Coefficient.ONE),
                line(2, Optional.of(0), attention, 1, "attention", h),
                line(3, Optional.empty(), norm, 2, "norm2", Coefficient.ONE),
                line(4, Optional.of(2), forward, 3, "forward", h)));
    TimeGrid grid = TimeGrid.uniform(layers, layers);
    return model(scheme, grid, new PiecewiseConstant(layers, layers), "norm", tokens);
  }

  /// `u ← P(u + A(u))`, `u ← P(u + F(u))`, with sets `S1(σ1, σ2)` that move in time.
  static Model postNorm(TimeGrid grid, TimeBasis basis) {
    Operator attention = Attention.standard(WIDTH, 2, new Mask.Full());
    Operator forward = new FeedForward(WIDTH, WIDTH, Activation.TANH, true, true);
    Operator norm = LayerNorm.projection(WIDTH, 1e-5);
    Coefficient h = Coefficient.step(1);
    Scheme scheme =
        new Scheme(
            "post-norm",
            1,
            List.of(
                line(1, Optional.of(0), attention, 0, "attention", h),
                line(2, Optional.empty(), norm, 1, "norm1", Coefficient.ONE),
                line(3, Optional.of(2), forward, 2, "forward", h),
                line(4, Optional.empty(), norm, 3, "norm2", Coefficient.ONE)));
    return model(scheme, grid, basis);
  }

  /// Steps that end with the exact projection, which a constant token does not have.
  static Model exactNorm(int layers) {
    Operator forward = new FeedForward(WIDTH, WIDTH, Activation.TANH, false, true);
    Operator norm = LayerNorm.projection(WIDTH, 0);
    Scheme scheme =
        new Scheme(
            "exact norm",
            1,
            List.of(
                line(1, Optional.of(0), forward, 0, "forward", Coefficient.step(1)),
                line(2, Optional.empty(), norm, 1, "norm", Coefficient.ONE)));
    return model(scheme, TimeGrid.uniform(layers, layers), new Constant(), "last norm", TOKENS);
  }

  private static Model model(Scheme scheme, TimeGrid grid, TimeBasis basis) {
    return model(scheme, grid, basis, "norm", TOKENS);
  }

  private static Model model(
      Scheme scheme, TimeGrid grid, TimeBasis basis, String lastNorm, int mostTokens) {
    int width = scheme.lines().getFirst().field().orElseThrow().operator().inputWidth();
    Step step = new Step(scheme, width);
    Operator tokens = new TokenEmbedding(VOCABULARY, width);
    Operator positions = new PositionEmbedding(mostTokens, width, 0);
    Operator norm = LayerNorm.standard(width, 1e-5);
    Operator readout = new Affine(width, VOCABULARY, false, true);
    ControlLayout layout =
        ControlLayout.builder()
            .block("tokens", tokens.parameters(), new Constant())
            .block("positions", positions.parameters(), new Constant())
            .blocksOf(step, basis)
            .block(lastNorm, norm.parameters(), new Constant())
            .build();
    return new Model(
        List.of(new Stage(tokens, List.of("tokens")), new Stage(positions, List.of("positions"))),
        step,
        grid,
        layout,
        List.of(new Stage(norm, List.of(lastNorm)), new Stage(readout, List.of("tokens"))));
  }

  /// Controls near those of a network at rest: gains and deviations about 1.
  static double[] controls(Model model, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] c = random.doubles(model.layout().size(), -0.5, 0.5).toArray();
    for (ControlLayout.Block block : model.layout().blocks()) {
      for (int k = 0; k < (block.stride() == 0 ? 1 : block.basis().count()); k++) {
        int at = block.at(k);
        for (Parameter p : block.parameters()) {
          boolean one =
              p.role() == Parameter.Role.GAIN || p.role() == Parameter.Role.CONSTRAINT_DEVIATION;
          for (int i = 0; i < p.size(); i++) {
            c[at + i] += one ? 1 : 0;
          }
          at += p.size();
        }
      }
    }
    return c;
  }

  static Batch batch(int sequences) {
    return batch(sequences, TOKENS);
  }

  static Batch batch(int sequences, int tokens) {
    Shape shape = new Shape(sequences, tokens);
    SplittableRandom random = new SplittableRandom(5);
    return Batch.ofIds(shape, random.ints(shape.positions(), 0, VOCABULARY).toArray());
  }

  static List<Model> smooth() {
    List<Model> models = new ArrayList<>();
    models.add(preNorm(3, Activation.GELU_ERF));
    for (TimeBasis basis : Cases.bases()) {
      models.add(postNorm(Cases.RAGGED, basis));
    }
    return models;
  }
}
