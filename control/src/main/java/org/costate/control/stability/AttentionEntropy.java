package org.costate.control.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.replay.StepReplay;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.AttentionHeads;
import org.costate.model.state.Batch;

/// How widely the heads of every step look around: the entropy `−Σ_j γ_ij log γ_ij` of their
/// weights in nats, mean over the queries `i`.
///
/// @param heads entropy of every head of a step that is an attention with softmax, in the order of
///     the lines, `[n][head]`; empty rows where there are none
/// @param softmax largest norm `‖diag(γ_i) − γ_i γ_iᵀ‖₂` of the derivative of a head's softmax over
///     the queries, at most ½: how far its weights can still move with the scores, `[n][head]`
/// @param largest what it would be with equal weights, mean over the heads, `[n]`
public record AttentionEntropy(double[][] heads, double[][] softmax, double[] largest) {

  /// The entropies along a trajectory of one sequence.
  public static AttentionEntropy of(
      Model model, double[] c, Batch batch, Linearisation trajectory, Kernels kernels) {
    int steps = trajectory.steps();
    double[][] heads = new double[steps][];
    double[][] softmax = new double[steps][];
    double[] largest = new double[steps];
    for (int n = 0; n < steps; n++) {
      List<Double> found = new ArrayList<>();
      List<Double> most = new ArrayList<>();
      List<Double> norms = new ArrayList<>();
      StepReplay replay = new StepReplay(model, c, batch, n, kernels, trajectory.stateShape());
      replay.runThrough(
          trajectory.state(n),
          (number, line, h, visit) ->
              visit
                  .flatMap(v -> AttentionHeads.of(v.operator(), v.point(), v.record(), 0, kernels))
                  .ifPresent(
                      attention -> {
                        for (int k = 0; k < attention.count(); k++) {
                          double[][] weights = attention.weights(k);
                          found.add(AttentionHeads.entropy(weights));
                          norms.add(softmaxNorm(weights));
                          most.add(AttentionHeads.largestEntropy(weights));
                        }
                      }));
      softmax[n] = norms.stream().mapToDouble(x -> x).toArray();
      heads[n] = found.stream().mapToDouble(x -> x).toArray();
      largest[n] = most.stream().mapToDouble(x -> x).average().orElse(Double.NaN);
    }
    return new AttentionEntropy(heads, softmax, largest);
  }

  private static double softmaxNorm(double[][] weights) {
    return Arrays.stream(weights).mapToDouble(SoftmaxJacobian::norm).max().orElse(Double.NaN);
  }

  /// Mean over the heads of step `n`; not a number where there are none.
  public double mean(int n) {
    return Arrays.stream(heads[n]).average().orElse(Double.NaN);
  }
}
