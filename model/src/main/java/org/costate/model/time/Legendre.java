package org.costate.model.time;

/// Legendre polynomials `φ_k(t) = P_k(2t/end − 1)`, `k = 0 … count − 1`: spectral for smooth
/// controls.
///
/// @param count number of polynomials
/// @param end the last time
public record Legendre(int count, double end) implements TimeBasis {
  /// @throws IllegalArgumentException if there is no polynomial or `end` is not positive and finite
  public Legendre {
    Cells.requireCells("legendre", count, 1, end);
  }

  @Override
  public String name() {
    return "legendre";
  }

  @Override
  public int first(double t, double from, double to) {
    return 0;
  }

  @Override
  public int support(double t, double from, double to) {
    return count;
  }

  /// By the recurrences `(j+1) P_{j+1} = (2j+1) x P_j − j P_{j−1}` and
  /// `P_{j+1}' = P_{j−1}' + (2j+1) P_j`.
  @Override
  public double value(int k, int derivative, double t, double from, double to) {
    double x = 2 * t / end - 1;
    double before = 0;
    double p = 1;
    double slopeBefore = 0;
    double slope = 0;
    for (int j = 0; j < k; j++) {
      double nextSlope = slopeBefore + (2 * j + 1) * p;
      double next = ((2 * j + 1) * x * p - j * before) / (j + 1);
      slopeBefore = slope;
      slope = nextSlope;
      before = p;
      p = next;
    }
    return derivative == 0 ? p : slope * 2 / end;
  }
}
