package org.costate.control.whatif;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.stability.AttentionEntropy;
import org.costate.control.stability.TokenGeometry;
import org.costate.model.Model;
import org.costate.model.NumericalException;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;

/// How the tokens lie to each other over depth with a part of the design switched off, the weights
/// kept.
///
/// @param norms whether the norms of the steps are there
/// @param residual whether the residual connections are there
/// @param tokens at `u_0 … u_N`; empty if the trajectory left the numbers
/// @param entropy mean attention entropy of every step, `[n]`; not a number without softmax
/// attention
/// @param failure why there are none, else empty
public record Ablation(
    boolean norms, boolean residual, List<TokenGeometry> tokens, double[] entropy, String failure) {
  public Ablation {
    tokens = List.copyOf(tokens);
  }

  /// All four: with both, without the residual, without the norms, without both.
  public static List<Ablation> all(Design design, Batch batch, Kernels kernels) {
    List<Ablation> all = new ArrayList<>();
    for (boolean norms : new boolean[] {true, false}) {
      for (boolean residual : new boolean[] {true, false}) {
        all.add(of(design.ablated(norms, residual), norms, residual, batch, kernels));
      }
    }
    return all;
  }

  private static Ablation of(
      Design design, boolean norms, boolean residual, Batch batch, Kernels kernels) {
    Model whole = design.model();
    Model blocks = new Model(whole.entry(), whole.step(), whole.grid(), whole.layout(), List.of());
    try {
      Linearisation trajectory = new Linearisation(blocks, design.controls(), batch, kernels);
      AttentionEntropy entropy =
          AttentionEntropy.of(blocks, design.controls(), batch, trajectory, kernels);
      double[] mean = new double[trajectory.steps()];
      Arrays.setAll(mean, entropy::mean);
      return new Ablation(norms, residual, TokenGeometry.along(trajectory), mean, "");
    } catch (NumericalException e) {
      return new Ablation(norms, residual, List.of(), new double[0], e.getMessage());
    }
  }

  /// What is there: `norm and residual`, `norm alone`, `residual alone`, `neither`.
  public String name() {
    if (norms) {
      return residual ? "norm and residual" : "norm alone";
    }
    return residual ? "residual alone" : "neither";
  }
}
