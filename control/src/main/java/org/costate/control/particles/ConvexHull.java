package org.costate.control.particles;

import java.util.Arrays;
import java.util.Comparator;

/// The convex hull of points of the plane, corners `[count, 2]` counterclockwise.
final class ConvexHull {
  private ConvexHull() {}

  /// The hull of `points` `[n, 2]`, by the monotone chain of Andrew (1979).
  static double[] of(double[] points) {
    double[][] sorted = new double[points.length / 2][];
    Arrays.setAll(sorted, i -> new double[] {points[2 * i], points[2 * i + 1]});
    Arrays.sort(
        sorted, Comparator.<double[]>comparingDouble(p -> p[0]).thenComparingDouble(p -> p[1]));
    double[][] chain = new double[2 * sorted.length + 1][];
    int count = 0;
    for (int side = 0; side < 2; side++) {
      int keep = count + 1;
      for (int i = 0; i < sorted.length; i++) {
        double[] point = sorted[side == 0 ? i : sorted.length - 1 - i];
        while (count > keep && turn(chain[count - 2], chain[count - 1], point) <= 0) {
          count--;
        }
        chain[count++] = point;
      }
      count--;
    }
    double[] hull = new double[2 * Math.max(1, count)];
    for (int i = 0; i < hull.length / 2; i++) {
      hull[2 * i] = chain[i][0];
      hull[2 * i + 1] = chain[i][1];
    }
    return hull;
  }

  private static double turn(double[] a, double[] b, double[] c) {
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  }

  /// Its area.
  static double area(double[] hull) {
    double twice = 0;
    int n = hull.length / 2;
    for (int i = 0; i < n; i++) {
      int j = (i + 1) % n;
      twice += hull[2 * i] * hull[2 * j + 1] - hull[2 * j] * hull[2 * i + 1];
    }
    return twice / 2;
  }

  /// Distance of a point from its boundary.
  static double fromBoundary(double[] hull, double x, double y) {
    double least = Double.POSITIVE_INFINITY;
    int n = hull.length / 2;
    for (int i = 0; i < n; i++) {
      int j = (i + 1) % n;
      double ex = hull[2 * j] - hull[2 * i];
      double ey = hull[2 * j + 1] - hull[2 * i + 1];
      double px = x - hull[2 * i];
      double py = y - hull[2 * i + 1];
      double square = ex * ex + ey * ey;
      double part = square == 0 ? 0 : Math.clamp((px * ex + py * ey) / square, 0, 1);
      least = Math.min(least, Math.hypot(px - part * ex, py - part * ey));
    }
    return least;
  }

  /// Number of corners, where neighbours closer than `part` of the largest distance from the first
  /// corner count as one.
  static int corners(double[] hull, double part) {
    int n = hull.length / 2;
    double size = 0;
    for (int i = 1; i < n; i++) {
      size = Math.max(size, Math.hypot(hull[2 * i] - hull[0], hull[2 * i + 1] - hull[1]));
    }
    int corners = 0;
    for (int i = 0; i < n; i++) {
      int j = (i + 1) % n;
      double edge = Math.hypot(hull[2 * j] - hull[2 * i], hull[2 * j + 1] - hull[2 * i + 1]);
      corners += edge > part * size ? 1 : 0;
    }
    return Math.max(1, corners);
  }
}
