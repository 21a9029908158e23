package org.costate.control.leastsquares;

/// Weighted means and centred second moments of rows, in one pass without cancellation: blocks of
/// rows are centred on their own mean (reckoned from their first row) and merged by the update of
/// Chan, Golub and LeVeque (1983).
final class Moments {
  private static final int BLOCK = 256;

  private final int width;
  private final boolean centred;
  private final double[] block;
  private final double[] blockWeights;
  private int filled;

  private long rows;
  private double weight;
  private final double[] mean;
  private final double[] products;

  /// @param width numbers in a row
  /// @param centred whether the mean is taken away; otherwise it stays 0
  Moments(int width, boolean centred) {
    this.width = width;
    this.centred = centred;
    block = new double[BLOCK * width];
    blockWeights = new double[BLOCK];
    mean = new double[width];
    products = new double[Math.multiplyExact(width, width)];
  }

  /// Takes a row.
  void add(double[] row, double rowWeight) {
    System.arraycopy(row, 0, block, filled * width, width);
    blockWeights[filled++] = rowWeight;
    if (filled == BLOCK) {
      merge();
    }
  }

  /// Merges what is still buffered: to be called behind the last row.
  Moments finish() {
    merge();
    return this;
  }

  /// Number of rows with a positive weight.
  long rows() {
    return rows;
  }

  /// Sum of the weights.
  double weight() {
    return weight;
  }

  /// The mean of a column; 0 if not centred.
  double mean(int j) {
    return mean[j];
  }

  /// `Σ w (z_j − m_j)(z_k − m_k)`.
  double product(int j, int k) {
    return products[j * width + k];
  }

  private void merge() {
    double sum = 0;
    double[] own = new double[width];
    for (int i = 0; i < filled; i++) {
      sum += blockWeights[i];
      rows += blockWeights[i] > 0 ? 1 : 0;
      for (int j = 0; j < width; j++) {
        own[j] += blockWeights[i] * (block[i * width + j] - block[j]);
      }
    }
    if (sum > 0) {
      for (int j = 0; j < width; j++) {
        own[j] = centred ? block[j] + own[j] / sum : 0;
      }
      addBlock(own);
      shift(own, sum);
    }
    filled = 0;
  }

  private void addBlock(double[] own) {
    double[] row = new double[width];
    for (int i = 0; i < filled; i++) {
      for (int j = 0; j < width; j++) {
        row[j] = block[i * width + j] - own[j];
      }
      for (int j = 0; j < width; j++) {
        double factor = blockWeights[i] * row[j];
        for (int k = 0; k < width; k++) {
          products[j * width + k] += factor * row[k];
        }
      }
    }
  }

  private void shift(double[] own, double sum) {
    double total = weight + sum;
    if (centred) {
      double factor = weight * sum / total;
      for (int j = 0; j < width; j++) {
        for (int k = 0; k < width; k++) {
          products[j * width + k] += factor * (own[j] - mean[j]) * (own[k] - mean[k]);
        }
      }
      for (int j = 0; j < width; j++) {
        mean[j] += (own[j] - mean[j]) * (sum / total);
      }
    }
    weight = total;
  }
}
