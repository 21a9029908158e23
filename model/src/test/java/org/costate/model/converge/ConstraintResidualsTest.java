package org.costate.model.converge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.costate.model.kernel.PlainKernels;
import org.junit.jupiter.api.Test;

class ConstraintResidualsTest {
  @Test
  void substepsKeepTheirConstraintsExactly() {
    ConstraintResiduals.Result found = ConstraintResiduals.of(0, 5, new PlainKernels());
    assertEquals(
        List.of(
            "attention",
            "layer norm",
            "field layer",
            "pointwise",
            "field layer",
            "relaxation",
            "layer norm"),
        found.substeps().stream().map(ConstraintResiduals.Substep::name).toList());
    assertEquals(8, found.checks().size());
    assertTrue(found.checks().stream().allMatch(ConstraintResiduals.Check::pass), found::toString);
    assertTrue(found.substeps().get(1).defect() < 1e-13);
    assertTrue(found.substeps().get(0).mean() > 1e-3, "attention must leave the set");
    assertTrue(found.substeps().get(2).least() < 0 && found.substeps().get(3).least() == 0);
  }

  @Test
  void aFloorLeavesTheVarianceShortByTheAnalyticAmount() {
    ConstraintResiduals.Result found = ConstraintResiduals.of(0.01, 5, new PlainKernels());
    assertTrue(found.checks().stream().allMatch(ConstraintResiduals.Check::pass), found::toString);
    assertTrue(found.substeps().get(1).defect() > 1e-4, "the floor must be visible");
    assertEquals(6, found.checks().size());
  }
}
