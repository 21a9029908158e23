package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The contract test itself is tested: every way to break the contract fails the tests that are
/// there to notice it.
class OperatorContractSeesDefectsTest {
  private static final OperatorCase SOUND =
      OperatorCase.of(
          "feed-forward", new FeedForward(4, 6, Activation.GELU_ERF, false, true), new Shape(2, 3));

  @Test
  void soundOperatorPasses() {
    assertTrue(failing(SOUND).isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void defectIsNoticed(Defect defect) {
    List<String> failing = failing(SOUND.with(new DefectiveOperator(SOUND.operator(), defect)));
    for (String name : defect.noticedBy()) {
      assertTrue(
          failing.contains(name),
          () -> defect + " passed the test '" + name + "', failed only " + failing);
    }
  }

  private static List<String> failing(OperatorCase entry) {
    List<String> failing = new ArrayList<>();
    DynamicContainer container =
        (DynamicContainer) OperatorContract.tests(entry, new PlainKernels());
    try (Stream<? extends DynamicNode> tests = container.getChildren()) {
      tests.forEach(
          node -> {
            try {
              ((DynamicTest) node).getExecutable().execute();
            } catch (Throwable noticed) {
              failing.add(node.getDisplayName());
            }
          });
    }
    return failing;
  }
}
