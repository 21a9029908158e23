package org.costate.control.stability;

import java.util.List;

/// Means and deviations over an ensemble, number by number.
///
/// @param mean of every number
/// @param deviation `√(Σ (x − mean)²/(m − 1))` over `m` members; 0 for one
public record Spread(double[] mean, double[] deviation) {

  /// The spread of rows of equal length.
  public static Spread of(List<double[]> members) {
    int size = members.getFirst().length;
    double[] mean = new double[size];
    double[] deviation = new double[size];
    for (int i = 0; i < size; i++) {
      for (double[] member : members) {
        mean[i] += member[i] / members.size();
      }
      double square = 0;
      for (double[] member : members) {
        square += (member[i] - mean[i]) * (member[i] - mean[i]);
      }
      deviation[i] = members.size() > 1 ? Math.sqrt(square / (members.size() - 1)) : 0;
    }
    return new Spread(mean, deviation);
  }
}
