package org.costate.model.scheme;

import static org.costate.model.scheme.NaiveFields.D;
import static org.costate.model.scheme.NaiveFields.HEADS;
import static org.costate.model.scheme.NaiveFields.HIDDEN;
import static org.costate.model.scheme.NaiveFields.N;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.costate.model.converge.Convergence;
import org.costate.model.converge.InitialValueProblem;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.equation.Sphere;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FieldLayer;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Pointwise;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.costate.model.time.Constant;
import org.junit.jupiter.api.Test;

/// The step of the source against the block that it explains, and against its own limit.
class PostNormTest {
  private static final double EPSILON = 1e-5;
  private static final int ATTENTION = (D + 1) * 4 * D;
  private static final int LAYER = (HIDDEN + 1) * HIDDEN;

  private static ContinuousEquation block(double epsilon, double closing) {
    Field first = attention().followedBy(Controlled.of(LayerNorm.standard(D, epsilon), "norm1"));
    Field last = layer("layer2").followedBy(Controlled.of(LayerNorm.standard(D, closing), "norm2"));
    return new ContinuousEquation(
        List.of(first, layer("layer1"), last),
        Optional.empty(),
        Optional.of(new Pointwise(HIDDEN, Activation.RELU)));
  }

  private static Field attention() {
    return Field.of(Controlled.of(Attention.standard(D, HEADS, new Mask.Full()), "attention"));
  }

  private static Field layer(String name) {
    return Field.of(Controlled.of(new FieldLayer(HIDDEN, Activation.IDENTITY, true), name));
  }

  private final SplittableRandom random = new SplittableRandom(17);

  private double[] draw(int n, double mean, double deviation) {
    double[] x = new double[n];
    Arrays.setAll(x, i -> mean + deviation * random.nextGaussian());
    return x;
  }

  private static double[] join(double[]... parts) {
    return Stream.of(parts).flatMapToDouble(Arrays::stream).toArray();
  }

  /// `W − I` and the bias in a feature domain of `HIDDEN` features, for `W` `[in, out]`.
  private static double[] layerOf(double[] weight, double[] bias) {
    double[] layer = new double[LAYER];
    int out = bias.length;
    for (int i = 0; i < weight.length / out; i++) {
      System.arraycopy(weight, i * out, layer, i * HIDDEN, out);
    }
    for (int i = 0; i < HIDDEN; i++) {
      layer[i * HIDDEN + i] -= 1;
    }
    System.arraycopy(bias, 0, layer, HIDDEN * HIDDEN, out);
    return layer;
  }

  private static double[] step(Scheme scheme, double[] u, double[] theta) {
    Step step = new Step(scheme, D);
    Shape shape = new Shape(1, N);
    double[] y = new double[u.length];
    Point p = Point.of(0, 1, shape, Slice.of(u), Slice.of(theta), Batch.empty(shape));
    Workspace w = new Workspace(new PlainKernels(), step.workSize(shape));
    step.apply(p, Slice.of(y), Slice.NONE, w);
    return y;
  }

  @Test
  void aUnitStepIsTheEncoderBlock() {
    double[] attention = draw(ATTENTION, 0, 0.3);
    double[] in = draw(D * HIDDEN, 0, 0.35);
    double[] inBias = draw(HIDDEN, 0, 0.2);
    double[] out = draw(HIDDEN * D, 0, 0.35);
    double[] outBias = draw(D, 0, 0.2);
    double[] norm1 = join(draw(D, 1, 0.2), draw(D, 0, 0.2));
    double[] norm2 = join(draw(D, 1, 0.2), draw(D, 0, 0.2));
    double[] u = draw(N * D, 0, 1);

    double[] u1 = NaiveFields.sum(1, u, 1, NaiveFields.attention(u, attention));
    double[] u2 = NaiveFields.norm(u1, norm1, EPSILON);
    double[] hidden = NaiveFields.affine(u2, D, HIDDEN, join(in, inBias), 0);
    double[] active = Arrays.stream(hidden).map(x -> Math.max(x, 0)).toArray();
    double[] u3 = NaiveFields.affine(active, HIDDEN, D, join(out, outBias), 0);
    double[] expected = NaiveFields.norm(NaiveFields.sum(1, u2, 1, u3), norm2, EPSILON);

    double[] theta = join(attention, norm1, layerOf(in, inBias), layerOf(out, outBias), norm2);
    ContinuousEquation quarter = block(EPSILON, EPSILON / 4);
    assertArrayEquals(expected, step(Schemes.postNorm(quarter, 0.5), u, theta), 1e-13);
    assertArrayEquals(expected, step(Schemes.postNormConsistent(quarter), u, theta), 1e-13);

    double[] same = step(Schemes.postNorm(block(EPSILON, EPSILON), 0.5), u, theta);
    double gap = InitialValueProblem.distance(same, expected);
    assertTrue(gap > 1e-6, "the floor under half the sum must be visible, found " + gap);
  }

  private static final ContinuousEquation ON_SPHERE =
      ContinuousEquation.of(attention(), layer("layer1"), layer("layer2"))
          .on(new Sphere(LayerNorm.projection(D, 0), "sphere", 0, false))
          .positive(new Pointwise(HIDDEN, Activation.RELU));

  /// `P_T (A(u) + G(u) − u)` with `G` the two layers `v ← ReLU(v + v W_1 + b_1)`,
  /// `v ← v + v W_2 + b_2` in the padded feature domain.
  private static double[] limit(double[] u, OrderStudy.Controls theta) {
    double[] v = new double[N * HIDDEN];
    for (int row = 0; row < N; row++) {
      System.arraycopy(u, row * D, v, row * HIDDEN, D);
    }
    double[] first = NaiveFields.affine(v, HIDDEN, HIDDEN, theta.value("layer1"), 0);
    double[] active =
        Arrays.stream(NaiveFields.sum(1, v, 1, first)).map(x -> Math.max(x, 0)).toArray();
    double[] second = NaiveFields.affine(active, HIDDEN, HIDDEN, theta.value("layer2"), 0);
    double[] wide = NaiveFields.sum(1, active, 1, second);
    double[] g = new double[N * D];
    for (int row = 0; row < N; row++) {
      System.arraycopy(wide, row * HIDDEN, g, row * D, D);
    }
    double[] f = NaiveFields.attention(u, theta.value("attention"));
    double[] sum = NaiveFields.sum(1, f, 1, NaiveFields.sum(1, g, -1, u));
    return NaiveFields.tangent(sum, u, theta.value("sphere"), theta.rate("sphere"));
  }

  @Test
  void theConsistentStepHasOrderOne() {
    OrderStudy study = new OrderStudy(ON_SPHERE, new Constant(), 3);
    double[] reference = study.reference(PostNormTest::limit, 1e-11);
    int[] steps = {40, 80, 160, 320};
    Scheme scheme = Schemes.postNormConsistent(ON_SPHERE);
    Convergence found = study.convergence(scheme, reference, steps);
    assertEquals(1, scheme.order());
    assertTrue(found.holds(0.1), found::toString);
  }

  @Test
  void theLiteralStepDoesNotConverge() {
    OrderStudy study = new OrderStudy(ON_SPHERE, new Constant(), 3);
    double[] reference = study.reference(PostNormTest::limit, 1e-11);
    int[] steps = {20, 40, 80, 160, 320};
    Scheme scheme = Schemes.postNorm(ON_SPHERE, 0.5);
    Convergence found = study.convergence(scheme, reference, steps);
    assertEquals(0, scheme.order());
    assertTrue(found.holds(0.1), found::toString);
    assertTrue(Arrays.stream(found.errors()).min().orElseThrow() > 0.5, found::toString);
  }

  @Test
  void whatIsMissingIsNamed() {
    ContinuousEquation rigid =
        ContinuousEquation.of(attention(), layer("layer1"))
            .positive(new Pointwise(HIDDEN, Activation.RELU));
    String found =
        assertThrows(IllegalArgumentException.class, () -> Schemes.postNormConsistent(rigid))
            .getMessage();
    assertTrue(found.contains("no projection behind attention"), found);
    assertThrows(
        IllegalArgumentException.class,
        () -> Schemes.postNorm(ContinuousEquation.of(attention()), 0.5));
  }
}
