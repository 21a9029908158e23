package org.costate.control.generate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntConsumer;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.train.RandomStreams;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;

/// Continues texts by a causal language model: a model of token identities whose output at every
/// token are logits of the next one.
///
/// It sees the last `context` tokens: where a text is longer, the window slides, and its first
/// token stands at the first position. Not thread-safe.
public final class Generator {
  private static final Costs NONE = new Costs(Optional.empty(), List.of(), List.of());

  private final Model model;
  private final double[] controls;
  private final int context;
  private final ModelSweep sweep;

  /// @param controls of the model
  /// @param context most tokens that it sees at once
  /// @throws InputException if there is no context
  public Generator(Model model, double[] controls, int context, Kernels kernels) {
    if (context < 1) {
      throw new InputException("context: found " + context + " tokens", "at least 1", "");
    }
    this.model = model;
    this.controls = controls;
    this.context = context;
    this.sweep = new ModelSweep(model, NONE, new Shape(1, context), SweepOptions.with(kernels));
  }

  /// Number of tokens that it knows.
  public int vocabulary() {
    return model.outputWidth();
  }

  /// The continuation of `prompt` by `count` tokens. Token `i` of it depends on the tokens before,
  /// the seed and `i` alone, so a longer continuation begins with the shorter one.
  ///
  /// @param told of every new token
  /// @throws InputException if the prompt is empty or has a token that the model does not know
  public int[] continuation(int[] prompt, int count, Sampler sampler, long seed, IntConsumer told) {
    requireTokens(prompt);
    int[] all = Arrays.copyOf(prompt, Math.addExact(prompt.length, count));
    RandomStreams streams = new RandomStreams(seed);
    for (int i = 0; i < count; i++) {
      int length = prompt.length + i;
      int from = Math.max(0, length - context);
      double[] logits = logits(Arrays.copyOfRange(all, from, length));
      double[] last = Arrays.copyOfRange(logits, logits.length - vocabulary(), logits.length);
      all[length] = sampler.draw(last, streams.stream("generate", i));
      told.accept(all[length]);
    }
    return Arrays.copyOfRange(all, prompt.length, all.length);
  }

  /// The mean over all tokens but the first of `−log p(token | tokens before it)`, as far as the
  /// context reaches: in consecutive windows that share one token, so that every token is predicted
  /// once. Its exponential is the perplexity. Absent for fewer than two tokens.
  public OptionalDouble loss(int[] tokens) {
    requireTokens(tokens);
    if (tokens.length < 2) {
      return OptionalDouble.empty();
    }
    double sum = 0;
    for (int from = 0; from + 1 < tokens.length; from += context) {
      int to = Math.min(from + context, tokens.length - 1);
      double[] logits = logits(Arrays.copyOfRange(tokens, from, to));
      for (int i = from; i < to; i++) {
        sum += surprise(logits, (i - from) * vocabulary(), tokens[i + 1]);
      }
    }
    return OptionalDouble.of(sum / (tokens.length - 1));
  }

  /// `log Σ exp z − z_token`.
  private double surprise(double[] logits, int at, int token) {
    double top = Double.NEGATIVE_INFINITY;
    for (int k = at; k < at + vocabulary(); k++) {
      top = Math.max(top, logits[k]);
    }
    double sum = 0;
    for (int k = at; k < at + vocabulary(); k++) {
      sum += Math.exp(logits[k] - top);
    }
    return top + Math.log(sum) - logits[at + token];
  }

  private double[] logits(int[] window) {
    sweep.value(controls, Batch.ofIds(new Shape(1, window.length), window), Scales.ONE);
    Slice output = sweep.output();
    int size = window.length * vocabulary();
    return Arrays.copyOfRange(output.array(), output.offset(), output.offset() + size);
  }

  private void requireTokens(int[] tokens) {
    if (tokens.length == 0) {
      throw new InputException("prompt: found no token", "at least one to go on from", "");
    }
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] < 0 || tokens[i] >= vocabulary()) {
        throw new InputException(
            "prompt: found token " + tokens[i] + " at place " + i,
            "0 to " + (vocabulary() - 1) + ", the tokens of the model",
            "");
      }
    }
  }
}
