package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Optional;
import java.util.stream.Stream;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.Crew;
import org.costate.model.kernel.Kernels;
import org.costate.model.kernel.Tiers;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every operator gives the same bits when threads share its work.
class DivisionTest {
  private static final Crew TWO = new Crew(2);
  private static final Crew THREE = new Crew(3);

  @AfterAll
  static void close() {
    TWO.close();
    THREE.close();
  }

  @TestFactory
  Stream<DynamicTest> dividedWorkChangesNoBit() {
    return Tiers.all()
        .flatMap(
            kernels ->
                Stream.concat(OperatorCatalogue.all().stream(), large())
                    .map(
                        entry ->
                            dynamicTest(
                                kernels.tier() + ": " + entry, () -> compare(entry, kernels))));
  }

  /// Operators with enough work for threads to share.
  private static Stream<OperatorCase> large() {
    Stream<OperatorCase> networks =
        Stream.of(
                new FeedForward(16, 32, Activation.GELU_ERF, false, true),
                new FeedForward(16, 32, Activation.RELU, false, true),
                new FeedForward(16, 32, Activation.SILU, true, true))
            .map(net -> OperatorCase.of("large " + net, net, new Shape(1, 130)));
    Stream<OperatorCase> attentions =
        Stream.of(new Mask.Full(), new Mask.Causal())
            .map(mask -> Attention.standard(32, 4, mask))
            .map(heads -> OperatorCase.of("large " + heads, heads, new Shape(2, 40)));
    return Stream.concat(networks, attentions);
  }

  private static void compare(OperatorCase entry, Kernels kernels) {
    double[][] expected = results(entry, kernels, Optional.empty());
    for (Crew crew : new Crew[] {TWO, THREE}) {
      same(expected, results(entry, kernels, Optional.of(crew)));
      same(expected, results(entry, Tiers.divided(kernels, crew), Optional.empty()));
    }
  }

  private static void same(double[][] expected, double[][] found) {
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], found[i]);
    }
  }

  private static double[][] results(OperatorCase entry, Kernels kernels, Optional<Crew> crew) {
    Draw draw = new Draw(7);
    Probe probe = new Probe(entry, kernels, Double.NaN, crew);
    Pair p = entry.point(draw);
    Pair v = entry.direction(draw);
    double[] lambda = draw.normal(entry.outputSize());
    double[] dLambda = draw.normal(entry.outputSize());
    Probe.Value value = probe.value(p, true);
    Pair bar = probe.adjoint(p, lambda);
    Probe.Second second = probe.second(p, v, lambda, dLambda);
    Probe.Joint joint = probe.applyWithTangent(p, v);
    Probe.Value tangent = probe.tangentWithRecord(p, v);
    Probe.Second kept = probe.secondWithRecord(p, v, tangent.record(), lambda, dLambda);
    return new double[][] {
      value.y(),
      value.record(),
      probe.value(p, false).y(),
      probe.tangent(p, v),
      bar.u(),
      bar.theta(),
      second.bar().u(),
      second.bar().theta(),
      second.barDot().u(),
      second.barDot().theta(),
      joint.y(),
      joint.dy(),
      joint.directionRecord(),
      tangent.y(),
      tangent.record(),
      kept.bar().u(),
      kept.bar().theta(),
      kept.barDot().u(),
      kept.barDot().theta()
    };
  }
}
