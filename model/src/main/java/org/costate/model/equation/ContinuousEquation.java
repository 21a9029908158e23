package org.costate.model.equation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;

/// The continuous equation of a Transformer as data, in depth-time `t`:
///
///     u_t ∈ Σ_i F_i(P_i u; θ_i(t)) − N_{S1(σ1(t), σ2(t))}(u) − N_{S2}(u)
///
/// with fields `F_i` (attention, non-local in the tokens; feed-forward, local), the normal cones of
/// the constraint set `S1` (layer normalisation) and of `S2 = {u ≥ 0}` (ReLU). Schemes are made
/// from it; the same operators serve all of them.
///
/// @param fields the fields, in the order in which a splitting takes them
/// @param sphere the constraint set `S1`, where there is one
/// @param positivePart the projection onto `S2`, where there is one
public record ContinuousEquation(
    List<Field> fields, Optional<Sphere> sphere, Optional<Operator> positivePart) {
  /// @throws IllegalArgumentException if there is no field, or a projection onto `S2` with controls
  public ContinuousEquation {
    fields = List.copyOf(fields);
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("equation: found no field, expected at least one");
    }
    if (positivePart.isPresent() && positivePart.get().controlSize() > 0) {
      throw new IllegalArgumentException(
          "equation: found controls of " + positivePart.get().name() + ", expected none");
    }
  }

  /// `u_t = Σ_i F_i(P_i u)`.
  public static ContinuousEquation of(Field... fields) {
    return new ContinuousEquation(List.of(fields), Optional.empty(), Optional.empty());
  }

  /// This equation on a constraint set `S1`.
  public ContinuousEquation on(Sphere newSphere) {
    return new ContinuousEquation(fields, Optional.of(newSphere), positivePart);
  }

  /// This equation with the constraint `u ≥ 0`.
  public ContinuousEquation positive(Operator newPositivePart) {
    return new ContinuousEquation(fields, sphere, Optional.of(newPositivePart));
  }

  /// Features per token of the state.
  public int width() {
    return fields.getFirst().term().operator().inputWidth();
  }

  /// What projects behind a sub-step with field `i`: its own projection, else that onto `S1`.
  ///
  /// @throws IllegalArgumentException if there is neither
  public Controlled projectionBehind(int i) {
    return fields
        .get(i)
        .projection()
        .or(() -> sphere.flatMap(Sphere::asControlled))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "equation: found no projection behind "
                        + fields.get(i).name()
                        + ", expected its own or a constraint set"));
  }

  /// All blocks of controls with their parameters, in the order in which a step meets them: for
  /// every field its argument, itself and its projection; then `σ1`, `σ2`.
  ///
  /// @throws IllegalArgumentException if one block is used with different shapes
  public Map<String, List<Parameter>> blocks() {
    List<Controlled> all = new ArrayList<>();
    for (Field field : fields) {
      field.argument().ifPresent(all::add);
      all.add(field.term());
      field.projection().ifPresent(all::add);
    }
    sphere.flatMap(Sphere::asControlled).ifPresent(all::add);
    Map<String, List<Parameter>> blocks = new LinkedHashMap<>();
    for (Controlled each : all) {
      if (each.block().isPresent()) {
        String name = each.block().get();
        List<Parameter> before = blocks.putIfAbsent(name, each.parameters());
        if (before != null && !before.equals(each.parameters())) {
          throw new IllegalArgumentException(
              "equation: found block "
                  + name
                  + " as "
                  + each.parameters()
                  + ", expected "
                  + before
                  + " as where it is used first");
        }
      }
    }
    return Collections.unmodifiableMap(blocks);
  }
}
