package org.costate.model.converge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.costate.model.kernel.PlainKernels;
import org.junit.jupiter.api.Test;

class OrderStudyTest {
  @Test
  void allClaimsAreMetAndTheTableIsWhole() {
    List<OrderStudy.Row> told = new ArrayList<>();
    List<OrderStudy.Row> rows = OrderStudy.measure(new PlainKernels(), 1, told::add);
    assertEquals(rows, told);
    for (OrderStudy.Row row : rows) {
      assertTrue(row.pass(), row::toString);
    }
    TreeSet<String> schemes = new TreeSet<>();
    rows.stream()
        .filter(row -> row.kind() == OrderStudy.Kind.SCHEME)
        .forEach(row -> schemes.add(row.convergence().name()));
    assertEquals(16, schemes.size(), schemes::toString);
    assertEquals(8, rows.stream().filter(r -> r.kind() == OrderStudy.Kind.QUADRATURE).count());
  }

  /// What theory says beyond the claims: projecting costs Strang splitting its second order, the
  /// tangent fields keep it, and the literal substeps tend to nothing.
  @Test
  void theTableShowsWhatTheoryPredicts() {
    List<OrderStudy.Row> rows = OrderStudy.measure(new PlainKernels(), 2, row -> {});
    assertEquals(1, measured(rows, "strang, projected"), 0.1);
    assertEquals(2, measured(rows, "strang, tangent"), 0.1);
    assertEquals(0, measured(rows, "post-norm"), 0.1);
    assertTrue(measured(rows, "gauss-legendre on features") > 6);
  }

  private static double measured(List<OrderStudy.Row> rows, String name) {
    return rows.stream()
        .map(OrderStudy.Row::convergence)
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow()
        .measured();
  }

  @Test
  void aFalseClaimFails() {
    int[] sizes = {10, 20, 40};
    double[] first = Arrays.stream(sizes).mapToDouble(n -> 1.0 / n).toArray();
    assertFalse(row(new Convergence("too good", 2, sizes, first)).pass());
    assertTrue(row(new Convergence("honest", 1, sizes, first)).pass());
    assertTrue(row(new Convergence("silent", 0, sizes, first)).pass());
    assertFalse(row(new Convergence("blown up", 1, sizes, new double[] {1, 1, Double.NaN})).pass());
  }

  private static OrderStudy.Row row(Convergence c) {
    return new OrderStudy.Row(OrderStudy.Kind.SCHEME, "test", c, 0.1);
  }
}
