package org.costate.interop.data;

import java.util.SplittableRandom;
import org.costate.model.InputException;

/// Clouds of points on the surfaces of solids, each rotated at random: sets, whose points have no
/// order.
///
/// A cloud is drawn uniformly on the surface of its solid, moved so that its mean is 0 and scaled
/// so that its farthest point lies on the unit sphere; then every coordinate gets Gaussian noise,
/// and the cloud a rotation drawn uniformly from SO(3) (a Gaussian quaternion, normalised:
/// Shoemake, *Uniform random rotations*, Graphics Gems III).
///
/// @param points points of a cloud
/// @param coordinates `[clouds, points, 3]`
/// @param labels the solid of every cloud, by its number in [Solid]
public record PointClouds(int points, double[] coordinates, int[] labels) {
  /// Solids, as large as they are described before scaling.
  public enum Solid {
    /// Radius 1.
    SPHERE,
    /// Edge 2.
    CUBE,
    /// Radii 1 and 0.4.
    TORUS,
    /// Radius 1, height 2, with both discs.
    CYLINDER,
    /// Radius 1, height 2, with its disc.
    CONE
  }

  private static final double TUBE = 0.4;

  /// `clouds` clouds, the solids in turn.
  ///
  /// @param noise standard deviation of the noise on every coordinate
  /// @throws InputException if there are no clouds, fewer than 2 points, or the noise is negative
  public static PointClouds generate(int clouds, int points, double noise, long seed) {
    if (clouds < 1 || points < 2 || !(noise >= 0) || Double.isInfinite(noise)) {
      throw new InputException(
          "point clouds: found " + clouds + " clouds of " + points + " points with noise " + noise,
          "at least 1 cloud of at least 2 points, and noise from 0 on",
          "");
    }
    SplittableRandom random = Windows.seeded(seed, 0);
    int each = Math.multiplyExact(3, points);
    double[] all = new double[Math.multiplyExact(clouds, each)];
    int[] labels = new int[clouds];
    for (int b = 0; b < clouds; b++) {
      labels[b] = b % Solid.values().length;
      double[] cloud = surface(Solid.values()[labels[b]], points, random);
      scale(cloud);
      for (int i = 0; i < each; i++) {
        cloud[i] += noise * random.nextGaussian();
      }
      rotate(cloud, random);
      System.arraycopy(cloud, 0, all, b * each, each);
    }
    return new PointClouds(points, all, labels);
  }

  private static double[] surface(Solid solid, int points, SplittableRandom random) {
    double[] cloud = new double[3 * points];
    for (int i = 0; i < points; i++) {
      double[] p =
          switch (solid) {
            case SPHERE -> unit(3, random);
            case CUBE -> cube(random);
            case TORUS -> torus(random);
            case CYLINDER -> cylinder(random);
            case CONE -> cone(random);
          };
      System.arraycopy(p, 0, cloud, 3 * i, 3);
    }
    return cloud;
  }

  private static double[] unit(int dimension, SplittableRandom random) {
    double[] x = new double[dimension];
    double square = 0;
    for (int i = 0; i < dimension; i++) {
      x[i] = random.nextGaussian();
      square += x[i] * x[i];
    }
    for (int i = 0; i < dimension; i++) {
      x[i] /= Math.sqrt(square);
    }
    return x;
  }

  private static double[] cube(SplittableRandom random) {
    double[] p = {random.nextDouble(-1, 1), random.nextDouble(-1, 1), random.nextDouble(-1, 1)};
    p[random.nextInt(3)] = random.nextBoolean() ? 1 : -1;
    return p;
  }

  /// The area grows with the distance from the axis: points are kept with that probability.
  private static double[] torus(SplittableRandom random) {
    double around;
    double distance;
    do {
      around = random.nextDouble(2 * Math.PI);
      distance = 1 + TUBE * Math.cos(around);
    } while (random.nextDouble() * (1 + TUBE) > distance);
    double[] along = unit(2, random);
    return new double[] {distance * along[0], distance * along[1], TUBE * Math.sin(around)};
  }

  /// Mantle `2πrh = 4π`, discs `π` each.
  private static double[] cylinder(SplittableRandom random) {
    double[] along = unit(2, random);
    int place = random.nextInt(6);
    if (place < 4) {
      return new double[] {along[0], along[1], random.nextDouble(-1, 1)};
    }
    double r = Math.sqrt(random.nextDouble());
    return new double[] {r * along[0], r * along[1], place == 4 ? -1 : 1};
  }

  /// Mantle `πr√(r² + h²) = π√5`, disc `π`; the tip is at height 2.
  private static double[] cone(SplittableRandom random) {
    double[] along = unit(2, random);
    double r = Math.sqrt(random.nextDouble());
    boolean mantle = random.nextDouble() * (Math.sqrt(5) + 1) < Math.sqrt(5);
    return new double[] {r * along[0], r * along[1], mantle ? 2 * (1 - r) : 0};
  }

  private static void scale(double[] cloud) {
    double[] mean = new double[3];
    for (int i = 0; i < cloud.length; i++) {
      mean[i % 3] += cloud[i] * 3 / cloud.length;
    }
    double farthest = 0;
    for (int i = 0; i < cloud.length; i += 3) {
      double square = 0;
      for (int k = 0; k < 3; k++) {
        cloud[i + k] -= mean[k];
        square += cloud[i + k] * cloud[i + k];
      }
      farthest = Math.max(farthest, square);
    }
    for (int i = 0; i < cloud.length; i++) {
      cloud[i] /= Math.sqrt(farthest);
    }
  }

  private static void rotate(double[] cloud, SplittableRandom random) {
    double[] q = unit(4, random);
    double[][] turn = {
      {
        1 - 2 * (q[2] * q[2] + q[3] * q[3]),
        2 * (q[1] * q[2] - q[0] * q[3]),
        2 * (q[1] * q[3] + q[0] * q[2])
      },
      {
        2 * (q[1] * q[2] + q[0] * q[3]),
        1 - 2 * (q[1] * q[1] + q[3] * q[3]),
        2 * (q[2] * q[3] - q[0] * q[1])
      },
      {
        2 * (q[1] * q[3] - q[0] * q[2]),
        2 * (q[2] * q[3] + q[0] * q[1]),
        1 - 2 * (q[1] * q[1] + q[2] * q[2])
      }
    };
    for (int i = 0; i < cloud.length; i += 3) {
      double x = cloud[i];
      double y = cloud[i + 1];
      double z = cloud[i + 2];
      for (int k = 0; k < 3; k++) {
        cloud[i + k] = turn[k][0] * x + turn[k][1] * y + turn[k][2] * z;
      }
    }
  }
}
