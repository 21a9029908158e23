package org.costate.control.leastsquares;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.costate.control.train.Dataset;
import org.costate.control.train.RandomStreams;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// Random regressions `y = <w, x> + σ ε` with Gaussian `w`, `x`, `ε`, every one another `w`: a
/// member is one regression as a sequence of tokens `(x_i, y_i)`, the context of `n` rows, with
/// quadrature weight `1/n` each, tokens of weight 0 up to the longest context, and last a query
/// `(x, 0)` of weight 0. The target is `<w, x>` in the last feature of the query.
///
/// @param features `p`
/// @param least fewest rows of a context
/// @param most most rows; all numbers between are equally likely
/// @param noise `σ`
/// @param size number of members
/// @param name of the stream of random numbers, so that trained and judged tasks differ
public record RandomTasks(
    int features, int least, int most, double noise, int size, long seed, String name)
    implements Dataset {
  /// One regression.
  ///
  /// @param x `[rows, p]`
  /// @param y `[rows]`
  /// @param query `[p]`
  /// @param truth `<w, query>`
  public record Task(double[] x, double[] y, double[] query, double truth) {}

  /// Member `index`; the same whenever it is asked for.
  public Task task(int index) {
    RandomGenerator random = new RandomStreams(seed).stream(name, index);
    int rows = least + random.nextInt(most - least + 1);
    double[] w = gaussian(features, random);
    double[] x = gaussian(rows * features, random);
    double[] y = new double[rows];
    for (int i = 0; i < rows; i++) {
      y[i] = noise * random.nextGaussian();
      for (int j = 0; j < features; j++) {
        y[i] += w[j] * x[i * features + j];
      }
    }
    double[] query = gaussian(features, random);
    double truth = 0;
    for (int j = 0; j < features; j++) {
      truth += w[j] * query[j];
    }
    return new Task(x, y, query, truth);
  }

  private static double[] gaussian(int count, RandomGenerator random) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> random.nextGaussian());
    return values;
  }

  @Override
  public Batch batch(int[] members) {
    int width = features + 1;
    int tokens = most + 1;
    Shape shape = new Shape(members.length, tokens);
    double[] input = new double[shape.size(width)];
    double[] target = new double[shape.size(width)];
    double[] weights = new double[shape.positions()];
    for (int b = 0; b < members.length; b++) {
      Task task = task(members[b]);
      int rows = task.y().length;
      for (int i = 0; i < rows; i++) {
        int at = (b * tokens + i) * width;
        System.arraycopy(task.x(), i * features, input, at, features);
        input[at + features] = task.y()[i];
        weights[b * tokens + i] = 1.0 / rows;
      }
      int at = (b * tokens + most) * width;
      System.arraycopy(task.query(), 0, input, at, features);
      target[at + features] = task.truth();
    }
    return Batch.ofInput(shape, input).withTokenWeights(weights).withTarget(target);
  }
}
