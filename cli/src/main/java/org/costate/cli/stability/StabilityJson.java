package org.costate.cli.stability;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.control.stability.EnsembleStability;
import org.costate.control.stability.LocalDynamics;
import org.costate.control.stability.Passage;
import org.costate.control.stability.Stability;
import org.costate.control.stability.StepAnatomy;
import org.costate.control.stability.StepGain;
import org.costate.control.stability.Substep;
import org.costate.control.stability.TangentSpectrum;
import org.costate.control.stability.TokenGeometry;
import org.costate.control.stability.TransientGrowth;
import org.costate.control.stability.Witnesses;

/// The results under the keys that `--json` fixes.
public final class StabilityJson {
  private StabilityJson() {}

  /// Everything that was computed, with the spread over an ensemble where there is one.
  public static Map<String, Object> of(Stability s, Optional<EnsembleStability> ensemble) {
    Map<String, Object> json = of(s);
    json.put("ensemble", ensemble.map(DepthJson::of));
    return json;
  }

  /// Everything that was computed.
  public static Map<String, Object> of(Stability s) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("state_dim", s.stateDimension());
    json.put("layers", s.steps());
    json.put("exponents", s.exponents());
    json.put("structural", s.structural());
    json.put("sum_rule", s.tangent().map(StabilityJson::sumRule));
    json.put("singular_values", s.singular());
    json.put("local_gain", s.gains().stream().mapToDouble(StepGain::gain).toArray());
    json.put("tokens", s.tokens().stream().map(g -> tokens(g, s)).toList());
    json.put("singular_values_converged", s.singularConverged());
    json.put(
        "final_norm_gain",
        s.finalNormGain().isPresent()
            ? Optional.of(s.finalNormGain().getAsDouble())
            : Optional.empty());
    json.put("tangent", s.tangent().map(StabilityJson::tangent));
    json.put("running_exponents", List.of(s.running()));
    json.put("worst_perturbation", List.of(s.worst()));
    json.put("passages", s.passages().stream().map(StabilityJson::passage).toList());
    json.put("transient_growth", s.transientGrowth().map(StabilityJson::transientGrowth));
    json.put("covariant_vectors", s.covariant().tokens());
    json.put("covariant_features", s.covariant().features());
    json.put("local", s.local().map(StabilityJson::local));
    json.put("bounds", s.witnesses().map(StabilityJson::bounds));
    json.put("interaction_energy_increases", s.energyIncreases());
    json.put("attention_entropy", DepthJson.of(s.attention()));
    json.put("lyapunov", s.lyapunov().map(DepthJson::of));
    json.put("stretch", s.stretch().map(DepthJson::of));
    return json;
  }

  private static Map<String, Object> passage(Passage p) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("layer", p.step());
    json.put("front", p.front());
    json.put("behind", p.behind());
    json.put("stops", p.stops());
    return json;
  }

  private static Map<String, Object> transientGrowth(TransientGrowth g) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("depths", g.depths());
    json.put("gains", g.gains());
    json.put("peak", g.peak());
    json.put("largest", g.largest());
    return json;
  }

  private static Map<String, Object> local(LocalDynamics l) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("least_gain", l.leastGain());
    json.put("isometry_distance", l.isometryDistance());
    json.put("logarithmic_norm", l.logarithmicNorm());
    json.put("pseudospectrum", l.pseudospectrum());
    return json;
  }

  private static Map<String, Object> bounds(Witnesses w) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("whole", w.bound());
    json.put("layers", w.anatomy().stream().mapToDouble(StepAnatomy::bound).toArray());
    json.put("adversarial_gain", w.adversarial().gain());
    json.put("adversarial_radius", w.radius());
    json.put(
        "substeps",
        w.anatomy().stream()
            .flatMap(a -> a.substeps().stream())
            .map(StabilityJson::substep)
            .toList());
    return json;
  }

  private static Map<String, Object> substep(Substep s) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("layer", s.step());
    json.put("line", s.line());
    json.put("operator", s.operator());
    json.put("gain", s.gain());
    json.put("bound", s.bound());
    json.put("token_radius", s.ball().radius());
    return json;
  }

  private static Map<String, Object> sumRule(TangentSpectrum t) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("violation", t.violation());
    json.put("tolerance", TangentSpectrum.TOLERANCE);
    json.put("sum", t.sum());
    json.put("mean_log_determinant", t.meanLogDeterminant());
    return json;
  }

  private static Map<String, Object> tangent(TangentSpectrum t) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("first_state", t.firstState());
    json.put("dimension", t.dimension());
    json.put("exponents", t.exponents());
    return json;
  }

  private static Map<String, Object> tokens(TokenGeometry g, Stability s) {
    return tokens(g, g.layer() < s.steps() ? s.attention().mean(g.layer()) : Double.NaN);
  }

  static Map<String, Object> tokens(TokenGeometry g, double entropy) {
    Map<String, Object> json = geometry(g);
    json.put("attention_entropy", entropy);
    return json;
  }

  private static Map<String, Object> geometry(TokenGeometry g) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("layer", g.layer());
    json.put("mean_cosine", g.meanCosine());
    json.put("effective_rank", g.effectiveRank());
    json.put("clusters", g.clusters());
    json.put("interaction_energy", g.interactionEnergy());
    json.put("drift", g.drift());
    json.put("input_cosine", g.inputCosine());
    return json;
  }
}
