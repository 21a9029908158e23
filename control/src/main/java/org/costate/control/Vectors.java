package org.costate.control;

/// Sums over whole vectors of unknowns, each in one fixed order.
public final class Vectors {
  private Vectors() {}

  /// `Σ x_i y_i`, in four interleaved partial sums.
  public static double dot(double[] x, double[] y) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < x.length; i += 4) {
      s0 += x[i] * y[i];
      s1 += x[i + 1] * y[i + 1];
      s2 += x[i + 2] * y[i + 2];
      s3 += x[i + 3] * y[i + 3];
    }
    for (; i < x.length; i++) {
      s0 += x[i] * y[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /// `‖x‖₂`.
  public static double norm(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  /// `y := y + α x`.
  public static void axpy(double alpha, double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      y[i] += alpha * x[i];
    }
  }

  /// `x := α x`.
  public static void scale(double alpha, double[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= alpha;
    }
  }

  /// Index of the first entry that is not finite, or −1.
  public static int firstNonFinite(double[] x) {
    for (int i = 0; i < x.length; i++) {
      if (!Double.isFinite(x[i])) {
        return i;
      }
    }
    return -1;
  }
}
