package org.costate.control.stability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.costate.control.stability.GradientGrowth.Setting;
import org.costate.model.architecture.Arrangement;
import org.costate.model.kernel.PlainKernels;
import org.junit.jupiter.api.Test;

class GradientGrowthTest {
  @Test
  void slopesOfPowersAreTheirExponents() {
    int[] x = {2, 4, 8, 32};
    double[] y = {3 / Math.sqrt(2), 1.5, 3 / Math.sqrt(8), 3 / Math.sqrt(32)};
    assertEquals(-0.5, GradientGrowth.slope(x, y), 1e-14);
  }

  /// As Xiong et al. (2020) have it: the last layer's gradient falls with depth behind pre-norm
  /// and does not behind post-norm.
  @Test
  void lastLayersLearnSlowerWithDepthInPreNormAlone() {
    Setting setting = new Setting(24, 3, 8, 4, List.of(2, 4, 8, 16, 32), 3);
    List<GradientGrowth> told = new ArrayList<>();
    List<GradientGrowth> all = GradientGrowth.measure(setting, new PlainKernels(), told::add);
    assertEquals(all, told);
    GradientGrowth pre = all.get(0);
    GradientGrowth post = all.get(1);
    assertEquals(Arrangement.PRE_NORM, pre.arrangement());
    assertTrue(pre.pass(), "slope " + pre.lastSlope());
    assertTrue(post.pass(), "slope " + post.lastSlope());
    assertTrue(post.lastSlope() - pre.lastSlope() > 0.3);
    assertTrue(pre.last()[4] < pre.last()[0] / 2);
    List<GradientGrowth> again = GradientGrowth.measure(setting, new PlainKernels(), g -> {});
    assertArrayEquals(pre.last(), again.get(0).last(), 0.0);
  }
}
