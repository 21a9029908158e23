package org.costate.model.time;

import java.util.List;
import java.util.Map;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Slot;
import org.costate.model.state.Slice;

/// The sums `θ_block(t) = Σ_k φ_k(t) c_{block,k}` for the slots of a step, and their transpose.
///
/// Which functions contribute is decided by the times alone, so a step that reads its controls in
/// place adds their adjoint in place as well.
final class ControlSum {
  private final Map<String, ControlLayout.Block> blocks;

  ControlSum(Map<String, ControlLayout.Block> blocks) {
    this.blocks = blocks;
  }

  /// Where in `c` the controls of the slots lie side by side as they are; −1 if they do not.
  int aliasOf(List<Slot> slots, double t, double h) {
    int begin = -1;
    int next = -1;
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      double time = t + slot.at() * h;
      for (int j = 0; j < slot.controls().size(); j++) {
        ControlRef ref = slot.controls().get(j);
        ControlLayout.Block block = blocks.get(ref.block());
        int k = single(block.basis(), ref.derivative(), time, t, t + h);
        if (k < 0 || (next >= 0 && block.at(k) != next)) {
          return -1;
        }
        begin = begin < 0 ? block.at(k) : begin;
        next = block.at(k) + block.size();
      }
    }
    return begin;
  }

  /// The only function that is not zero, if its value is 1; else −1.
  private static int single(TimeBasis basis, int derivative, double time, double from, double to) {
    int found = -1;
    int first = basis.first(time, from, to);
    int behind = first + basis.support(time, from, to);
    for (int k = first; k < behind; k++) {
      double phi = basis.value(k, derivative, time, from, to);
      if (phi != 0) {
        if (phi != 1 || found >= 0) {
          return -1;
        }
        found = k;
      }
    }
    return found;
  }

  /// `θ += Σ_k φ_k c_k`, or its transpose `c_k += φ_k θ`.
  void transfer(List<Slot> slots, double t, double h, Slice theta, double[] c, boolean transposed) {
    int at = theta.offset();
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      double time = t + slot.at() * h;
      for (int j = 0; j < slot.controls().size(); j++) {
        ControlRef ref = slot.controls().get(j);
        ControlLayout.Block block = blocks.get(ref.block());
        TimeBasis basis = block.basis();
        int first = basis.first(time, t, t + h);
        int behind = first + basis.support(time, t, t + h);
        for (int k = first; k < behind; k++) {
          double phi = basis.value(k, ref.derivative(), time, t, t + h);
          if (phi != 0 && transposed) {
            add(phi, theta.array(), at, c, block.at(k), block.size());
          } else if (phi != 0) {
            add(phi, c, block.at(k), theta.array(), at, block.size());
          }
        }
        at += block.size();
      }
    }
  }

  /// `to := to + φ from`.
  static void add(double phi, double[] from, int at, double[] to, int into, int count) {
    for (int i = 0; i < count; i++) {
      to[into + i] += phi * from[at + i];
    }
  }
}
