package org.costate.control.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.costate.adjoint.LinearMap;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;

/// How exponents and gains of one model vary over several input sequences, and how the running
/// estimates of the exponents settle over depth.
///
/// @param sequences how many
/// @param exponents leading exponents, in descending order for every sequence
/// @param running spread of the estimates after `1 … N` steps, in descending order of the estimates
/// @param singular leading singular values of `∂u_N/∂u_0`
/// @param gains gain of every step
public record EnsembleStability(
    int sequences, Spread exponents, List<Spread> running, Spread singular, Spread gains) {

  public EnsembleStability {
    running = List.copyOf(running);
  }

  /// How much is computed for every sequence.
  ///
  /// @param exponents how many Lyapunov exponents
  /// @param singular how many singular values
  /// @param seed of the frames, the same for all sequences
  /// @param threads that share the sequences, with the same bits for any number of them
  public record Request(int exponents, int singular, long seed, int threads) {}

  private record Member(
      double[] exponents, double[][] running, double[] singular, double[] gains) {}

  /// Follows every sequence of `batches`, one a batch and all of the same shape.
  ///
  /// @throws IllegalArgumentException if there are none
  /// @throws org.costate.model.NumericalException if a state or a tangent is not finite
  public static EnsembleStability of(
      Model model, double[] c, List<Batch> batches, Kernels kernels, Request request) {
    if (batches.isEmpty()) {
      throw new IllegalArgumentException("ensemble: found no sequences, expected some");
    }
    List<Member> members = new ArrayList<>();
    Model steps = Stability.upToFinalNorm(model);
    try (Tasks tasks = new Tasks(request.threads())) {
      batches.stream()
          .map(batch -> tasks.begin(() -> member(steps, c, batch, kernels, request)))
          .toList()
          .forEach(promise -> members.add(promise.result()));
    }
    List<Spread> running = new ArrayList<>();
    for (int n = 0; n < members.getFirst().running().length; n++) {
      int step = n;
      running.add(
          Spread.of(
              members.stream().map(m -> TangentSpectrum.descending(m.running()[step])).toList()));
    }
    return new EnsembleStability(
        members.size(),
        Spread.of(members.stream().map(Member::exponents).toList()),
        running,
        Spread.of(members.stream().map(Member::singular).toList()),
        Spread.of(members.stream().map(Member::gains).toList()));
  }

  private static Member member(
      Model model, double[] c, Batch batch, Kernels kernels, Request request) {
    Linearisation trajectory = Linearisation.sharing(model, c, batch, kernels);
    TangentSpaces spaces = new TangentSpaces(model, c, trajectory, kernels);
    int dimension = spaces.dimension() + spaces.structural();
    GolubKahan solver = StabilityOptions.solver(dimension, request.singular(), request.seed());
    List<LinearMap> maps = new ArrayList<>();
    for (int n = 0; n < trajectory.steps(); n++) {
      maps.add(trajectory.propagator(n, n + 1));
    }
    int count = Math.min(request.exponents(), spaces.dimension());
    LyapunovSpectrum spectrum = LyapunovSpectrum.of(maps, spaces.frame(count, request.seed()));
    LinearMap whole = trajectory.propagator(0, trajectory.steps());
    return new Member(
        TangentSpectrum.descending(spectrum.exponents()),
        spectrum.running(),
        solver.leading(whole, request.singular()).values(),
        StepGain.of(trajectory, solver).stream().mapToDouble(StepGain::gain).toArray());
  }

  /// The largest relative deviation of a gain: `max_n deviation/mean`.
  public double largestVariation() {
    double[] variation = new double[gains.mean().length];
    Arrays.setAll(variation, n -> gains.deviation()[n] / gains.mean()[n]);
    return Arrays.stream(variation).max().orElse(0);
  }
}
