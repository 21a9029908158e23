package org.costate.cli.check;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.control.cost.CrossEntropy;
import org.costate.control.cost.Quadratic;
import org.costate.interop.folder.LoadedModel;
import org.costate.model.Model;
import org.costate.model.architecture.Entry;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// Random data in the form that a model reads, and the cost that its type comes with.
public record ModelSubject(Costs costs, Batch batch) {
  private static final int TOKENS = 12;

  /// Data for `loaded`, drawn with `seed`.
  public static ModelSubject of(LoadedModel loaded, int sequences, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Model model = loaded.model();
    Batch input = input(loaded.named().architecture().entry(), sequences, random);
    Shape output = model.outputShape(input.shape());
    return switch (loaded.named().conventions().loss()) {
      case MSE -> {
        double[] target = normal(output.size(model.outputWidth()), random);
        yield new ModelSubject(terminal(new Quadratic()), input.withTarget(target));
      }
      case NEXT_TOKEN ->
          new ModelSubject(terminal(CrossEntropy.nextToken(model.outputWidth())), input);
      case CROSS_ENTROPY -> {
        int[] labels = random.ints(output.positions(), 0, model.outputWidth()).toArray();
        boolean pooled = output.tokens() == 1;
        TerminalCost cost =
            pooled
                ? CrossEntropy.classification(model.outputWidth())
                : CrossEntropy.perToken(model.outputWidth());
        yield new ModelSubject(terminal(cost), input.withLabels(labels));
      }
    };
  }

  private static Costs terminal(TerminalCost cost) {
    return Costs.of(cost);
  }

  private static Batch input(Entry entry, int sequences, SplittableRandom random) {
    return switch (entry) {
      case Entry.Tokens t -> {
        int room = t.positions() > 0 ? t.positions() - t.positionOffset() : TOKENS;
        Shape shape = new Shape(sequences, Math.min(TOKENS, room));
        yield Batch.ofIds(shape, random.ints(shape.positions(), 0, t.vocabulary()).toArray());
      }
      case Entry.Patches p -> {
        Shape shape = new Shape(sequences, p.height() * p.columns());
        yield Batch.ofInput(shape, normal(shape.size(p.channels()), random));
      }
      case Entry.Features f -> {
        int tokens = f.positions() > 0 ? Math.min(TOKENS, f.positions()) : TOKENS;
        Shape shape = new Shape(sequences, tokens);
        yield Batch.ofInput(shape, normal(shape.size(f.inputs()), random));
      }
      case Entry.State s -> {
        Shape shape = new Shape(sequences, TOKENS);
        yield Batch.ofInput(shape, normal(shape.size(s.width()), random));
      }
    };
  }

  private static double[] normal(int count, SplittableRandom random) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> random.nextGaussian());
    return values;
  }
}
