package org.costate.cli.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.control.cost.CrossEntropy;
import org.costate.control.cost.Quadratic;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.architecture.Conventions.Output;
import org.costate.interop.architecture.NamedModel;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// One summand of a loss: a cost of one output.
///
/// @param output which output
/// @param model the model that ends there
/// @param cost the cost
/// @param batch the inputs, with what the cost compares the output to
record LossTerm(Output output, Model model, TerminalCost cost, Batch batch) {

  /// The summands for which the file has what they need. A loss other than the mean squared
  /// difference has one, of the main output.
  static List<LossTerm> of(
      NamedModel named, Conventions.Loss loss, Batch batch, InputTensors tensors) {
    List<LossTerm> terms = new ArrayList<>();
    for (Output output : named.conventions().outputs()) {
      Model model = named.upTo(output);
      Shape shape = model.outputShape(batch.shape());
      boolean main = output.equals(named.conventions().main());
      switch (loss) {
        case MSE -> {
          if (tensors.has(output.target())) {
            double[] target = tensors.doubles(output.target(), shape(output, model, shape));
            terms.add(new LossTerm(output, model, new Quadratic(), batch.withTarget(target)));
          }
        }
        case NEXT_TOKEN -> {
          if (main && batch.ids().isPresent() && shape.tokens() > 1) {
            requireVocabulary(named, model);
            TerminalCost cost = CrossEntropy.nextToken(model.outputWidth());
            terms.add(new LossTerm(output, model, cost, batch));
          }
        }
        case CROSS_ENTROPY -> {
          if (main && tensors.has("labels")) {
            terms.add(labelled(output, model, shape, batch, tensors));
          }
        }
      }
    }
    return terms;
  }

  /// Shape of an output in a file.
  static List<Integer> shape(Output output, Model model, Shape shape) {
    return output.pooled()
        ? List.of(shape.batch(), model.outputWidth())
        : List.of(shape.batch(), shape.tokens(), model.outputWidth());
  }

  private static LossTerm labelled(
      Output output, Model model, Shape shape, Batch batch, InputTensors tensors) {
    int classes = model.outputWidth();
    boolean pooled = shape.tokens() == 1;
    List<Integer> axes = pooled ? List.of(shape.batch()) : List.of(shape.batch(), shape.tokens());
    int[] labels = tensors.integers("labels", axes, pooled ? 0 : -100, classes);
    TerminalCost cost =
        pooled ? CrossEntropy.classification(classes) : CrossEntropy.perToken(classes);
    return new LossTerm(output, model, cost, batch.withLabels(labels));
  }

  private static void requireVocabulary(NamedModel named, Model model) {
    int vocabulary = model.entry().isEmpty() ? 0 : vocabulary(named);
    if (vocabulary > model.outputWidth()) {
      throw new InputException(
          "loss next-token: found an output of " + model.outputWidth() + " features",
          "logits over the " + vocabulary + " tokens of the vocabulary",
          "Maybe another --loss.");
    }
  }

  private static int vocabulary(NamedModel named) {
    return named.architecture().entry()
            instanceof org.costate.model.architecture.Entry.Tokens tokens
        ? tokens.vocabulary()
        : 0;
  }
}
