package org.costate.control.stability;

import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.InputException;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// A number that is read off the output of a model.
public sealed interface ChosenOutput {
  /// Its value for an output.
  double value(Slice output, Shape shape, Batch batch, Kernels kernels);

  /// Its gradient with respect to the output.
  double[] gradient(Slice output, Shape shape, Batch batch, Kernels kernels);

  /// One number of the output itself.
  ///
  /// @param token which token
  /// @param index which feature: of logits, the identity of the next token
  record Logit(int token, int index) implements ChosenOutput {
    @Override
    public double value(Slice output, Shape shape, Batch batch, Kernels kernels) {
      return output.at(at(output, shape));
    }

    @Override
    public double[] gradient(Slice output, Shape shape, Batch batch, Kernels kernels) {
      double[] gradient = new double[output.length()];
      gradient[at(output, shape)] = 1;
      return gradient;
    }

    private int at(Slice output, Shape shape) {
      int width = output.length() / shape.positions();
      if (token < 0 || token >= shape.tokens() || index < 0 || index >= width) {
        throw new InputException(
            "--output: found token " + token + " and index " + index,
            "tokens 0 to %d and indices 0 to %d".formatted(shape.tokens() - 1, width - 1),
            "");
      }
      return token * width + index;
    }
  }

  /// The log-probability of a class, `y_k − log Σ_l e^{y_l}`.
  ///
  /// @param index which class
  record ClassScore(int index) implements ChosenOutput {
    @Override
    public double value(Slice output, Shape shape, Batch batch, Kernels kernels) {
      require(output, shape);
      return output.at(index) - logSum(output);
    }

    @Override
    public double[] gradient(Slice output, Shape shape, Batch batch, Kernels kernels) {
      require(output, shape);
      double sum = logSum(output);
      double[] gradient = new double[output.length()];
      for (int k = 0; k < gradient.length; k++) {
        gradient[k] = (k == index ? 1 : 0) - Math.exp(output.at(k) - sum);
      }
      return gradient;
    }

    private static double logSum(Slice output) {
      double most = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < output.length(); k++) {
        most = Math.max(most, output.at(k));
      }
      double sum = 0;
      for (int k = 0; k < output.length(); k++) {
        sum += Math.exp(output.at(k) - most);
      }
      return most + Math.log(sum);
    }

    private void require(Slice output, Shape shape) {
      if (shape.positions() != 1) {
        throw new InputException(
            "--output class: found an output at each of " + shape.tokens() + " tokens",
            "one for the whole sequence, as of a classifier",
            "Maybe logit:" + (shape.tokens() - 1) + ":" + index + "?");
      }
      if (index < 0 || index >= output.length()) {
        throw new InputException(
            "--output class: found " + index, "classes 0 to " + (output.length() - 1), "");
      }
    }
  }

  /// A loss of the output.
  ///
  /// @param cost the loss
  record OfLoss(TerminalCost cost) implements ChosenOutput {
    @Override
    public double value(Slice output, Shape shape, Batch batch, Kernels kernels) {
      Workspace w = new Workspace(kernels, cost.workSize(shape));
      return cost.value(output, shape, batch, 1 / cost.count(batch, shape), w);
    }

    @Override
    public double[] gradient(Slice output, Shape shape, Batch batch, Kernels kernels) {
      Workspace w = new Workspace(kernels, cost.workSize(shape));
      double[] gradient = new double[output.length()];
      double scale = 1 / cost.count(batch, shape);
      cost.addGradient(output, shape, batch, scale, Slice.of(gradient), w);
      return gradient;
    }
  }
}
