package org.costate.cli.stability;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.costate.control.lyapunov.TrajectoryFunction;
import org.costate.control.stability.AttentionEntropy;
import org.costate.control.stability.EnsembleStability;
import org.costate.control.stability.LyapunovFunctions;
import org.costate.control.stability.Spread;
import org.costate.control.stability.Stretch;

/// What [DepthOptions] asks for, as JSON.
final class DepthJson {
  private DepthJson() {}

  static Map<String, Object> of(LyapunovFunctions l) {
    Map<String, Object> recursion = new LinkedHashMap<>();
    recursion.put("directions", l.recursionStates());
    recursion.put("whole", l.recursionWhole());
    recursion.put("energy", l.energy());
    recursion.put("residual", l.recursionResidual());
    recursion.put("tolerance", TrajectoryFunction.TOLERANCE);
    Map<String, Object> common = new LinkedHashMap<>();
    common.put("directions", l.states());
    common.put("whole", l.whole());
    common.put("verdict", l.common().verdict().name().toLowerCase(java.util.Locale.ROOT));
    common.put("rate", l.common().rate());
    common.put("lower_bound", l.common().lowerBound());
    common.put("condition", l.common().condition());
    common.put("settled", l.common().settled());
    common.put("residual", l.residual());
    common.put("tolerance", TrajectoryFunction.TOLERANCE);
    common.put("function", l.common().p());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("recursion", recursion);
    json.put("common", common);
    json.put("sentence", l.sentence());
    return json;
  }

  static Map<String, Object> of(Stretch s) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("from", s.from());
    json.put("to", s.to());
    json.put("singular_values", s.leading());
    json.put("singular_values_converged", s.leadingConverged());
    json.put("least_singular_values", s.least());
    json.put("least_singular_values_converged", s.leastConverged());
    json.put("right_vectors", List.of(s.right()));
    json.put("left_vectors", List.of(s.left()));
    return json;
  }

  static Map<String, Object> of(AttentionEntropy a) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("heads", List.of(a.heads()));
    json.put("softmax_norms", List.of(a.softmax()));
    json.put("largest", a.largest());
    return json;
  }

  /// The spread over an ensemble.
  static Map<String, Object> of(EnsembleStability e) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("sequences", e.sequences());
    json.put("exponents", spread(e.exponents()));
    json.put("singular_values", spread(e.singular()));
    json.put("local_gain", spread(e.gains()));
    json.put("running_exponents", e.running().stream().map(DepthJson::spread).toList());
    return json;
  }

  private static Map<String, Object> spread(Spread s) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("mean", s.mean());
    json.put("deviation", s.deviation());
    return json;
  }
}
