package org.costate.control.particles;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.costate.model.InputException;
import org.costate.model.Suggestion;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Schemes;

/// How the motion of particles is integrated.
public enum IntegrationScheme {
  /// The classical Runge–Kutta method on the tangent field, then the projection onto the sphere.
  RK4(4),
  /// A midpoint step with the tangent field, not projected.
  MIDPOINT_TANGENT(2),
  /// An Euler step with the free field, then the projection: a layer of attention and its norm.
  LIE_PROJECTED(1),
  /// The Dormand–Prince 8(5,3) method of Hipparchus with tolerance 1e-12, for reference.
  DP853(8);

  private final int order;

  IntegrationScheme(int order) {
    this.order = order;
  }

  /// Order of convergence.
  public int order() {
    return order;
  }

  /// What one step does; the right-hand side itself for [#DP853].
  Scheme scheme(ContinuousEquation equation) {
    return switch (this) {
      case RK4 -> Schemes.rk4Tangent(equation);
      case MIDPOINT_TANGENT -> Schemes.strangTangent(equation);
      case LIE_PROJECTED -> Schemes.lieProjected(equation);
      case DP853 -> Schemes.field(equation);
    };
  }

  /// Name on the command line.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// All names.
  public static List<String> labels() {
    return Arrays.stream(values()).map(IntegrationScheme::label).toList();
  }

  /// The scheme of this name.
  ///
  /// @throws InputException if there is none
  public static IntegrationScheme named(String label) {
    return Arrays.stream(values())
        .filter(each -> each.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "scheme: found \"" + label + "\"",
                    "one of " + String.join(", ", labels()),
                    Suggestion.remedy(label, labels())));
  }
}
