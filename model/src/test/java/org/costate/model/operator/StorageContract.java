package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.costate.model.kernel.Allocation;
import org.costate.model.kernel.Kernels;
import org.costate.model.kernel.OpenBlasKernels;
import org.costate.model.state.Point;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// What every operator promises about storage: absent parts, leftovers, sequences and threads do
/// not change results, and nothing is allocated. That inputs and guards keep their bits, that sizes
/// suffice and that frames are closed is checked by [Probe] in every call.
public final class StorageContract {
  private static final double ROUNDING = 1e-14;

  private final OperatorCase entry;
  private final Kernels kernels;
  private final Probe probe;
  private final double rounding;
  private final Draw draw = new Draw(4711);
  private final Pair p;
  private final Pair v;
  private final double[] lambda;
  private final double[] dLambda;

  /// @param kernels the arithmetic under test
  public StorageContract(OperatorCase entry, Kernels kernels) {
    this(entry, kernels, ROUNDING);
  }

  /// @param rounding how far results of the same value may differ, of their norm
  StorageContract(OperatorCase entry, Kernels kernels, double rounding) {
    this.entry = entry;
    this.rounding = rounding;
    this.kernels = kernels;
    this.probe = new Probe(entry, kernels);
    this.p = entry.point(draw);
    this.v = entry.direction(draw);
    this.lambda = draw.normal(entry.outputSize());
    this.dLambda = draw.normal(entry.outputSize());
  }

  void absentPartsAreZeroOrSkipped() {
    absentDirectionsAreZero();
    Pair bar = probe.adjoint(p, lambda);
    Probe.Second second = probe.second(p, v, lambda, dLambda);
    for (Pair wanted : subsets(probe.zero())) {
      assertBits(restrict(bar, wanted), probe.adjoint(p, lambda, wanted), "adjoint, part absent");
      for (Pair wantedDot : subsets(probe.zero())) {
        Probe.Second found =
            probe.second(p, v, lambda, dLambda, new Probe.Second(wanted, wantedDot));
        assertBits(restrict(second.bar(), wanted), found.bar(), "second adjoint, part absent");
        assertBits(
            restrict(second.barDot(), wantedDot), found.barDot(), "second adjoint, part absent");
      }
    }
  }

  private void absentDirectionsAreZero() {
    for (Pair part : subsets(v)) {
      Pair filled = probe.zero().plus(1, part);
      assertClose(probe.tangent(p, filled), probe.tangent(p, part), "tangent, part absent");
      Probe.Second expected = probe.second(p, filled, lambda, dLambda);
      Probe.Second found = probe.second(p, part, lambda, dLambda);
      assertClose(expected.bar().u(), found.bar().u(), "bar.u, direction absent");
      assertClose(expected.bar().theta(), found.bar().theta(), "bar.theta, direction absent");
      assertClose(expected.barDot().u(), found.barDot().u(), "barDot.u, direction absent");
      assertClose(
          expected.barDot().theta(), found.barDot().theta(), "barDot.theta, direction absent");
    }
  }

  void freshControlsNeedNotBeCleared() {
    if (!entry.operator().knowsFresh()) {
      return;
    }
    assertBits(probe.adjoint(p, lambda), probe.freshAdjoint(p, lambda), "adjoint, fresh controls");
    for (Pair part : subsets(v)) {
      Probe.Second expected = probe.second(p, part, lambda, dLambda);
      Probe.Second found = probe.freshSecond(p, part, lambda, dLambda);
      assertBits(expected.bar(), found.bar(), "second adjoint, fresh controls");
      assertBits(expected.barDot(), found.barDot(), "second adjoint, fresh controls");
    }
  }

  void valueIsTheSameWithoutRecordAndMadeAgain() {
    double[] y = probe.value(p, true).y();
    assertTrue(
        Pair.sameBits(y, probe.value(p, false).y()),
        entry + ": the value depends on whether a record is kept");
    if (entry.operator().isRemade()) {
      assertTrue(Pair.sameBits(y, probe.remade(p)), entry + ": the value made again is another");
    }
  }

  void tangentsAreTheSameKeptAndComputedAgain() {
    for (Pair part : subsets(v)) {
      assertTrue(
          Pair.sameBits(probe.tangent(p, part), probe.tangentWithRecord(p, part).y()),
          entry + ": the tangent depends on whether its record is kept");
      Probe.Second expected = probe.second(p, part, lambda, dLambda);
      double[] kept = probe.tangentWithRecord(p, part).record();
      Probe.Second found = probe.secondWithRecord(p, part, kept, lambda, dLambda);
      assertBits(expected.bar(), found.bar(), "second adjoint, tangents kept");
      assertBits(expected.barDot(), found.barDot(), "second adjoint, tangents kept");
    }
  }

  void valueAndTangentComeTogether() {
    for (Pair part : subsets(v)) {
      Probe.Joint joint = probe.applyWithTangent(p, part);
      assertClose(probe.apply(p), joint.y(), "value, with the tangent");
      assertClose(probe.tangent(p, part), joint.dy(), "tangent, with the value");
      Probe.Second expected = probe.second(p, part, lambda, dLambda);
      Probe.Second found =
          probe.secondWithRecord(p, part, joint.directionRecord(), lambda, dLambda);
      String what = "second adjoint, tangents kept with the value";
      assertClose(expected.bar().u(), found.bar().u(), what);
      assertClose(expected.bar().theta(), found.bar().theta(), what);
      assertClose(expected.barDot().u(), found.barDot().u(), what);
      assertClose(expected.barDot().theta(), found.barDot().theta(), what);
    }
  }

  void leftoversHaveNoEffect() {
    Probe clean = new Probe(entry, kernels, 0.0);
    assertBits(
        new Pair(clean.apply(p), clean.value(p, true).record()),
        new Pair(probe.apply(p), probe.value(p, true).record()),
        "value and record after poison");
    assertTrue(
        Pair.sameBits(clean.tangent(p, v), probe.tangent(p, v)), entry + ": tangent after poison");
    assertBits(clean.adjoint(p, lambda), probe.adjoint(p, lambda), "adjoint after poison");
    Probe.Second expected = clean.second(p, v, lambda, dLambda);
    Probe.Second found = probe.second(p, v, lambda, dLambda);
    assertBits(expected.bar(), found.bar(), "second adjoint after poison");
    assertBits(expected.barDot(), found.barDot(), "second adjoint after poison");
    for (double[] all : List.of(found.bar().u(), found.bar().theta(), found.barDot().u())) {
      assertTrue(Arrays.stream(all).allMatch(Double::isFinite), entry + ": poison got through");
    }
  }

  void sequencesDoNotMix() {
    int batch = entry.shape().batch();
    double[] y = probe.apply(p);
    double[] dy = probe.tangent(p, v);
    Pair bar = probe.adjoint(p, lambda);
    double[] thetaBar = new double[bar.theta().length];
    for (int i = 0; i < batch; i++) {
      Probe one = new Probe(entry.sequence(i), kernels);
      Pair pi = new Pair(part(p.u(), i), p.theta());
      Pair vi = new Pair(part(v.u(), i), v.theta());
      assertSame(part(y, i), one.apply(pi), "value of sequence " + i);
      assertSame(part(dy, i), one.tangent(pi, vi), "tangent of sequence " + i);
      Pair bari = one.adjoint(pi, part(lambda, i));
      assertSame(part(bar.u(), i), bari.u(), "adjoint of sequence " + i);
      thetaBar = Pair.plus(thetaBar, 1, bari.theta());
    }
    assertClose(bar.theta(), thetaBar, "adjoint of the controls, summed over sequences");
  }

  /// Same bits, or the same to rounding with products whose order of summation depends on their
  /// number of rows.
  private void assertSame(double[] expected, double[] found, String what) {
    if (kernels instanceof OpenBlasKernels) {
      assertClose(expected, found, what);
    } else {
      assertTrue(Pair.sameBits(expected, found), entry + ": " + what + ": other bits");
    }
  }

  private double[] part(double[] all, int i) {
    int each = all.length / entry.shape().batch();
    return Arrays.copyOfRange(all, i * each, (i + 1) * each);
  }

  void threadsDoNotMix() throws Exception {
    Pair expected = probe.adjoint(p, lambda);
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      List<Future<Pair>> found = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        found.add(pool.submit(() -> new Probe(entry, kernels).adjoint(p, lambda)));
      }
      for (Future<Pair> each : found) {
        assertBits(expected, each.get(), "adjoint on two threads");
      }
    }
  }

  void nothingIsAllocated() {
    Runnable actions = actions();
    for (int i = 0; i < 30; i++) {
      actions.run();
    }
    Allocation.assertGetsToNothing(5, entry + ": the four actions after warm-up", actions);
  }

  private Runnable actions() {
    Operator operator = entry.operator();
    Workspace w = new Workspace(kernels, operator.workSize(entry.shape()));
    Point point =
        Point.of(
            entry.t(), entry.h(), entry.shape(), slice(p.u()), slice(p.theta()), entry.batch());
    Variation direction = variation(v);
    Variation bar = variation(probe.zero());
    Variation barDot = variation(probe.zero());
    Slice y = slice(new double[entry.outputSize()]);
    Slice dy = slice(new double[entry.outputSize()]);
    Slice record = slice(new double[operator.recordSize(entry.shape())]);
    Slice costate = slice(lambda);
    Slice dCostate = slice(dLambda);
    return () -> {
      operator.apply(point, y, record, w);
      operator.tangent(point, record, direction, y, w);
      operator.applyWithTangent(point, y, record, direction, dy, w);
      operator.adjoint(point, record, costate, bar, w);
      operator.secondAdjoint(point, record, direction, costate, dCostate, bar, barDot, w);
    };
  }

  private static Slice slice(double[] values) {
    return values.length == 0 ? Slice.NONE : Slice.of(values.clone());
  }

  private static Variation variation(Pair pair) {
    return Variation.of(slice(pair.u()), slice(pair.theta()));
  }

  private static List<Pair> subsets(Pair all) {
    return List.of(all, all.stateOnly(), all.controlsOnly(), Pair.absent());
  }

  private static Pair restrict(Pair all, Pair wanted) {
    return new Pair(
        Arrays.copyOf(all.u(), wanted.u().length),
        Arrays.copyOf(all.theta(), wanted.theta().length));
  }

  private void assertBits(Pair expected, Pair found, String what) {
    assertTrue(expected.sameBits(found), entry + ": " + what + ": other bits");
  }

  private void assertClose(double[] expected, double[] found, String what) {
    assertArrayEquals(
        expected, found, rounding * Math.max(Pair.norm(expected), 1e-300), entry + ": " + what);
  }
}
