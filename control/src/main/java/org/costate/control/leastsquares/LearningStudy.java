package org.costate.control.leastsquares;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.costate.control.optimise.Momentum;
import org.costate.control.optimise.OptimiserState;
import org.costate.control.train.RandomStreams;
import org.costate.model.kernel.Kernels;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;

/// What training and the context each remember, on random tables `y = x·c + ε`.
///
/// @param seed where tables and starts come from
public record LearningStudy(long seed, Kernels kernels) {
  /// Most epochs of a training.
  public static final int EPOCHS = 1000;

  /// Distance of the coefficients from least squares at which a training has arrived.
  public static final double ARRIVED = 1e-6;

  private static final int ROWS = 200;
  private static final double RATE = 0.02;
  private static final double RIDGE = 1e-3;

  /// A training from a random start.
  ///
  /// @param features `p`
  /// @param distances largest distance of a coefficient of the map from least squares, before the
  ///     first and behind every epoch
  /// @param rotation largest difference of the trained query map from that of the layer built from
  ///     the covariance: weights differ where the map is the same
  /// @param shifted the distance from least squares, with the same weights, on rows twice as spread
  ///     out with other coefficients: the context alone does not know them
  public record Training(int features, double[] distances, double rotation, double shifted) {
    /// Epochs until the map was reached.
    public int epochs() {
      return distances.length - 1;
    }

    /// Whether it was reached.
    public boolean arrived() {
      return distances[distances.length - 1] <= ARRIVED;
    }
  }

  /// What a change of the context changes.
  ///
  /// @param change what was done
  /// @param slow largest change of a weight of the layer
  /// @param fast largest change of a coefficient that the context holds
  /// @param recursive largest distance of the recursive update from a new fit of all rows
  public record Change(String change, double slow, double fast, double recursive) {}

  /// The same layer in turned weights `L R`, `Rᵀ P` with an orthogonal `R`.
  ///
  /// @param weights largest difference of a weight
  /// @param map largest difference of a coefficient that the context holds
  public record Turn(double weights, double map) {}

  private record Rows(int p, double[] x, double[] y) {
    RegressionData data() {
      return RegressionData.of(x, p, y);
    }

    double[] weights() {
      double[] w = new double[y.length];
      Arrays.fill(w, 1.0 / y.length);
      return w;
    }
  }

  private static Rows rows(int p, double spread, double slope, RandomGenerator random) {
    double[] x = new double[ROWS * p];
    double[] y = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < p; j++) {
        x[i * p + j] = spread * random.nextGaussian();
        y[i] += (slope - 0.5 * j) * x[i * p + j];
      }
      y[i] += 0.3 * random.nextGaussian();
    }
    return new Rows(p, x, y);
  }

  /// Trains a layer on `y = 2 x_1 + 1.5 x_2 + 1 x_3 + … + ε` by gradient descent with momentum
  /// (rate 0.02, 0.9, Nesterov, gradients of norm at most 1) from Gaussian weights.
  public Training train(int features) {
    RandomGenerator random = new RandomStreams(seed).stream("least squares", features);
    Rows rows = rows(features, 1, 2, random);
    LeastSquaresFit fit = new LeastSquares(false, 0, kernels).fit(rows.data());
    LayerObjective objective = new LayerObjective(fit.layer(), rows.x(), rows.y(), kernels);
    double[] c = new double[objective.size()];
    for (int i = 0; i < c.length; i++) {
      c[i] = random.nextGaussian() / Math.sqrt(features);
    }
    Momentum descent = new Momentum(0.9, true, 1);
    OptimiserState state = descent.start(c.length);
    double[] g = new double[c.length];
    List<Double> distances = new ArrayList<>();
    distances.add(distance(c, rows, fit));
    while (distances.size() <= EPOCHS && distances.getLast() > ARRIVED) {
      descent.step(objective, RATE, c, state, g);
      distances.add(distance(c, rows, fit));
    }
    Rows other = rows(features, 2, -1, random);
    LeastSquaresFit there = new LeastSquares(false, 0, kernels).fit(other.data());
    double scale = Math.sqrt(ROWS);
    double rotation = 0;
    double[] built = fit.layer().controls();
    for (int i = 0; i < features; i++) {
      for (int k = 0; k < features; k++) {
        int at = i * 3 * features + k;
        rotation = Math.max(rotation, Math.abs(c[at] - scale * built[at]));
      }
    }
    double[] course = distances.stream().mapToDouble(d -> d).toArray();
    return new Training(features, course, rotation, distance(c, other, there));
  }

  private double distance(double[] c, Rows rows, LeastSquaresFit fit) {
    RegressionLayer layer = RegressionLayer.ofControls(rows.p(), c, kernels);
    return apart(layer.coefficients(rows.x(), rows.weights()), fit.coefficients());
  }

  /// Reorders, removes and adds rows of the context of a layer with four features, and lets a
  /// recursive update follow.
  public List<Change> changes() {
    int p = 4;
    RandomGenerator random = new RandomStreams(seed).stream("least squares", 0);
    Rows all = rows(p, 1, 2, random);
    Rows before = part(all, 0, ROWS - 1);
    LeastSquaresFit fit = new LeastSquares(false, RIDGE, kernels).fit(before.data());
    RecursiveLeastSquares memory = new RecursiveLeastSquares(p, RIDGE, 1);
    for (int i = 0; i < before.y().length; i++) {
      memory.remember(row(all, i), all.y()[i]);
    }
    List<Change> changes = new ArrayList<>();
    changes.add(change("nothing", fit, before, before, memory));
    changes.add(change("rows in reverse order", fit, before, reversed(before), memory));
    memory.remember(row(all, ROWS - 1), all.y()[ROWS - 1]);
    changes.add(change("a row more", fit, before, all, memory));
    memory.takeBack(row(all, 0), all.y()[0]);
    changes.add(change("and the first row less", fit, before, part(all, 1, ROWS), memory));
    return changes;
  }

  private Change change(
      String name, LeastSquaresFit fit, Rows before, Rows after, RecursiveLeastSquares memory) {
    double[] weights = fit.layer().controls();
    double[] old = fit.layer().coefficients(before.x(), ones(before));
    double[] now = fit.layer().coefficients(after.x(), ones(after));
    LeastSquaresFit again = new LeastSquares(false, RIDGE, kernels).fit(after.data());
    return new Change(
        name,
        apart(weights, fit.layer().controls()),
        apart(old, now),
        apart(memory.coefficients(), again.coefficients()));
  }

  /// Builds the layer of a table with eight features and turns its weights by a random orthogonal
  /// matrix: what can be identified is the map, not the weights.
  public Turn turn() {
    int p = 8;
    RandomGenerator random = new RandomStreams(seed).stream("least squares turned", 0);
    Rows rows = rows(p, 1, 2, random);
    RegressionLayer built = new LeastSquares(false, 0, kernels).fit(rows.data()).layer();
    double[][] gaussian = new double[p][p];
    for (double[] row : gaussian) {
      Arrays.setAll(row, k -> random.nextGaussian());
    }
    RealMatrix turn = new QRDecomposition(new Array2DRowRealMatrix(gaussian, false)).getQ();
    RegressionLayer turned = built.turned(turn.getData());
    return new Turn(
        apart(built.controls(), turned.controls()),
        apart(built.coefficients(rows.x(), ones(rows)), turned.coefficients(rows.x(), ones(rows))));
  }

  private static double[] ones(Rows rows) {
    double[] w = new double[rows.y().length];
    Arrays.fill(w, 1);
    return w;
  }

  private static double[] row(Rows rows, int i) {
    return Arrays.copyOfRange(rows.x(), i * rows.p(), (i + 1) * rows.p());
  }

  private static Rows part(Rows rows, int from, int to) {
    return new Rows(
        rows.p(),
        Arrays.copyOfRange(rows.x(), from * rows.p(), to * rows.p()),
        Arrays.copyOfRange(rows.y(), from, to));
  }

  private static Rows reversed(Rows rows) {
    int n = rows.y().length;
    double[] x = new double[rows.x().length];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(rows.x(), i * rows.p(), x, (n - 1 - i) * rows.p(), rows.p());
      y[n - 1 - i] = rows.y()[i];
    }
    return new Rows(rows.p(), x, y);
  }

  private static double apart(double[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}
