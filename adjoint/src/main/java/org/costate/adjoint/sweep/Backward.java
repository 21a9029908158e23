package org.costate.adjoint.sweep;

import java.util.Arrays;
import java.util.List;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Point;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Adjoint sweeps over a kept trajectory whose results are wanted step by step.
///
/// They allocate what they return and a few vectors of the size of a state and of the controls of
/// a step.
final class Backward {
  private final Model model;
  private final List<Linearisation.Link> links;
  private final Workspace w;
  private final int first;
  private final int steps;

  Backward(Model model, List<Linearisation.Link> links, Workspace w) {
    this.model = model;
    this.links = links;
    this.w = w;
    this.first = model.entry().size();
    this.steps = model.grid().steps();
  }

  double[][] costates(double[] outputCostate) {
    int size = links.getLast().outputSize();
    requireLength("costate of the output", outputCostate, size);
    double[][] costates = new double[steps + 1][];
    double[] lambda = outputCostate.clone();
    for (int i = links.size() - 1; i >= first; i--) {
      if (i == first + steps - 1) {
        costates[steps] = lambda;
      }
      Linearisation.Link link = links.get(i);
      double[] below = new double[link.inputSize()];
      w.reset();
      link.operator()
          .adjoint(
              link.point(),
              link.record(),
              Slice.of(lambda),
              Variation.of(Slice.of(below), Slice.NONE),
              w);
      lambda = below;
      if (i < first + steps) {
        costates[i - first] = lambda;
      }
    }
    return costates;
  }

  double[][] derivatives(double[] costate, List<double[]> directions) {
    requireLength("costate", costate, stateSize());
    double[][] result = new double[directions.size()][steps];
    double[] thetaBar = new double[model.step().controlSize()];
    double[] lambda = costate.clone();
    for (int n = steps - 1; n >= 0; n--) {
      Linearisation.Link link = links.get(first + n);
      double[] below = new double[stateSize()];
      Arrays.fill(thetaBar, 0);
      w.reset();
      link.operator()
          .adjoint(
              link.point(),
              link.record(),
              Slice.of(lambda),
              Variation.of(Slice.of(below), Slice.of(thetaBar)),
              w);
      lambda = below;
      project(n, thetaBar, directions, result);
    }
    return result;
  }

  double[][] growthDerivatives(double[] v, double[] costate, List<double[]> directions) {
    requireLength("direction", v, stateSize());
    requireLength("costate", costate, stateSize());
    double[][] tangents = tangents(v);
    double[][] result = new double[directions.size()][steps];
    double[] thetaBarDot = new double[model.step().controlSize()];
    double[] lambda = costate.clone();
    double[] lambdaDot = new double[stateSize()];
    for (int n = steps - 1; n >= 0; n--) {
      Linearisation.Link link = links.get(first + n);
      double[] below = new double[stateSize()];
      double[] belowDot = new double[stateSize()];
      Arrays.fill(thetaBarDot, 0);
      w.reset();
      link.operator()
          .secondAdjoint(
              link.point(),
              link.record(),
              Variation.of(Slice.of(tangents[n]), Slice.NONE),
              Slice.of(lambda),
              Slice.of(lambdaDot),
              Variation.of(Slice.of(below), Slice.NONE),
              Variation.of(Slice.of(belowDot), Slice.of(thetaBarDot)),
              w);
      lambda = below;
      lambdaDot = belowDot;
      project(n, thetaBarDot, directions, result);
    }
    return result;
  }

  /// `δu_n` in front of every step.
  private double[][] tangents(double[] v) {
    double[][] tangents = new double[steps][];
    tangents[0] = v;
    for (int n = 0; n + 1 < steps; n++) {
      Linearisation.Link link = links.get(first + n);
      tangents[n + 1] = new double[stateSize()];
      w.reset();
      link.operator()
          .tangent(
              link.point(),
              link.record(),
              Variation.of(Slice.of(tangents[n]), Slice.NONE),
              Slice.of(tangents[n + 1]),
              w);
    }
    return tangents;
  }

  /// `<θ̄_n, θ_n(d)>` for every direction `d`.
  private void project(int n, double[] bar, List<double[]> directions, double[][] result) {
    Point p = links.get(first + n).point();
    Kernels k = w.kernels();
    Workspace own = new Workspace(k, model.step().controlSize());
    for (int i = 0; i < result.length; i++) {
      own.reset();
      own.enter();
      Slice d = model.layout().at(directions.get(i), model.step().slots(), p.t(), p.h(), own);
      result[i][n] = d.isNone() ? 0 : k.dot(bar.length, bar, 0, d.array(), d.offset());
      own.leave();
    }
  }

  private int stateSize() {
    return links.get(first).inputSize();
  }

  private static void requireLength(String what, double[] found, int expected) {
    if (found.length != expected) {
      throw new IllegalArgumentException(
          "sweep: found %d numbers as %s, expected %d".formatted(found.length, what, expected));
    }
  }
}
