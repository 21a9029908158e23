package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.costate.model.kernel.PlainKernels;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class OperatorContractTest {
  @TestFactory
  Stream<DynamicNode> everyOperatorKeepsTheContract() {
    return OperatorCatalogue.all().stream()
        .map(entry -> OperatorContract.tests(entry, new PlainKernels()));
  }

  @Test
  void namesOfEntriesAreUnique() {
    var names = OperatorCatalogue.all().stream().map(OperatorCase::name).toList();
    assertEquals(names.size(), names.stream().distinct().count());
  }
}
