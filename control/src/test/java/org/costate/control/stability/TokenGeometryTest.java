package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;

class TokenGeometryTest {
  private static final Shape THREE = new Shape(1, 3);

  @Test
  void ofOrthogonalTokensOfEqualLengthIsFullRank() {
    double[] state = {2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0};
    TokenGeometry g = TokenGeometry.of(1, state, state, THREE);
    assertEquals(0, g.meanCosine(), 1e-15);
    assertEquals(3, g.effectiveRank(), 1e-12);
    assertEquals(3, g.clusters());
    assertEquals((3 * Math.E + 6) / 18, g.interactionEnergy(), 1e-15);
    assertEquals(0, g.drift());
    assertEquals(1, g.inputCosine(), 1e-15);
  }

  @Test
  void ofParallelTokensIsOne() {
    double[] state = {1, 2, 2, 2, 4, 4, 0.5, 1, 1};
    double[] first = {1, 2, 2, 2, 4, 4, 0.5, 1, -1};
    TokenGeometry g = TokenGeometry.of(0, state, first, THREE);
    assertEquals(1, g.meanCosine(), 1e-15);
    assertEquals(1, g.effectiveRank(), 1e-12);
    assertEquals(1, g.clusters());
    assertEquals(Math.E / 2, g.interactionEnergy(), 1e-15);
    assertEquals(2 / Math.sqrt(9 + 36 + 2.25), g.drift(), 1e-15);
  }

  @Test
  void effectiveRankIsTheExponentialOfTheEntropy() {
    double[] state = {3, 0, 0, 1};
    double expected = Math.exp(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25));
    TokenGeometry g = TokenGeometry.of(0, state, state, new Shape(1, 2));
    assertEquals(expected, g.effectiveRank(), 1e-12);
    assertTrue(Double.isNaN(TokenGeometry.of(0, state, state, new Shape(1, 1)).meanCosine()));
  }
}
