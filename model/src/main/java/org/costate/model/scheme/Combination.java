package org.costate.model.scheme;

import org.costate.model.kernel.Kernels;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// The linear part of an [Instruction] and its transpose, on a table of values `r`.
final class Combination {
  private Combination() {}

  /// `r[target] := scale r[target] + Σ_k c_k r[source_k]`; absent sources are zero.
  static void gather(Instruction line, double h, double scale, Slice[] r, Kernels k) {
    Slice y = r[line.target];
    double keep = scale;
    for (int i = 0; i < line.sources.length; i++) {
      Slice x = r[line.sources[i]];
      if (!x.isNone()) {
        double c = line.coefficients[i].value(h);
        k.axpby(y.length(), c, x.array(), x.offset(), keep, y.array(), y.offset());
        keep = 1;
      }
    }
    if (keep != 1) {
      k.axpby(y.length(), keep, y.array(), y.offset(), 0, y.array(), y.offset());
    }
  }

  /// The transpose of [#gather] in the terms: `r[source_k] := r[source_k] + c_k r[target]`.
  static void scatter(Instruction line, double h, Slice[] r, Kernels k) {
    Slice x = r[line.target];
    for (int i = 0; i < line.sources.length; i++) {
      Slice y = r[line.sources[i]];
      if (!y.isNone()) {
        double c = line.coefficients[i].value(h);
        double keep = line.opens[i] ? 0 : 1;
        k.axpby(y.length(), c, x.array(), x.offset(), keep, y.array(), y.offset());
      }
    }
  }

  /// `weight costate`: in `room` unless the weight is 1.
  static Slice weighted(Instruction.Call call, double h, Slice costate, Slice room, Workspace w) {
    double weight = call.weight.value(h);
    if (weight == 1) {
      return costate;
    }
    int n = costate.length();
    w.kernels().axpby(n, weight, costate.array(), costate.offset(), 0, room.array(), room.offset());
    return w.view(room, 0, n);
  }
}
