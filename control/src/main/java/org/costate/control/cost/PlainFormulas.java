package org.costate.control.cost;

import java.util.Optional;
import org.costate.adjoint.cost.RunningCost;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.adjoint.reference.PlainCosts;
import org.costate.adjoint.reference.StepEnds;
import org.costate.model.Model;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.hipparchus.CalculusFieldElement;

/// The costs of this package once more, in plain formulas over numbers of any field: the
/// independent route by which a
/// check knows their derivatives.
public final class PlainFormulas implements PlainCosts {
  @Override
  public Optional<TerminalCost> resized(TerminalCost cost, Model small, Batch batch) {
    return switch (cost) {
      case Quadratic quadratic -> Optional.of(quadratic);
      case CrossEntropy entropy ->
          Optional.of(new CrossEntropy(small.outputWidth(), entropy.labels()));
      default -> Optional.empty();
    };
  }

  @Override
  public boolean knows(RunningCost cost) {
    return cost instanceof Transport;
  }

  @Override
  public <T extends CalculusFieldElement<T>> T terminal(
      TerminalCost cost, T[] output, Shape shape, Batch batch) {
    return switch (cost) {
      case Quadratic _ -> meanSquare(output, batch.target().orElseThrow());
      case CrossEntropy entropy -> crossEntropy(entropy, output, shape, batch);
      default -> throw new IllegalArgumentException("plain formulas: found unknown " + cost);
    };
  }

  /// `h κ/(n d) Σ_j w_j ‖(u_{n+1,j} − u_{n,j})/h‖²`, the mean over the sequences.
  @Override
  public <T extends CalculusFieldElement<T>> T running(RunningCost cost, StepEnds<T> ends) {
    Transport transport = (Transport) cost;
    Shape shape = ends.place().shape();
    double h = ends.place().h();
    int width = ends.u().length / shape.positions();
    Optional<double[]> weights = ends.place().batch().tokenWeights();
    T total = ends.u()[0].getField().getZero();
    for (int b = 0; b < shape.batch(); b++) {
      double tokens = 0;
      T sum = total.getField().getZero();
      for (int row = b * shape.tokens(); row < (b + 1) * shape.tokens(); row++) {
        double weight = weight(weights, row);
        tokens += weight;
        for (int k = row * width; k < (row + 1) * width; k++) {
          T velocity = ends.next()[k].subtract(ends.u()[k]).divide(h);
          sum = sum.add(velocity.multiply(velocity).multiply(weight));
        }
      }
      total = total.add(sum.multiply(h * transport.weight() / (tokens * width)));
    }
    return total.divide(shape.batch());
  }

  private static <T extends CalculusFieldElement<T>> T meanSquare(T[] output, double[] target) {
    T sum = output[0].getField().getZero();
    for (int i = 0; i < output.length; i++) {
      T difference = output[i].subtract(target[i]);
      sum = sum.add(difference.multiply(difference));
    }
    return sum.divide(2.0 * output.length);
  }

  private static <T extends CalculusFieldElement<T>> T crossEntropy(
      CrossEntropy cost, T[] output, Shape shape, Batch batch) {
    T sum = output[0].getField().getZero();
    double total = 0;
    for (int row = 0; row < shape.positions(); row++) {
      int label = label(cost, batch, shape, row);
      if (label >= 0) {
        double weight = labelWeight(cost, batch, row);
        T normaliser = sum.getField().getZero();
        for (int k = row * cost.classes(); k < (row + 1) * cost.classes(); k++) {
          normaliser = normaliser.add(output[k].exp());
        }
        T term = normaliser.log().subtract(output[row * cost.classes() + label]);
        sum = sum.add(term.multiply(weight));
        total += weight;
      }
    }
    return sum.divide(total);
  }

  private static int label(CrossEntropy cost, Batch batch, Shape shape, int row) {
    boolean last = row % shape.tokens() == shape.tokens() - 1;
    return switch (cost.labels()) {
      case TOKEN, SEQUENCE -> batch.labels().orElseThrow()[row];
      case NEXT_TOKEN -> last ? -1 : batch.ids().orElseThrow()[row + 1];
    };
  }

  /// A token that is predicted counts with its own weight, unless what precedes it is padding.
  private static double labelWeight(CrossEntropy cost, Batch batch, int row) {
    Optional<double[]> weights = batch.tokenWeights();
    return switch (cost.labels()) {
      case TOKEN -> weight(weights, row);
      case SEQUENCE -> 1;
      case NEXT_TOKEN -> weight(weights, row) == 0 ? 0 : weight(weights, row + 1);
    };
  }

  private static double weight(Optional<double[]> weights, int row) {
    return weights.map(w -> w[row]).orElse(1.0);
  }
}
