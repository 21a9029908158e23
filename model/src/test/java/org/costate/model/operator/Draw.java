package org.costate.model.operator;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Seeded points and directions of the size that an operator meets in use.
public final class Draw {
  private final RandomGenerator random;

  /// @param seed decides every number drawn from here
  public Draw(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /// `n` standard normal numbers.
  public double[] normal(int n) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextGaussian();
    }
    return x;
  }

  /// Controls of an initialised operator: matrices that keep the variance, gains and deviations
  /// about 1, all others spread about 0.
  public double[] controls(List<Parameter> parameters) {
    double[] theta = direction(parameters);
    int at = 0;
    for (Parameter p : parameters) {
      for (int i = at; i < at + p.size(); i++) {
        switch (p.role()) {
          case GAIN, CONSTRAINT_DEVIATION -> theta[i] += 1;
          case WEIGHT, BIAS, EMBEDDING, CONSTRAINT_MEAN, RATE -> {}
        }
      }
      at += p.size();
    }
    return theta;
  }

  /// A direction in the space of the controls, of the size of the controls themselves.
  public double[] direction(List<Parameter> parameters) {
    double[] theta = new double[parameters.stream().mapToInt(Parameter::size).sum()];
    int at = 0;
    for (Parameter p : parameters) {
      double deviation =
          switch (p.role()) {
            case WEIGHT -> 1 / Math.sqrt(p.rows());
            case EMBEDDING -> 1;
            case BIAS, CONSTRAINT_MEAN, RATE -> 0.5;
            case GAIN, CONSTRAINT_DEVIATION -> 0.2;
          };
      for (int i = at; i < at + p.size(); i++) {
        theta[i] = deviation * random.nextGaussian();
      }
      at += p.size();
    }
    return theta;
  }
}
