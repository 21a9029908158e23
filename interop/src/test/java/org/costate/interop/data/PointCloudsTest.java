package org.costate.interop.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.costate.interop.data.PointClouds.Solid;
import org.costate.model.InputException;
import org.junit.jupiter.api.Test;

class PointCloudsTest {
  private static final int POINTS = 4000;

  private static double[] cloud(PointClouds all, Solid solid) {
    int each = 3 * all.points();
    int at = List.of(Solid.values()).indexOf(solid);
    return Arrays.copyOfRange(all.coordinates(), at * each, (at + 1) * each);
  }

  private static double[] radii(double[] cloud) {
    double[] r = new double[cloud.length / 3];
    Arrays.setAll(
        r,
        i ->
            Math.sqrt(
                cloud[3 * i] * cloud[3 * i]
                    + cloud[3 * i + 1] * cloud[3 * i + 1]
                    + cloud[3 * i + 2] * cloud[3 * i + 2]));
    return r;
  }

  private static double secondMoment(double[] cloud) {
    return Arrays.stream(radii(cloud)).map(r -> r * r).average().orElseThrow();
  }

  @Test
  void cloudsAreCentredAndFillTheUnitBall() {
    PointClouds all = PointClouds.generate(5, POINTS, 0, 3);
    assertArrayEquals(new int[] {0, 1, 2, 3, 4}, all.labels());
    for (Solid solid : Solid.values()) {
      double[] cloud = cloud(all, solid);
      assertEquals(1, Arrays.stream(radii(cloud)).max().orElseThrow(), 1e-12, solid.name());
      for (int k = 0; k < 3; k++) {
        double sum = 0;
        for (int i = k; i < cloud.length; i += 3) {
          sum += cloud[i];
        }
        assertEquals(0, sum / POINTS, 1e-12, solid.name());
      }
    }
  }

  /// Second moments of uniform surface measures, by hand: sphere 1; cube `1 + 2/3` of `3`; torus
  /// `∫(R² + 2Rr cos v + r²)(R + r cos v) dv = R² + 2r²` over its outermost radius; cylinder
  /// `(2/3)(1 + 1/3) + (1/3)(1/2 + 1)` of `2`.
  @Test
  void pointsAreUniformOnTheSurface() {
    PointClouds all = PointClouds.generate(5, POINTS, 0, 4);
    assertEquals(1, secondMoment(cloud(all, Solid.SPHERE)), 0.05);
    assertEquals(5.0 / 9, secondMoment(cloud(all, Solid.CUBE)), 0.03);
    assertEquals((1 + 2 * 0.16) / 1.96, secondMoment(cloud(all, Solid.TORUS)), 0.03);
    assertEquals((8.0 / 9 + 0.5) / 2, secondMoment(cloud(all, Solid.CYLINDER)), 0.03);
    double noisy = secondMoment(cloud(PointClouds.generate(5, POINTS, 0.2, 4), Solid.SPHERE));
    assertEquals(1 + 3 * 0.04, noisy, 0.05);
  }

  @Test
  void rotationsAreUniform() {
    PointClouds all = PointClouds.generate(5000, 2, 0, 5);
    double[] sum = new double[9];
    for (int i = 0; i < all.labels().length; i++) {
      for (int j = 0; j < 9; j++) {
        sum[j] += all.coordinates()[6 * i + j / 3] * all.coordinates()[6 * i + j % 3] / 5000;
      }
    }
    for (int j = 0; j < 9; j++) {
      assertEquals(j % 4 == 0 ? 1.0 / 3 : 0, sum[j], 0.03);
    }
  }

  @Test
  void theSeedDecides() {
    double[] once = PointClouds.generate(7, 9, 0.03, 1).coordinates();
    assertArrayEquals(once, PointClouds.generate(7, 9, 0.03, 1).coordinates());
    assertNotEquals(once[0], PointClouds.generate(7, 9, 0.03, 2).coordinates()[0]);
  }

  @Test
  void impossibleCloudsAreRefused() {
    assertThrows(InputException.class, () -> PointClouds.generate(0, 9, 0, 1));
    assertThrows(InputException.class, () -> PointClouds.generate(1, 1, 0, 1));
    String found =
        assertThrows(InputException.class, () -> PointClouds.generate(1, 9, -1, 1)).getMessage();
    assertTrue(found.contains("noise -1.0"), found);
  }
}
