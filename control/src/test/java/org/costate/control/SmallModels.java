package org.costate.control;

import java.util.List;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Affine;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Pooling;
import org.costate.model.operator.PositionEmbedding;
import org.costate.model.operator.TokenEmbedding;
import org.costate.model.scheme.Schemes;
import org.costate.model.scheme.Step;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.TimeGrid;

/// Pre-norm Transformers of the sizes that tests can train.
public final class SmallModels {
  private SmallModels() {}

  private static Step step(int width, int heads, Mask mask) {
    Operator norm = LayerNorm.standard(width, 1e-5);
    Operator attention = Attention.standard(width, heads, mask);
    Operator forward = new FeedForward(width, 4 * width, Activation.GELU_TANH, false, true);
    return new Step(
        Schemes.preNormLie(
            ContinuousEquation.of(
                Field.of(Controlled.of(attention, "attention"))
                    .reading(Controlled.of(norm, "norm1")),
                Field.of(Controlled.of(forward, "forward")).reading(Controlled.of(norm, "norm2")))),
        width);
  }

  /// Token and position embedding, causal pre-norm layers, norm, readout of its own.
  public static Model language(int vocabulary, int context, int width, int heads, int layers) {
    Operator tokens = new TokenEmbedding(vocabulary, width);
    Operator positions = new PositionEmbedding(context, width, 0);
    Operator norm = LayerNorm.standard(width, 1e-5);
    Operator readout = new Affine(width, vocabulary, false, false);
    Step step = step(width, heads, new Mask.Causal());
    ControlLayout layout =
        ControlLayout.builder()
            .block("tokens", tokens.parameters(), new Constant())
            .block("positions", positions.parameters(), new Constant())
            .blocksOf(step, new PiecewiseConstant(layers, layers))
            .block("norm", norm.parameters(), new Constant())
            .block("readout", readout.parameters(), new Constant())
            .build();
    return new Model(
        List.of(new Stage(tokens, List.of("tokens")), new Stage(positions, List.of("positions"))),
        step,
        TimeGrid.uniform(layers, layers),
        layout,
        List.of(new Stage(norm, List.of("norm")), new Stage(readout, List.of("readout"))));
  }

  /// Channels in, the last token out: a forecast of `channels` numbers from a window.
  public static Model forecast(int channels, int context, int width, int layers) {
    Operator in = new Affine(channels, width, true, false);
    Operator positions = new PositionEmbedding(context, width, 0);
    Operator norm = LayerNorm.standard(width, 1e-5);
    Operator last = new Pooling(width, Pooling.Kind.LAST);
    Operator readout = new Affine(width, channels, true, false);
    Step step = step(width, 2, new Mask.Full());
    ControlLayout layout =
        ControlLayout.builder()
            .block("in", in.parameters(), new Constant())
            .block("positions", positions.parameters(), new Constant())
            .blocksOf(step, new PiecewiseConstant(layers, layers))
            .block("norm", norm.parameters(), new Constant())
            .block("readout", readout.parameters(), new Constant())
            .build();
    return new Model(
        List.of(new Stage(in, List.of("in")), new Stage(positions, List.of("positions"))),
        step,
        TimeGrid.uniform(layers, layers),
        layout,
        List.of(
            new Stage(last, List.of()),
            new Stage(norm, List.of("norm")),
            new Stage(readout, List.of("readout"))));
  }
}
