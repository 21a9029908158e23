package org.costate.control.train;

import java.util.List;
import java.util.Optional;
import org.costate.model.InputException;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.Legendre;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.PiecewiseLinear;
import org.costate.model.time.TimeBasis;

/// Takes controls from few functions of time to many: the controls `θ(t)` stay the same functions,
/// exactly, because the spaces are nested — cells that are divided, nodes that are kept,
/// polynomials of higher degree. With it a model is trained on a coarse grid first.
public final class Prolongation {
  private Prolongation() {}

  /// The coefficients in `fine` of the controls that `c` are in `coarse`.
  ///
  /// @throws InputException if the layouts have other blocks or their functions are not nested
  public static double[] of(ControlLayout coarse, double[] c, ControlLayout fine) {
    require(coarse, fine);
    double[] prolonged = new double[fine.size()];
    for (ControlLayout.Block to : fine.blocks()) {
      ControlLayout.Block from = coarse.block(to.name());
      for (int k = 0; k < to.basis().count(); k++) {
        add(from, to, k, c, prolonged);
      }
    }
    return prolonged;
  }

  /// Refuses layouts between which controls cannot be taken without change.
  public static void require(ControlLayout coarse, ControlLayout fine) {
    List<String> names = coarse.blocks().stream().map(ControlLayout.Block::name).toList();
    for (ControlLayout.Block to : fine.blocks()) {
      if (!names.contains(to.name())
          || !coarse.block(to.name()).parameters().equals(to.parameters())) {
        throw new InputException(
            "prolongation: found no block " + to.name() + " of the same parameters", "one", "");
      }
      refusal(coarse.block(to.name()).basis(), to.basis())
          .ifPresent(
              expected -> {
                throw new InputException(
                    "prolongation: found "
                        + describe(coarse.block(to.name()).basis())
                        + " before "
                        + describe(to.basis()),
                    expected,
                    "");
              });
    }
  }

  private static String describe(TimeBasis basis) {
    return basis.count() + " functions of time (" + basis.name() + ")";
  }

  private static Optional<String> refusal(TimeBasis coarse, TimeBasis fine) {
    if (coarse instanceof PiecewiseConstant a && fine instanceof PiecewiseConstant b) {
      return b.count() % a.count() == 0 && a.end() == b.end()
          ? Optional.empty()
          : Optional.of("a number of intervals that divides the next");
    }
    if (coarse instanceof PiecewiseLinear a && fine instanceof PiecewiseLinear b) {
      return (b.count() - 1) % (a.count() - 1) == 0 && a.end() == b.end()
          ? Optional.empty()
          : Optional.of("nodes that are among the next: (nodes − 1) divides (next nodes − 1)");
    }
    if (coarse instanceof Legendre a && fine instanceof Legendre b) {
      return b.count() >= a.count() && a.end() == b.end()
          ? Optional.empty()
          : Optional.of("at most as many polynomials as the next");
    }
    return coarse instanceof Constant && fine instanceof Constant
        ? Optional.empty()
        : Optional.of("functions of time of the same kind");
  }

  /// Coefficient `k` of a block of the fine layout.
  private static void add(
      ControlLayout.Block from, ControlLayout.Block to, int k, double[] c, double[] prolonged) {
    switch (to.basis()) {
      case PiecewiseConstant b -> {
        int cell = (int) ((long) k * from.basis().count() / b.count());
        copy(from, cell, 1, to, k, c, prolonged);
      }
      case PiecewiseLinear b -> {
        int parts = (b.count() - 1) / (from.basis().count() - 1);
        int left = k / parts;
        double right = (double) (k % parts) / parts;
        copy(from, left, 1 - right, to, k, c, prolonged);
        if (right > 0) {
          copy(from, left + 1, right, to, k, c, prolonged);
        }
      }
      default -> {
        if (k < from.basis().count()) {
          copy(from, k, 1, to, k, c, prolonged);
        }
      }
    }
  }

  private static void copy(
      ControlLayout.Block from,
      int j,
      double factor,
      ControlLayout.Block to,
      int k,
      double[] c,
      double[] prolonged) {
    for (int i = 0; i < to.size(); i++) {
      prolonged[to.at(k) + i] += factor * c[from.at(j) + i];
    }
  }
}
