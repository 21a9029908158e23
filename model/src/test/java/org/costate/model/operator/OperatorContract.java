package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.stream.Stream;
import org.costate.model.kernel.Kernels;
import org.costate.model.kernel.PlainKernels;
import org.junit.jupiter.api.DynamicNode;

/// What every operator promises about its derivatives: the tangent is the derivative of the value,
/// the adjoint is the transpose of the tangent, the second adjoint is the derivative of the
/// adjoint.
///
/// What it promises about storage is in [StorageContract]; [#tests] runs both.
public final class OperatorContract {
  private static final double ROUNDING = 1e-14;
  private static final double CENTRAL_DIFFERENCE = 1e-6;

  private final OperatorCase entry;
  private final Probe probe;
  private final double rounding;
  private final Draw draw = new Draw(20260);
  private final Pair p;
  private final double[] lambda;

  /// @param kernels the arithmetic under test
  public OperatorContract(OperatorCase entry, Kernels kernels) {
    this(entry, kernels, ROUNDING);
  }

  /// @param rounding how far results of the same value may differ, of their norm
  OperatorContract(OperatorCase entry, Kernels kernels, double rounding) {
    this.entry = entry;
    this.rounding = rounding;
    this.probe = new Probe(entry, kernels);
    this.p = entry.point(draw);
    this.lambda = draw.normal(entry.outputSize());
  }

  /// All tests of one entry.
  public static DynamicNode tests(OperatorCase entry, Kernels kernels) {
    OperatorContract derivatives = new OperatorContract(entry, kernels);
    StorageContract storage = new StorageContract(entry, kernels);
    TaylorContract taylor = new TaylorContract(entry, kernels);
    Stream<DynamicNode> all =
        Stream.of(
            dynamicTest("parameters", derivatives::parametersAddUpToTheControls),
            dynamicTest("dot product", derivatives::adjointIsTransposeOfTangent),
            dynamicTest("central difference", derivatives::tangentIsCentralDifference),
            dynamicTest("Taylor", taylor::remaindersFallAtTheirOrders),
            dynamicTest("second: adjoint", derivatives::secondAdjointContainsAdjoint),
            dynamicTest("second: difference", derivatives::secondAdjointIsDifferenceOfAdjoints),
            dynamicTest("second: symmetry", derivatives::hessianIsSymmetric),
            dynamicTest("adjoint adds", derivatives::adjointsAdd),
            dynamicTest("fresh controls", storage::freshControlsNeedNotBeCleared),
            dynamicTest("absent parts", storage::absentPartsAreZeroOrSkipped),
            dynamicTest("no record", storage::valueIsTheSameWithoutRecordAndMadeAgain),
            dynamicTest("tangent record", storage::tangentsAreTheSameKeptAndComputedAgain),
            dynamicTest("value and tangent", storage::valueAndTangentComeTogether),
            dynamicTest("poison", storage::leftoversHaveNoEffect),
            dynamicTest("batch split", storage::sequencesDoNotMix),
            dynamicTest("threads", storage::threadsDoNotMix),
            dynamicTest("allocation", storage::nothingIsAllocated));
    // Vectors and calls into native code live on the heap until the compiler has seen them often:
    // the kernels have a test of their own for that, here it is the operators that are looked at.
    boolean plain = kernels instanceof PlainKernels;
    return dynamicContainer(
        entry.name(), all.filter(test -> plain || !test.getDisplayName().equals("allocation")));
  }

  void parametersAddUpToTheControls() {
    int sum = entry.operator().parameters().stream().mapToInt(Parameter::size).sum();
    assertEquals(sum, entry.operator().controlSize(), entry + ": controlSize");
    assertEquals(
        entry.operator().parameters().size(),
        entry.operator().parameters().stream().map(Parameter::name).distinct().count(),
        entry + ": names of parameters repeat");
  }

  void adjointIsTransposeOfTangent() {
    Pair bar = probe.adjoint(p, lambda);
    for (Pair v : parts(entry.direction(draw))) {
      double[] jv = probe.tangent(p, v);
      double scale = Pair.norm(lambda) * Pair.norm(jv);
      assertTrue(scale > 0, entry + ": dot product is vacuous, J v = 0");
      double violation = Math.abs(Pair.dot(jv, lambda) - v.dot(bar)) / scale;
      assertTrue(
          violation <= rounding,
          entry + ": dot product, violation " + violation + ", witness |J v| = " + Pair.norm(jv));
    }
  }

  void tangentIsCentralDifference() {
    for (Pair v : parts(entry.direction(draw))) {
      double[] jv = probe.tangent(p, v);
      double best = bestCentralDifference(jv, h -> probe.apply(p.plus(h, v)), "tangent");
      assertTrue(
          best <= CENTRAL_DIFFERENCE, entry + ": tangent against central difference, " + best);
    }
  }

  void secondAdjointContainsAdjoint() {
    double[] dLambda = draw.normal(lambda.length);
    Pair expected = probe.adjoint(p, lambda);
    Pair found = probe.second(p, entry.direction(draw), lambda, dLambda).bar();
    assertClose(expected, found, "adjoint part of the second adjoint");
  }

  void secondAdjointIsDifferenceOfAdjoints() {
    for (Pair v : parts(entry.direction(draw))) {
      double[] dLambda = draw.normal(lambda.length);
      Pair barDot = probe.second(p, v, lambda, dLambda).barDot();
      double best =
          bestCentralDifference(
              joined(barDot),
              h -> joined(probe.adjoint(p.plus(h, v), Pair.plus(lambda, h, dLambda))),
              "second adjoint");
      assertTrue(
          best <= CENTRAL_DIFFERENCE,
          entry + ": second adjoint against central difference of adjoints, " + best);
    }
  }

  /// `<w, H v> = <v, H w>` with `H` the Hessian of `<λ, F>`; that `H` is not wrongly zero is seen
  /// by [#secondAdjointIsDifferenceOfAdjoints].
  void hessianIsSymmetric() {
    Pair v = entry.direction(draw);
    Pair w = entry.direction(draw);
    double[] zero = new double[lambda.length];
    Pair hv = probe.second(p, v, lambda, zero).barDot();
    Pair hw = probe.second(p, w, lambda, zero).barDot();
    double scale = w.norm() * hv.norm() + v.norm() * hw.norm();
    double violation = Math.abs(w.dot(hv) - v.dot(hw));
    assertTrue(violation <= rounding * scale, entry + ": Hessian, violation " + violation);
  }

  void adjointsAdd() {
    Pair v = entry.direction(draw);
    double[] dLambda = draw.normal(lambda.length);
    Pair noise = entry.direction(draw);
    Pair dotNoise = entry.direction(draw);
    assertClose(
        noise.plus(1, probe.adjoint(p, lambda)), probe.adjoint(p, lambda, noise), "adjoint adds");
    Probe.Second plain = probe.second(p, v, lambda, dLambda);
    Probe.Second added = probe.second(p, v, lambda, dLambda, new Probe.Second(noise, dotNoise));
    assertClose(noise.plus(1, plain.bar()), added.bar(), "second adjoint adds to bar");
    assertClose(dotNoise.plus(1, plain.barDot()), added.barDot(), "second adjoint adds to barDot");
  }

  /// Both parts of a direction together and each alone, where it exists.
  private static List<Pair> parts(Pair v) {
    return Stream.of(v, v.stateOnly(), v.controlsOnly())
        .filter(part -> part.u().length + part.theta().length > 0)
        .toList();
  }

  private interface Curve {
    double[] at(double h);
  }

  /// Least relative distance of the central differences over steps from 1e-2 to 1e-7 to
  /// `derivative`.
  private double bestCentralDifference(double[] derivative, Curve curve, String what) {
    double scale = Pair.norm(derivative);
    assertTrue(scale > 0, entry + ": central difference is vacuous, " + what + " = 0");
    double best = Double.POSITIVE_INFINITY;
    for (double h = 1e-2; h > 5e-8; h /= 10) {
      double[] error = Pair.plus(curve.at(h), -1, curve.at(-h));
      for (int i = 0; i < error.length; i++) {
        error[i] = error[i] / (2 * h) - derivative[i];
      }
      best = Math.min(best, Pair.norm(error) / scale);
    }
    return best;
  }

  private static double[] joined(Pair pair) {
    double[] all = java.util.Arrays.copyOf(pair.u(), pair.u().length + pair.theta().length);
    System.arraycopy(pair.theta(), 0, all, pair.u().length, pair.theta().length);
    return all;
  }

  private void assertClose(Pair expected, Pair found, String what) {
    double violation = expected.plus(-1, found).norm();
    assertTrue(
        violation <= rounding * expected.norm(), entry + ": " + what + ", violation " + violation);
  }
}
