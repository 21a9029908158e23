package org.costate.control.whatif;

/// What a design does with one sequence.
///
/// @param exponent leading finite-time Lyapunov exponent, the mean over the steps of the growth
///     `log ‖J q‖ / N` of a random direction `q` that is the same for all designs; per step
/// @param gain leading singular value of `J = ∂u_N/∂u_0`
/// @param effectiveRank of the tokens of the last state
/// @param loss the loss; not a number without one
public record Effect(double exponent, double gain, double effectiveRank, double loss) {
  /// Nothing known.
  public static final Effect NONE = new Effect(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /// `this + (slope) · distance`: what the first order predicts.
  Effect plus(double distance, Effect slope) {
    return new Effect(
        exponent + distance * slope.exponent,
        gain + distance * slope.gain,
        effectiveRank + distance * slope.effectiveRank,
        loss + distance * slope.loss);
  }
}
