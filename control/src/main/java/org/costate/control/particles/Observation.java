package org.costate.control.particles;

/// What is seen of particles at one time.
///
/// @param t time
/// @param minInnerProduct smallest inner product of two particles
/// @param meanInnerProduct mean over all `n²` pairs, every particle with itself included
/// @param meanPairInnerProduct mean over the pairs of different particles
/// @param clusters number of clusters
/// @param energy `E_β`, infinite where it overflows; for `β = 0` half the mean inner product, which
///     is what it tends to up to a constant
/// @param logEnergy its logarithm
public record Observation(
    double t,
    double minInnerProduct,
    double meanInnerProduct,
    double meanPairInnerProduct,
    int clusters,
    double energy,
    double logEnergy) {
  /// Inner product from which two particles count as one cluster: an angle of 2.6 degrees.
  public static final double TOGETHER = 0.999;

  /// What is seen of the positions `x` `[n, d]`.
  ///
  /// @param level inner product from which two particles count as one cluster
  public static Observation of(double t, double[] x, int n, double beta, double level) {
    InnerProducts all = InnerProducts.of(x, n);
    double log = logEnergy(all, beta);
    return new Observation(
        t,
        all.smallest(),
        all.mean(),
        all.meanOfDifferent(),
        all.clusters(level),
        beta == 0 ? all.mean() / 2 : Math.exp(log),
        log);
  }

  static double logEnergy(InnerProducts all, double beta) {
    return beta == 0 ? Math.log(all.mean() / 2) : all.logEnergy(beta);
  }
}
