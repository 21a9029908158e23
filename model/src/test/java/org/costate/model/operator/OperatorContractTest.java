package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import java.util.stream.Stream;
import org.costate.model.kernel.Kernels;
import org.costate.model.kernel.Tiers;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class OperatorContractTest {
  @TestFactory
  Stream<DynamicNode> everyOperatorKeepsTheContractInEveryTier() {
    return Tiers.all().map(OperatorContractTest::everyOperator);
  }

  private static DynamicNode everyOperator(Kernels kernels) {
    return dynamicContainer(
        kernels.tier(),
        OperatorCatalogue.all().stream().map(entry -> OperatorContract.tests(entry, kernels)));
  }

  @Test
  void namesOfEntriesAreUnique() {
    var names = OperatorCatalogue.all().stream().map(OperatorCase::name).toList();
    assertEquals(names.size(), names.stream().distinct().count());
  }
}
