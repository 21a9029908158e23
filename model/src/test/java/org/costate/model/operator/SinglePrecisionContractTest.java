package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.stream.Stream;
import org.costate.model.kernel.Kernels;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.kernel.Tiers;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// The contract of every operator with all its products in single precision. Differences of values
/// would show the rounding, not the derivative: in their place every action is compared with that
/// in double precision, whose contract has them.
class SinglePrecisionContractTest {
  /// Sums of a few dozen terms, some levels deep, each off by about 6e-8 of their magnitudes.
  private static final double ROUNDING = 4e-6;

  @TestFactory
  Stream<DynamicNode> everyOperatorKeepsTheContractInSinglePrecision() {
    return Tiers.single().map(SinglePrecisionContractTest::everyOperator);
  }

  private static DynamicNode everyOperator(Kernels kernels) {
    return dynamicContainer(
        kernels.tier(), OperatorCatalogue.all().stream().map(entry -> tests(entry, kernels)));
  }

  private static DynamicNode tests(OperatorCase entry, Kernels kernels) {
    OperatorContract derivatives = new OperatorContract(entry, kernels, ROUNDING);
    StorageContract storage = new StorageContract(entry, kernels, ROUNDING);
    return dynamicContainer(
        entry.name(),
        Stream.of(
            dynamicTest("double precision", () -> actionsAreThoseInDoublePrecision(entry, kernels)),
            dynamicTest("dot product", derivatives::adjointIsTransposeOfTangent),
            dynamicTest("second: adjoint", derivatives::secondAdjointContainsAdjoint),
            dynamicTest("second: symmetry", derivatives::hessianIsSymmetric),
            dynamicTest("adjoint adds", derivatives::adjointsAdd),
            dynamicTest("absent parts", storage::absentPartsAreZeroOrSkipped),
            dynamicTest("no record", storage::valueIsTheSameWithoutRecordAndMadeAgain),
            dynamicTest("tangent record", storage::tangentsAreTheSameKeptAndComputedAgain),
            dynamicTest("value and tangent", storage::valueAndTangentComeTogether),
            dynamicTest("poison", storage::leftoversHaveNoEffect),
            dynamicTest("batch split", storage::sequencesDoNotMix),
            dynamicTest("threads", storage::threadsDoNotMix)));
  }

  private static void actionsAreThoseInDoublePrecision(OperatorCase entry, Kernels kernels) {
    Draw draw = new Draw(90210);
    Pair p = entry.point(draw);
    Pair v = entry.direction(draw);
    double[] lambda = draw.normal(entry.outputSize());
    double[] dLambda = draw.normal(entry.outputSize());
    Probe exact = new Probe(entry, new PlainKernels());
    Probe found = new Probe(entry, kernels);
    assertNear(exact.apply(p), found.apply(p), entry + ": value");
    assertNear(exact.tangent(p, v), found.tangent(p, v), entry + ": tangent");
    assertNear(exact.adjoint(p, lambda), found.adjoint(p, lambda), entry + ": adjoint");
    Probe.Second expected = exact.second(p, v, lambda, dLambda);
    Probe.Second second = found.second(p, v, lambda, dLambda);
    assertNear(expected.bar(), second.bar(), entry + ": second adjoint, bar");
    assertNear(expected.barDot(), second.barDot(), entry + ": second adjoint, barDot");
  }

  private static void assertNear(Pair expected, Pair found, String what) {
    assertNear(expected.u(), found.u(), what + ".u");
    assertNear(expected.theta(), found.theta(), what + ".theta");
  }

  private static void assertNear(double[] expected, double[] found, String what) {
    double violation = Pair.norm(Pair.plus(expected, -1, found));
    assertTrue(violation <= ROUNDING * Pair.norm(expected), what + ", violation " + violation);
  }
}
