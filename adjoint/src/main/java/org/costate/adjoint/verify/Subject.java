package org.costate.adjoint.verify;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.Ensemble;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.adjoint.sweep.SweepOptions.Extra;
import org.costate.model.Model;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Batch;
import org.costate.model.time.ControlLayout;

/// What is checked: the cost `J` of a model on a few sequences, as the sweeps compute it, about one
/// point. Directions are drawn relative to the size of the controls, so that steps along them are
/// relative steps.
final class Subject implements AutoCloseable {
  private final Model model;
  private final Costs costs;
  private final Batch batch;
  private final double[] c;
  private final long seed;
  private final EnsembleSweep sweep;
  private final Ensemble ensemble;
  private final double[] sizes;

  Subject(Model model, Costs costs, Batch batch, double[] c, CheckOptions options) {
    this.model = model;
    this.costs = costs;
    this.batch = batch;
    this.c = c.clone();
    this.seed = options.seed();
    this.sweep =
        new EnsembleSweep(
            model, costs, SweepOptions.with(options.kernels()).withExtras(Extra.TANGENTS));
    this.ensemble = sweep.prepare(batch);
    this.sizes = sizes(model.layout(), c);
  }

  Model model() {
    return model;
  }

  Costs costs() {
    return costs;
  }

  Batch batch() {
    return batch;
  }

  /// The point, not to be modified.
  double[] point() {
    return c;
  }

  double value(double[] at) {
    return sweep.value(at, ensemble);
  }

  double[] gradient(double[] at) {
    double[] g = new double[c.length];
    sweep.gradient(at, ensemble, g);
    return g;
  }

  double[] hessianVector(double[] v) {
    double[] hv = new double[c.length];
    sweep.hessianVector(c, ensemble, v, hv);
    return hv;
  }

  /// `c + h v`.
  double[] moved(double h, double[] v) {
    double[] moved = c.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += h * v[i];
    }
    return moved;
  }

  /// A seeded direction of all controls, as large as the controls themselves.
  double[] direction(int number) {
    RandomGenerator random = new SplittableRandom(seed * 1_000_003 + number);
    double[] v = new double[c.length];
    for (int i = 0; i < v.length; i++) {
      v[i] = sizes[i] * random.nextGaussian();
    }
    return v;
  }

  /// A seeded direction of the controls of one block.
  double[] direction(int number, ControlLayout.Block block) {
    double[] all = direction(number);
    double[] v = new double[c.length];
    for (int k = 0; k < coefficients(block); k++) {
      System.arraycopy(all, block.at(k), v, block.at(k), block.size());
    }
    return v;
  }

  /// What `<g, v>` is expected to be for a random direction: `√Σ (g_i s_i)²` over the controls in
  /// which `v` is not zero, `s` the sizes.
  double expected(double[] g, double[] v) {
    double sum = 0;
    for (int i = 0; i < g.length; i++) {
      double part = v[i] == 0 ? 0 : g[i] * sizes[i];
      sum += part * part;
    }
    return Math.sqrt(sum);
  }

  /// `√Σ (s_i x_i)²`: the norm of a gradient in which all controls count alike.
  double norm(double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += sizes[i] * x[i] * (sizes[i] * x[i]);
    }
    return Math.sqrt(sum);
  }

  /// The root mean square of the parameter that a control belongs to, at least that of all controls
  /// together; 1 where all are zero.
  private static double[] sizes(ControlLayout layout, double[] c) {
    double[] sizes = new double[c.length];
    double all = rootMeanSquare(c, 0, c.length);
    double least = all > 0 ? all : 1;
    Arrays.fill(sizes, least);
    for (ControlLayout.Block block : layout.blocks()) {
      for (int k = 0; k < coefficients(block); k++) {
        int at = block.at(k);
        for (Parameter p : block.parameters()) {
          double size = Math.max(rootMeanSquare(c, at, p.size()), least);
          Arrays.fill(sizes, at, at + p.size(), size);
          at += p.size();
        }
      }
    }
    return sizes;
  }

  private static double rootMeanSquare(double[] x, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += x[i] * x[i];
    }
    return count == 0 ? 0 : Math.sqrt(sum / count);
  }

  /// Number of coefficients of a block that are unknowns of their own.
  static int coefficients(ControlLayout.Block block) {
    return block.stride() == 0 ? 1 : block.basis().count();
  }

  @Override
  public void close() {
    sweep.close();
  }
}
