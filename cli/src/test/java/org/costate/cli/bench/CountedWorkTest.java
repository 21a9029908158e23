package org.costate.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.cost.Quadratic;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;

/// How cost grows, in multiplications that are counted while a gradient runs: no clock.
class CountedWorkTest {
  private static final Preset.Kind KIND = Preset.Kind.ENCODER_PRELN_GELU;

  /// Operations of the matrix products of a forward sweep, and of forward and gradient.
  private record Work(long forward, long gradient) {}

  /// Where the three sizes of a product are among the arguments.
  private static final Map<String, Integer> PRODUCTS =
      Map.of("affine", 0, "gemm", 2, "affineWithTangent", 0, "gemmWithTangent", 2);

  /// How many products a call is: the value, and two for the tangent, unless operands are absent.
  private static long products(String name, Object[] arguments) {
    if (!name.endsWith("WithTangent")) {
      return 1;
    }
    int left = name.startsWith("affine") ? 3 : 6;
    long factors = isThere(arguments[left + 2]) + isThere(arguments[left + 7]);
    return isThere(arguments[17]) + isThere(arguments[19]) * factors;
  }

  private static long isThere(Object array) {
    return ((double[]) array).length > 0 ? 1 : 0;
  }

  private static Work count(Preset preset, Preset.Kind kind) {
    long[] flops = new long[1];
    Kernels plain = new PlainKernels();
    Kernels counting =
        (Kernels)
            Proxy.newProxyInstance(
                Kernels.class.getClassLoader(),
                new Class<?>[] {Kernels.class},
                (proxy, method, arguments) -> {
                  String name = method.getName();
                  int at = PRODUCTS.getOrDefault(name, -1);
                  if (at >= 0) {
                    long rows = products(name, arguments) * (int) arguments[at];
                    flops[0] += 2 * rows * (int) arguments[at + 1] * (int) arguments[at + 2];
                  }
                  return name.equals("parts") ? proxy : method.invoke(plain, arguments);
                });
    Model model = preset.architecture(kind).model();
    Shape shape = preset.shape();
    Batch batch =
        Batch.ofInput(shape, new double[shape.size(preset.width())])
            .withTarget(new double[shape.size(preset.width())]);
    double[] c = new double[model.layout().size()];
    double[] g = new double[c.length];
    SweepOptions options = SweepOptions.with(counting).withExtras(SweepOptions.Extra.INPUT_COSTATE);
    try (EnsembleSweep sweep = new EnsembleSweep(model, Costs.of(new Quadratic()), options)) {
      double unused = sweep.value(c, batch);
      long forward = flops[0];
      unused += sweep.gradient(c, batch, g);
      assertTrue(Double.isFinite(unused));
      return new Work(forward, flops[0] - forward);
    }
  }

  private static Preset shape(int batch, int tokens, int width, int layers) {
    return new Preset("counted", new Shape(batch, tokens), width, 4, 4 * width, layers);
  }

  /// What `bench` divides by the seconds is what runs, but for the scores, which are computed once
  /// more on the way back and not counted there.
  @Test
  void theFormulaCountsWhatRuns() {
    for (Preset p : List.of(shape(3, 24, 32, 2), shape(1, 96, 16, 3), shape(2, 200, 32, 1))) {
      Work work = count(p, KIND);
      assertEquals(p.forwardFlops(), (double) work.forward(), p.toString());
      double scores = 2.0 * p.shape().positions() * p.shape().tokens() * p.width() * p.layers();
      assertEquals(p.gradientFlops() + scores, (double) work.gradient(), p.toString());
    }
  }

  private static void assertExponent(
      double least, double most, List<Integer> sizes, IntFunction<Preset> at) {
    List<Double> flops =
        sizes.stream().map(n -> (double) count(at.apply(n), KIND).gradient()).toList();
    double exponent = Scaling.slope(sizes, flops);
    assertTrue(exponent >= least && exponent <= most, "found the exponent " + exponent);
  }

  /// Over a decade and more: linear in layers and sequences, at most quadratic in tokens and width.
  @Test
  void exponentsOverADecade() {
    assertExponent(1 - 1e-12, 1 + 1e-12, List.of(1, 2, 4, 10), n -> shape(2, 8, 16, n));
    assertExponent(1 - 1e-12, 1 + 1e-12, List.of(1, 2, 4, 10), n -> shape(n, 8, 16, 2));
    assertExponent(1, 2, List.of(16, 32, 64, 160), n -> shape(1, n, 16, 1));
    assertExponent(1.5, 2, List.of(8, 16, 32, 80), n -> shape(1, 16, n, 1));
  }

  /// What a causal mask hides is skipped tile by tile: for many tokens about half.
  @Test
  void masksSkipWhatTheyHide() {
    Preset p = shape(1, 512, 16, 1);
    double weights = 2.0 * p.shape().positions() * 12 * p.width() * p.width();
    double full = count(p, KIND).forward() - weights;
    double causal = count(p, Preset.Kind.CAUSAL_PRELN_GELU).forward() - weights;
    assertTrue(causal < 0.65 * full && causal > 0.5 * full, "found " + causal / full);
  }
}
