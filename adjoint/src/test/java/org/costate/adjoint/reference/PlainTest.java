package org.costate.adjoint.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Draw;
import org.costate.model.operator.Operator;
import org.costate.model.operator.OperatorCase;
import org.costate.model.operator.OperatorCatalogue;
import org.costate.model.operator.Pair;
import org.costate.model.operator.Probe;
import org.costate.model.operator.TangentField;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Step;
import org.hipparchus.CalculusFieldElement;
import org.hipparchus.Field;
import org.hipparchus.analysis.differentiation.Gradient;
import org.hipparchus.analysis.differentiation.GradientField;
import org.hipparchus.complex.Complex;
import org.hipparchus.complex.ComplexField;
import org.hipparchus.dfp.Dfp;
import org.hipparchus.dfp.DfpField;
import org.hipparchus.util.Binary64;
import org.hipparchus.util.Binary64Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The plain interpreter against the operators that run: two implementations, one formula.
class PlainTest {
  /// Operators that exist in tests only and have no plain formula.
  private static final Set<String> OF_TESTS = Set.of("SineField", "Rectifier");

  /// Directions at once in the derivative by dual numbers.
  private static final int DIRECTIONS = 8;

  static List<OperatorCase> cases() {
    return OperatorCatalogue.all().stream().filter(c -> strangers(c.operator()).isEmpty()).toList();
  }

  /// Names of the operators within `f` that exist in tests only.
  private static Set<String> strangers(Operator f) {
    return switch (f) {
      case Step step ->
          step.scheme().lines().stream()
              .map(Line::field)
              .flatMap(field -> field.stream())
              .flatMap(field -> strangers(field.operator()).stream())
              .collect(Collectors.toCollection(TreeSet::new));
      case TangentField tangent -> strangers(tangent.field());
      default ->
          Stream.of(f.getClass().getSimpleName())
              .filter(OF_TESTS::contains)
              .collect(Collectors.toSet());
    };
  }

  private static <T extends CalculusFieldElement<T>> T[] value(
      OperatorCase entry, Field<T> field, T[] u, T[] theta) {
    Place place = new Place(entry.t(), entry.h(), entry.shape(), entry.batch());
    return new Plain<>(field).apply(entry.operator(), place, u, theta);
  }

  private static <T extends CalculusFieldElement<T>> T[] value(
      OperatorCase entry, Field<T> field, Pair p) {
    Arithmetic<T> a = new Arithmetic<>(field);
    return value(entry, field, a.numbers(p.u()), a.numbers(p.theta()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAgree(OperatorCase entry) {
    Pair p = entry.point(new Draw(3));
    double[] fast = new Probe(entry, new PlainKernels()).apply(p);
    Binary64[] plain = value(entry, Binary64Field.getInstance(), p);
    assertEquals(fast.length, plain.length);
    double largest = 1;
    for (double y : fast) {
      largest = Math.max(largest, Math.abs(y));
    }
    for (int i = 0; i < fast.length; i++) {
      assertEquals(plain[i].getReal(), fast[i], 1e-12 * largest, entry + ", number " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void adjointsAgreeWithDualNumbers(OperatorCase entry) {
    Draw draw = new Draw(4);
    Pair p = entry.point(draw);
    double[] lambda = draw.normal(entry.outputSize());
    Pair adjoint = new Probe(entry, new PlainKernels()).adjoint(p, lambda);
    Pair[] v = new Pair[DIRECTIONS];
    for (int k = 0; k < DIRECTIONS; k++) {
      v[k] = entry.direction(draw);
    }
    GradientField field = GradientField.getField(DIRECTIONS);
    Gradient[] u = dual(p.u(), Stream.of(v).map(Pair::u).toArray(double[][]::new));
    Gradient[] theta = dual(p.theta(), Stream.of(v).map(Pair::theta).toArray(double[][]::new));
    Gradient[] y = value(entry, field, u, theta);
    Gradient product = Gradient.constant(DIRECTIONS, 0);
    for (int i = 0; i < y.length; i++) {
      product = product.add(y[i].multiply(lambda[i]));
    }
    for (int k = 0; k < DIRECTIONS; k++) {
      double scale = adjoint.norm() * v[k].norm() / Math.sqrt(adjoint.u().length + 1.0);
      assertEquals(
          product.getPartialDerivative(k), adjoint.dot(v[k]), 1e-10 * scale, entry + ", " + k);
    }
  }

  private static Gradient[] dual(double[] x, double[][] v) {
    Gradient[] all = new Gradient[x.length];
    for (int i = 0; i < x.length; i++) {
      double[] partial = new double[v.length];
      for (int k = 0; k < v.length; k++) {
        partial[k] = v[k][i];
      }
      all[i] = new Gradient(x[i], partial);
    }
    return all;
  }

  /// A complex step and forty digits, where a case is small.
  @ParameterizedTest
  @MethodSource("cases")
  void allFieldsAgree(OperatorCase entry) {
    if (entry.inputSize() > 100 || entry.toString().contains("RELU")) {
      return;
    }
    Draw draw = new Draw(5);
    Pair p = entry.point(draw);
    Pair v = entry.direction(draw);
    double[] dy = new Probe(entry, new PlainKernels()).tangent(p, v);
    double step = 1e-30;
    Complex[] stepped =
        value(
            entry,
            ComplexField.getInstance(),
            complex(p.u(), step, v.u()),
            complex(p.theta(), step, v.theta()));
    Binary64[] y = value(entry, Binary64Field.getInstance(), p);
    Dfp[] digits = value(entry, new DfpField(40), p);
    double largest = 1;
    for (double d : dy) {
      largest = Math.max(largest, Math.abs(d));
    }
    for (int i = 0; i < dy.length; i++) {
      assertEquals(stepped[i].getImaginary() / step, dy[i], 1e-11 * largest, entry + ", " + i);
      assertEquals(digits[i].getReal(), y[i].getReal(), 1e-12 * largest, entry + ", " + i);
    }
  }

  private static Complex[] complex(double[] x, double step, double[] v) {
    Complex[] all = new Complex[x.length];
    for (int i = 0; i < x.length; i++) {
      all[i] = new Complex(x[i], step * v[i]);
    }
    return all;
  }

  @Test
  void onlyOperatorsOfTestsAreUnknown() {
    List<OperatorCase> all = OperatorCatalogue.all();
    assertTrue(cases().size() > 80, "found " + cases().size() + " of " + all.size());
    for (OperatorCase entry : all) {
      Pair p = entry.point(new Draw(1));
      if (!strangers(entry.operator()).isEmpty()) {
        IllegalArgumentException refused =
            assertThrows(
                IllegalArgumentException.class,
                () -> value(entry, Binary64Field.getInstance(), p),
                entry.toString());
        assertTrue(refused.getMessage().contains("unknown operator"), refused.getMessage());
      }
    }
  }
}
