package org.costate.model.operator;

import java.util.Arrays;

/// A state and controls as plain arrays: a point, a direction or an adjoint. An empty array is an
/// absent part.
public record Pair(double[] u, double[] theta) {
  private static final double[] ABSENT = {};

  /// This pair without controls.
  public Pair stateOnly() {
    return new Pair(u, ABSENT);
  }

  /// This pair without a state.
  public Pair controlsOnly() {
    return new Pair(ABSENT, theta);
  }

  /// The pair in which both parts are absent.
  public static Pair absent() {
    return new Pair(ABSENT, ABSENT);
  }

  /// `this + α v`; an absent part of `v` is zero.
  public Pair plus(double alpha, Pair v) {
    return new Pair(plus(u, alpha, v.u), plus(theta, alpha, v.theta));
  }

  /// `<this, other>` over the parts present in both.
  public double dot(Pair other) {
    return dot(u, other.u) + dot(theta, other.theta);
  }

  /// Euclidean norm of both parts together.
  public double norm() {
    return Math.sqrt(dot(this));
  }

  /// `x + α v`; an absent `v` is zero.
  public static double[] plus(double[] x, double alpha, double[] v) {
    double[] sum = x.clone();
    for (int i = 0; i < v.length; i++) {
      sum[i] += alpha * v[i];
    }
    return sum;
  }

  /// `<x, y>`; 0 if one is absent.
  public static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < Math.min(x.length, y.length); i++) {
      sum = Math.fma(x[i], y[i], sum);
    }
    return sum;
  }

  /// Euclidean norm.
  public static double norm(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  /// Whether every number has the same bits.
  public boolean sameBits(Pair other) {
    return sameBits(u, other.u) && sameBits(theta, other.theta);
  }

  /// Whether every number has the same bits.
  public static boolean sameBits(double[] x, double[] y) {
    return Arrays.equals(bits(x), bits(y));
  }

  private static long[] bits(double[] x) {
    return Arrays.stream(x).mapToLong(Double::doubleToRawLongBits).toArray();
  }
}
