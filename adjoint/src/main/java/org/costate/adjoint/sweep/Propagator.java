package org.costate.adjoint.sweep;

import java.util.List;
import org.costate.adjoint.LinearMap;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The product of the Jacobians of consecutive operators of a trajectory, `∂u_b/∂u_a`: applied by a
/// tangent sweep, transposed by an adjoint sweep, controls held. Made by a [Linearisation]; no
/// product allocates once it is warm. Belongs to the thread of its linearisation.
public final class Propagator implements LinearMap {
  private final List<Linearisation.Link> links;
  private final Registers registers;
  private final Workspace w;

  Propagator(List<Linearisation.Link> links, Registers registers, Workspace w) {
    this.links = links;
    this.registers = registers;
    this.w = w;
  }

  @Override
  public int rows() {
    return links.getLast().outputSize();
  }

  @Override
  public int cols() {
    return links.getFirst().inputSize();
  }

  @Override
  public void apply(double[] v, double[] out) {
    requireLengths(v.length, cols(), out.length, rows());
    w.reset();
    w.enter();
    registers.present(v.length, w).copyFrom(w.view(v, 0, v.length));
    for (int i = 0; i < links.size(); i++) {
      Linearisation.Link link = links.get(i);
      w.enter();
      Slice du = registers.present(link.inputSize(), w);
      Slice dy = registers.next(link.outputSize(), w);
      link.operator().tangent(link.point(), link.record(), w.variation(du, Slice.NONE), dy, w);
      registers.turn();
      w.leave();
    }
    w.view(out, 0, out.length).copyFrom(registers.present(out.length, w));
    w.leave();
  }

  @Override
  public void applyTranspose(double[] costate, double[] out) {
    requireLengths(costate.length, rows(), out.length, cols());
    w.reset();
    w.enter();
    registers.present(costate.length, w).copyFrom(w.view(costate, 0, costate.length));
    for (int i = links.size() - 1; i >= 0; i--) {
      Linearisation.Link link = links.get(i);
      w.enter();
      Slice lambda = registers.present(link.outputSize(), w);
      Slice below = registers.next(link.inputSize(), w);
      below.fill(0);
      link.operator()
          .adjoint(link.point(), link.record(), lambda, w.variation(below, Slice.NONE), w);
      registers.turn();
      w.leave();
    }
    w.view(out, 0, out.length).copyFrom(registers.present(out.length, w));
    w.leave();
  }

  private static void requireLengths(int in, int expectedIn, int out, int expectedOut) {
    if (in != expectedIn || out != expectedOut) {
      throw new IllegalArgumentException(
          "propagator: found vectors of %d and %d numbers, expected %d and %d"
              .formatted(in, out, expectedIn, expectedOut));
    }
  }
}
