package org.costate.control.stability;

import java.util.List;
import java.util.Optional;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.operator.RmsNorm;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Coefficient;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Step;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The norm that comes last in a step or before the first one, found in the operators: behind it
/// every token `y = G ∘ z + B` has `z` on the sphere of the projection.
///
/// @param operator layer or RMS normalisation
/// @param controls what it reads
/// @param at where in the step its controls are taken, in units of the step
record ClosingNorm(Operator operator, List<ControlRef> controls, double at) {

  /// The norm that the last line of `step`, or of the inner step there, is.
  static Optional<ClosingNorm> of(Step step) {
    return of(step, 0, 1);
  }

  private static Optional<ClosingNorm> of(Step step, double begin, double span) {
    Line last = step.scheme().lines().getLast();
    if (!last.combination().isEmpty() || last.field().isEmpty()) {
      return Optional.empty();
    }
    Application field = last.field().get();
    if (!field.weight().equals(Coefficient.ONE)) {
      return Optional.empty();
    }
    double at = begin + span * field.at();
    return switch (field.operator()) {
      case Step inner -> of(inner, at, span * field.span());
      case LayerNorm norm -> Optional.of(new ClosingNorm(norm, field.controls(), at));
      case RmsNorm norm -> Optional.of(new ClosingNorm(norm, field.controls(), at));
      default -> Optional.empty();
    };
  }

  /// The norm that makes the first state of `model`, where there is one.
  static Optional<ClosingNorm> ofEntry(Model model) {
    if (model.entry().isEmpty()) {
      return Optional.empty();
    }
    Stage last = model.entry().getLast();
    List<ControlRef> controls = last.blocks().stream().map(ControlRef::value).toList();
    return last.operator() instanceof LayerNorm || last.operator() instanceof RmsNorm
        ? Optional.of(new ClosingNorm(last.operator(), controls, 0))
        : Optional.empty();
  }

  /// Directions of every token that are lost behind it: the mean, where it is taken away, and the
  /// radius.
  int normalsPerToken() {
    return operator instanceof LayerNorm ? 2 : 1;
  }

  /// The affine map behind the projection, `[G, B]`, for the step of size `h` from `t`.
  double[][] affine(Model model, double[] c, double t, double h, Kernels kernels) {
    int width = operator.outputWidth();
    double[] gain = new double[width];
    double[] bias = new double[width];
    java.util.Arrays.fill(gain, 1);
    double mean = 0;
    double deviation = 1;
    List<Slot> slots = List.of(new Slot(controls, at, operator.parameters()));
    Workspace w = new Workspace(kernels, operator.controlSize());
    Slice theta = operator.controlSize() == 0 ? Slice.NONE : model.layout().at(c, slots, t, h, w);
    int from = 0;
    for (Parameter p : operator.parameters()) {
      switch (p.role()) {
        case CONSTRAINT_MEAN -> mean = theta.at(from);
        case CONSTRAINT_DEVIATION -> deviation = theta.at(from);
        case GAIN -> System.arraycopy(theta.toArray(), from, gain, 0, width);
        case BIAS -> System.arraycopy(theta.toArray(), from, bias, 0, width);
        default -> throw new IllegalStateException("norm: found parameter " + p.name());
      }
      from += p.size();
    }
    for (int k = 0; k < width; k++) {
      bias[k] += mean * gain[k];
      gain[k] *= deviation;
    }
    return new double[][] {gain, bias};
  }

  /// Normals at the token `y[from …]`: with `p = (y − B)/G` the sets are `Σ ω_k p_k = 0` and
  /// `Σ ω_k p_k² = const`.
  double[][] normals(double[][] affine, Slice y, int from) {
    int width = operator.outputWidth();
    double[] mean = new double[width];
    double[] radius = new double[width];
    for (int k = 0; k < width; k++) {
      double share = share(k);
      mean[k] = share / affine[0][k];
      radius[k] = mean[k] * (y.at(from + k) - affine[1][k]) / affine[0][k];
    }
    return operator instanceof LayerNorm ? new double[][] {mean, radius} : new double[][] {radius};
  }

  private double share(int k) {
    return operator instanceof LayerNorm norm && norm.featureWeights().isPresent()
        ? norm.featureWeights().get().share(k)
        : 1;
  }
}
