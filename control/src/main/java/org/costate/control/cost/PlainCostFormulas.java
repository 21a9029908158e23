package org.costate.control.cost;

import java.util.Arrays;
import java.util.Optional;
import org.costate.adjoint.cost.RunningCost;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.adjoint.reference.Place;
import org.costate.adjoint.reference.PlainCosts;
import org.costate.adjoint.reference.StepEnds;
import org.costate.model.Model;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.hipparchus.CalculusFieldElement;

/// The costs of this package once more, from their formulas, in plain loops over numbers of any
/// field: the independent route of gradient checks.
public record PlainCostFormulas() implements PlainCosts {
  @Override
  public Optional<TerminalCost> resized(TerminalCost cost, Model small) {
    int width = small.outputWidth();
    return switch (cost) {
      case Quadratic q -> Optional.of(q);
      case CrossEntropy e -> Optional.of(new CrossEntropy(width, e.labels()));
      case Tracking t -> Optional.of(new Tracking(first(t.weights(), width)));
      default -> Optional.empty();
    };
  }

  /// The first `width` weights, over and over.
  private static double[] first(double[] weights, int width) {
    double[] few = new double[width];
    Arrays.setAll(few, k -> weights[k % weights.length]);
    return few;
  }

  @Override
  public boolean knows(RunningCost cost) {
    return cost instanceof Transport || cost instanceof StateEnergy;
  }

  @Override
  public <T extends CalculusFieldElement<T>> T terminal(
      TerminalCost cost, T[] output, Shape shape, Batch batch) {
    return switch (cost) {
      case Quadratic _ -> quadratic(output, batch.target().orElseThrow());
      case CrossEntropy e -> crossEntropy(e, output, shape, batch);
      case Tracking t -> tracking(t.weights(), output, shape, batch.target().orElseThrow());
      default -> throw unknown(cost);
    };
  }

  @Override
  public <T extends CalculusFieldElement<T>> T running(RunningCost cost, StepEnds<T> ends) {
    return switch (cost) {
      case Transport t -> transport(t, ends);
      case StateEnergy e -> stateEnergy(e, ends);
      default -> throw unknown(cost);
    };
  }

  private static IllegalArgumentException unknown(Object cost) {
    return new IllegalArgumentException(
        "plain formulas: found the unknown cost " + cost + ", expected one of this package");
  }

  /// `½ mean (y − target)²`.
  private static <T extends CalculusFieldElement<T>> T quadratic(T[] y, double[] target) {
    T sum = y[0].getField().getZero();
    for (int i = 0; i < y.length; i++) {
      sum = sum.add(y[i].subtract(target[i]).square());
    }
    return sum.divide(2.0 * y.length);
  }

  /// `mean_b ½ Σ_i q_i (y_{b,i} − target_{b,i})²`.
  private static <T extends CalculusFieldElement<T>> T tracking(
      double[] q, T[] y, Shape shape, double[] target) {
    T sum = y[0].getField().getZero();
    for (int i = 0; i < y.length; i++) {
      sum = sum.add(y[i].subtract(target[i]).square().multiply(q[i % q.length]));
    }
    return sum.divide(2.0 * shape.batch());
  }

  /// `Σ w (log Σ_k e^{z_k} − z_label) / Σ w` over the rows that carry a label.
  private static <T extends CalculusFieldElement<T>> T crossEntropy(
      CrossEntropy e, T[] z, Shape shape, Batch batch) {
    T sum = z[0].getField().getZero();
    double total = 0;
    for (int b = 0; b < shape.batch(); b++) {
      for (int i = 0; i < shape.tokens(); i++) {
        int label = label(e.labels(), batch, shape, b, i);
        double weight = label < 0 ? 0 : weight(e.labels(), batch, shape, b, i);
        if (weight != 0) {
          int row = (b * shape.tokens() + i) * e.classes();
          sum = sum.add(surprise(z, row, e.classes(), label).multiply(weight));
          total += weight;
        }
      }
    }
    return sum.divide(total);
  }

  /// `log Σ_k e^{z_k} − z_label` of one row, without overflow.
  private static <T extends CalculusFieldElement<T>> T surprise(
      T[] z, int row, int classes, int label) {
    double shift = z[row].getReal();
    for (int k = 1; k < classes; k++) {
      shift = Math.max(shift, z[row + k].getReal());
    }
    T sum = z[row].getField().getZero();
    for (int k = 0; k < classes; k++) {
      sum = sum.add(z[row + k].subtract(shift).exp());
    }
    return sum.log().add(shift).subtract(z[row + label]);
  }

  private static int label(CrossEntropy.Labels labels, Batch batch, Shape shape, int b, int i) {
    int at = b * shape.tokens() + i;
    return switch (labels) {
      case NEXT_TOKEN -> i + 1 < shape.tokens() ? batch.ids().orElseThrow()[at + 1] : -1;
      case TOKEN -> batch.labels().orElseThrow()[at];
      case SEQUENCE -> batch.labels().orElseThrow()[b];
    };
  }

  /// The quadrature weight of what is predicted; padding predicts nothing.
  private static double weight(CrossEntropy.Labels labels, Batch batch, Shape shape, int b, int i) {
    if (labels == CrossEntropy.Labels.SEQUENCE || batch.tokenWeights().isEmpty()) {
      return 1;
    }
    double[] weights = batch.tokenWeights().get();
    double own = weights[b * shape.tokens() + i];
    boolean next = labels == CrossEntropy.Labels.NEXT_TOKEN;
    return next && own != 0 ? weights[b * shape.tokens() + i + 1] : own;
  }

  /// `mean_b h κ/2 ‖u‖²`.
  private static <T extends CalculusFieldElement<T>> T stateEnergy(
      StateEnergy e, StepEnds<T> ends) {
    T sum = ends.u()[0].getField().getZero();
    for (T entry : ends.u()) {
      sum = sum.add(entry.square());
    }
    return sum.multiply(0.5 * e.weight() * ends.place().h() / ends.place().shape().batch());
  }

  /// `mean_b κ/(n d h) Σ_j w_j ‖u'_j − u_j‖²`, `n = Σ_j w_j`.
  private static <T extends CalculusFieldElement<T>> T transport(Transport t, StepEnds<T> ends) {
    Place p = ends.place();
    int tokens = p.shape().tokens();
    int width = ends.u().length / p.shape().positions();
    T mean = ends.u()[0].getField().getZero();
    for (int b = 0; b < p.shape().batch(); b++) {
      double n = 0;
      T sum = mean.getField().getZero();
      for (int j = b * tokens; j < (b + 1) * tokens; j++) {
        double weight =
            p.batch().tokenWeights().isPresent() ? p.batch().tokenWeights().get()[j] : 1;
        n += weight;
        for (int k = j * width; k < (j + 1) * width; k++) {
          sum = sum.add(ends.next()[k].subtract(ends.u()[k]).square().multiply(weight));
        }
      }
      if (n > 0) {
        mean = mean.add(sum.multiply(t.weight() / (n * width * p.h())));
      }
    }
    return mean.divide(p.shape().batch());
  }
}
