package org.costate.control.cost;

import java.util.List;
import org.costate.adjoint.cost.ControlCost;
import org.costate.model.time.ControlLayout.Block;
import org.costate.model.time.TimeBasis;
import org.costate.model.time.TimeGrid;

/// A quadratic cost of the controls in time, `R(c) = ½ Σ_blocks Σ_{k,l} M_{kl} ⟨c_k, c_l⟩`, with
/// one symmetric matrix `M` per block, made from the values of its basis at the middles `s_n` of
/// the steps.
public final class ControlQuadratic implements ControlCost {
  private final List<Block> blocks;
  private final List<double[][]> matrices;

  private ControlQuadratic(List<Block> blocks, List<double[][]> matrices) {
    this.blocks = List.copyOf(blocks);
    this.matrices = List.copyOf(matrices);
  }

  /// Control energy `Σ_n h_n β/2 ‖θ(s_n)‖²`.
  ///
  /// @param weight `β ≥ 0`
  public static ControlQuadratic energy(double weight, TimeGrid grid, List<Block> blocks) {
    requireWeight("control energy", weight);
    return of(grid, blocks, (g, basis, m) -> addEnergy(weight, g, basis, m));
  }

  /// Control variation `Σ_n Δ_n γ/2 ‖(θ(s_{n+1}) − θ(s_n))/Δ_n‖²`, `Δ_n = s_{n+1} − s_n`.
  ///
  /// @param weight `γ ≥ 0`
  public static ControlQuadratic variation(double weight, TimeGrid grid, List<Block> blocks) {
    requireWeight("control variation", weight);
    return of(grid, blocks, (g, basis, m) -> addVariation(weight, g, basis, m));
  }

  @Override
  public double value(double[] c) {
    double sum = 0;
    for (int i = 0; i < blocks.size(); i++) {
      Block b = blocks.get(i);
      double[][] m = matrices.get(i);
      for (int k = 0; k < m.length; k++) {
        for (int l = 0; l < m.length; l++) {
          if (m[k][l] != 0) {
            sum += m[k][l] * dot(c, b.at(k), b.at(l), b.size());
          }
        }
      }
    }
    return 0.5 * sum;
  }

  @Override
  public void addGradient(double[] c, double[] g) {
    addProduct(c, g);
  }

  @Override
  public void addSecond(double[] c, double[] v, double[] hv) {
    addProduct(v, hv);
  }

  private void addProduct(double[] v, double[] out) {
    for (int i = 0; i < blocks.size(); i++) {
      Block b = blocks.get(i);
      double[][] m = matrices.get(i);
      for (int k = 0; k < m.length; k++) {
        for (int l = 0; l < m.length; l++) {
          if (m[k][l] != 0) {
            int to = b.at(k);
            int from = b.at(l);
            for (int j = 0; j < b.size(); j++) {
              out[to + j] += m[k][l] * v[from + j];
            }
          }
        }
      }
    }
  }

  private static double dot(double[] c, int x, int y, int n) {
    double sum = 0;
    for (int j = 0; j < n; j++) {
      sum += c[x + j] * c[y + j];
    }
    return sum;
  }

  @FunctionalInterface
  private interface Form {
    void addTo(TimeGrid grid, TimeBasis basis, double[][] m);
  }

  private static ControlQuadratic of(TimeGrid grid, List<Block> blocks, Form form) {
    List<double[][]> matrices =
        blocks.stream()
            .map(
                b -> {
                  double[][] m = new double[b.basis().count()][b.basis().count()];
                  form.addTo(grid, b.basis(), m);
                  return m;
                })
            .toList();
    return new ControlQuadratic(blocks, matrices);
  }

  private static void addEnergy(double weight, TimeGrid grid, TimeBasis basis, double[][] m) {
    for (int n = 0; n < grid.steps(); n++) {
      addSquare(weight * grid.step(n), values(basis, grid, n), m);
    }
  }

  private static void addVariation(double weight, TimeGrid grid, TimeBasis basis, double[][] m) {
    for (int n = 0; n + 1 < grid.steps(); n++) {
      double[] here = values(basis, grid, n);
      double[] jump = values(basis, grid, n + 1);
      for (int k = 0; k < jump.length; k++) {
        jump[k] -= here[k];
      }
      addSquare(weight / (middle(grid, n + 1) - middle(grid, n)), jump, m);
    }
  }

  private static void addSquare(double factor, double[] phi, double[][] m) {
    for (int k = 0; k < phi.length; k++) {
      for (int l = 0; l < phi.length; l++) {
        m[k][l] += factor * phi[k] * phi[l];
      }
    }
  }

  /// `φ_k(s_n)` for all `k`.
  private static double[] values(TimeBasis basis, TimeGrid grid, int n) {
    double from = grid.time(n);
    double to = grid.time(n + 1);
    double s = middle(grid, n);
    double[] phi = new double[basis.count()];
    int first = basis.first(s, from, to);
    for (int k = first; k < first + basis.support(s, from, to); k++) {
      phi[k] = basis.value(k, 0, s, from, to);
    }
    return phi;
  }

  private static double middle(TimeGrid grid, int n) {
    return 0.5 * (grid.time(n) + grid.time(n + 1));
  }

  private static void requireWeight(String cost, double weight) {
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          cost + ": found weight " + weight + ", expected a finite number of at least 0");
    }
  }
}
