package org.costate.control.stability;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.Vectors;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;

/// How far the output of a model can be moved by its input: a certified Lipschitz constant from
/// above and an adversary from below; for a classifier also the part of the data that no
/// perturbation up to a radius can misclassify, and the part that an adversary does not.
///
/// A class is certain within `r` where its logit leads by more than `√2 L r`: of two logits that
/// move by at most `L r` together, the difference moves by at most `√2 L r` (Tsuzuku, Sato and
/// Sugiyama, 1802.04034).
///
/// @param bound the certified constant, with its factors
/// @param gain largest `‖y(x + δ) − y(x)‖/‖δ‖` that ascent found
/// @param gainRadius `‖δ‖` of it, the share [Witnesses#ADVERSARIAL_SHARE] of `‖x‖`, the mean
/// @param rows of a classifier, one for every radius
public record CertifiedRobustness(
    CertifiedBound bound, double gain, double gainRadius, List<Row> rows) {
  private static final int PROBES = 8;
  private static final int ASCENTS = 2;
  private static final int ASCENT_STEPS = 30;
  private static final int ATTACK_STEPS = 20;
  private static final double ATTACK_REACH = 2.5;

  public CertifiedRobustness {
    rows = List.copyOf(rows);
  }

  /// One radius.
  ///
  /// @param radius `‖δ‖₂` in units of the input
  /// @param certified part of the sequences that are right for every perturbation of at most this
  /// @param attacked part that an adversary leaves right
  public record Row(double radius, double certified, double attacked) {}

  /// Judges a model on `batch`, whose input is real.
  ///
  /// @param c the controls of `model`, not modified
  /// @param searched of so many sequences, the first ones, the gain is sought
  /// @param radii of the certificates; used where the batch has one label for a sequence
  public static CertifiedRobustness of(
      Model model, double[] c, Batch batch, int searched, List<Double> radii, Kernels kernels) {
    CertifiedBound bound = CertifiedBound.of(model, c, batch.sequences(0, 1).shape(), kernels);
    double gain = 0;
    double distance = 0;
    int count = Math.min(searched, batch.shape().batch());
    Adversary single = new Adversary(model, c, batch.sequences(0, 1), kernels);
    for (int i = 0; i < count; i++) {
      Batch one = batch.sequences(i, 1);
      double radius = Witnesses.ADVERSARIAL_SHARE * Vectors.norm(one.input().orElseThrow());
      gain = Math.max(gain, single.gain(one, radius, i));
      distance += radius / count;
    }
    List<Row> rows = new ArrayList<>();
    boolean classes =
        batch.labels().filter(l -> l.length == batch.shape().batch()).isPresent()
            && model.outputShape(batch.shape()).tokens() == 1;
    if (classes && !radii.isEmpty()) {
      Adversary all = new Adversary(model, c, batch, kernels);
      for (double radius : radii) {
        rows.add(
            new Row(
                radius,
                all.leading(batch, Math.sqrt(2) * bound.whole() * radius),
                all.attacked(batch, radius)));
      }
    }
    return new CertifiedRobustness(bound, gain, distance, rows);
  }

  /// Sweeps over inputs of one shape, with their adjoints.
  private static final class Adversary {
    private final Model model;
    private final double[] c;
    private final ModelSweep sweep;
    private final double[] ignored;

    Adversary(Model model, double[] c, Batch largest, Kernels kernels) {
      this.model = model;
      this.c = c;
      this.ignored = new double[c.length];
      SweepOptions options =
          SweepOptions.with(kernels).withExtras(SweepOptions.Extra.INPUT_COSTATE);
      Costs none = new Costs(Optional.empty(), List.of(), List.of());
      this.sweep = new ModelSweep(model, none, largest.shape(), options);
    }

    private double[] outputs(Batch batch) {
      sweep.value(c, batch, Scales.ONE);
      return sweep.output().toArray();
    }

    /// `(∂y/∂x)ᵀ w`.
    private double[] pulledBack(Batch batch, double[] w) {
      sweep.adjoint(c, batch, w, ignored);
      return sweep.inputCostate().toArray();
    }

    double gain(Batch one, double radius, long seed) {
      if (radius == 0) {
        return 0;
      }
      double[] x = one.input().orElseThrow();
      double[] start = new double[x.length];
      start[0] = 1;
      return AdversarialGain.of(
              delta -> {
                double[] moved = x.clone();
                Vectors.axpy(1, delta, moved);
                Batch there = one.withInput(moved);
                return new AdversarialGain.Linearised(outputs(there), w -> pulledBack(there, w));
              },
              start,
              new AdversarialGain.Search(radius, PROBES, ASCENTS, ASCENT_STEPS, seed))
          .gain();
    }

    /// Part of the sequences whose own logit leads by more than `margin`.
    double leading(Batch batch, double margin) {
      boolean[] right = right(batch, margin);
      int count = 0;
      for (boolean r : right) {
        count += r ? 1 : 0;
      }
      return (double) count / right.length;
    }

    private boolean[] right(Batch batch, double margin) {
      double[] y = outputs(batch);
      int[] labels = batch.labels().orElseThrow();
      boolean[] right = new boolean[labels.length];
      for (int b = 0; b < labels.length; b++) {
        int own = b * model.outputWidth() + labels[b];
        right[b] = y[own] - y[rival(y, b, labels[b])] > margin;
      }
      return right;
    }

    /// Index of the largest other logit of sequence `b`.
    private int rival(double[] y, int b, int label) {
      int width = model.outputWidth();
      int best = -1;
      for (int k = 0; k < width; k++) {
        if (k != label && (best < 0 || y[b * width + k] > y[best])) {
          best = b * width + k;
        }
      }
      return best;
    }

    /// Part that is still right after projected gradient ascent on the rival's lead (Madry et al.,
    /// 1706.06083), every sequence by itself, over at most `radius`.
    double attacked(Batch batch, double radius) {
      double[] x = batch.input().orElseThrow();
      int[] labels = batch.labels().orElseThrow();
      int each = x.length / labels.length;
      double[] moved = x.clone();
      boolean[] standing = right(batch, 0);
      for (int step = 0; step < ATTACK_STEPS; step++) {
        Batch there = batch.withInput(moved);
        double[] y = outputs(there);
        double[] w = new double[y.length];
        for (int b = 0; b < labels.length; b++) {
          w[b * model.outputWidth() + labels[b]] = -1;
          w[rival(y, b, labels[b])] = 1;
        }
        double[] slope = pulledBack(there, w);
        moved = moved.clone();
        for (int b = 0; b < labels.length; b++) {
          advance(x, moved, slope, b * each, each, radius);
        }
        boolean[] now = right(batch.withInput(moved), 0);
        for (int b = 0; b < labels.length; b++) {
          standing[b] &= now[b];
        }
      }
      int count = 0;
      for (boolean s : standing) {
        count += s ? 1 : 0;
      }
      return (double) count / standing.length;
    }

    /// A step along the slope, back into the ball around `x`.
    private static void advance(
        double[] x, double[] moved, double[] slope, int from, int count, double radius) {
      double length = norm(slope, from, count);
      double step = length > 0 ? ATTACK_REACH * radius / ATTACK_STEPS / length : 0;
      double square = 0;
      for (int i = from; i < from + count; i++) {
        moved[i] += step * slope[i];
        square += (moved[i] - x[i]) * (moved[i] - x[i]);
      }
      double shrink = square > radius * radius ? radius / Math.sqrt(square) : 1;
      for (int i = from; i < from + count; i++) {
        moved[i] = x[i] + shrink * (moved[i] - x[i]);
      }
    }

    private static double norm(double[] v, int from, int count) {
      double square = 0;
      for (int i = from; i < from + count; i++) {
        square += v[i] * v[i];
      }
      return Math.sqrt(square);
    }
  }
}
