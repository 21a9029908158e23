package org.costate.cli.whatif;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.control.whatif.DesignParameter;
import org.costate.control.whatif.Effect;
import org.costate.control.whatif.Slopes;
import org.costate.control.whatif.Trial;
import org.costate.control.whatif.WhatIf;

/// The results of the verb as JSON.
public final class WhatIfJson {
  private WhatIfJson() {}

  /// Everything that was computed.
  public static Map<String, Object> of(Effect base, List<WhatIf> sweeps, List<Slopes> slopes) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("base", effect(base));
    json.put("parameters", sweeps.stream().map(WhatIfJson::sweep).toList());
    json.put("slopes", slopes.stream().map(WhatIfJson::slopes).toList());
    return json;
  }

  private static Map<String, Object> sweep(WhatIf w) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("parameter", w.parameter().option());
    json.put("base", value(w.parameter(), w.base()));
    json.put("points", w.trials().stream().map(t -> trial(w.parameter(), t)).toList());
    return json;
  }

  private static Map<String, Object> trial(DesignParameter parameter, Trial t) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("value", value(parameter, t.value()));
    json.putAll(effect(t.effect().orElse(Effect.NONE)));
    json.put("predicted", t.predicted().map(WhatIfJson::effect));
    json.put("failure", Optional.of(t.failure()).filter(f -> !f.isEmpty()));
    return json;
  }

  private static Object value(DesignParameter parameter, double value) {
    return parameter == DesignParameter.PLACEMENT ? parameter.label(value) : value;
  }

  private static Map<String, Object> effect(Effect e) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("exponent", e.exponent());
    json.put("gain", e.gain());
    json.put("effective_rank", e.effectiveRank());
    json.put("loss", e.loss());
    return json;
  }

  private static Map<String, Object> slopes(Slopes s) {
    Map<String, Object> layers = new LinkedHashMap<>();
    layers.put("exponent", s.exponent());
    layers.put("gain", s.gain());
    layers.put("effective_rank", s.effectiveRank());
    layers.put("loss", s.loss());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("parameter", s.parameter().option());
    json.put("total", effect(s.total()));
    json.put("layers", layers);
    return json;
  }
}
