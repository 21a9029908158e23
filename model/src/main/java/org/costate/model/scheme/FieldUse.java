package org.costate.model.scheme;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.equation.Sphere;
import org.costate.model.operator.Operator;
import org.costate.model.operator.TangentField;

/// A field as a scheme uses it: the operator, what it reads of the controls, and the projection in
/// front of it.
record FieldUse(Operator operator, List<ControlRef> controls, Optional<Controlled> argument) {
  static FieldUse of(Field field) {
    return new FieldUse(field.term().operator(), references(field.term()), field.argument());
  }

  static List<FieldUse> all(ContinuousEquation e) {
    return e.fields().stream().map(FieldUse::of).toList();
  }

  static List<ControlRef> references(Controlled operator) {
    return operator.block().map(ControlRef::value).map(List::of).orElse(List.of());
  }

  /// The fields in the tangent space of the constraint set; the first one carries its motion.
  static List<FieldUse> tangent(ContinuousEquation e) {
    Sphere sphere =
        e.sphere()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "tangent fields: found no constraint set, expected one"));
    List<FieldUse> all = new ArrayList<>();
    for (Field field : e.fields()) {
      if (field.argument().isPresent()) {
        throw new IllegalArgumentException(
            "tangent fields: found "
                + field.name()
                + " behind a projection, expected a field of the state itself");
      }
      boolean moving = sphere.moving() && all.isEmpty();
      List<ControlRef> controls = new ArrayList<>(references(field.term()));
      controls.add(ControlRef.value(sphere.block()));
      if (moving) {
        controls.add(ControlRef.rate(sphere.block()));
      }
      TangentField tangent = new TangentField(field.term().operator(), sphere.epsilon(), moving);
      all.add(new FieldUse(tangent, controls, Optional.empty()));
    }
    return all;
  }
}
