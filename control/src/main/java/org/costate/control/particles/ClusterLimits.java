package org.costate.control.particles;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.costate.control.train.RandomStreams;
import org.costate.model.kernel.Kernels;

/// Where tokens of `R^d` end for other value matrices `V`, followed until the limits that are
/// proved can be seen: [FreeTokens] with `Q = K = I`, `β = 1`.
///
/// Source: Geshkovski, Letrouit, Polyanskiy, Rigollet, *The emergence of clusters in self-attention
/// dynamics* (arXiv 2305.05465).
///
/// @param seed where tokens begin
public record ClusterLimits(long seed, Kernels kernels) {
  private static final int TOKENS = 40;
  private static final double STEP = 0.01;
  private static final double SPREAD = 2;

  /// `V` of [#hyperplanes]: eigenvalues 1 and −0.1.
  private static final double[] SIMPLE_LEADING = {1, 0.5, 0, -0.1};

  /// Rescaled tokens at some times.
  ///
  /// @param times rising from 0
  /// @param tokens `[n, d]` at every time
  public record Course(List<Double> times, List<double[]> tokens) {
    public Course {
      times = List.copyOf(times);
      tokens = List.copyOf(tokens);
    }

    /// The last rescaled tokens.
    public double[] end() {
      return tokens.getLast();
    }
  }

  /// `V = I` (Theorem 3.1): every `z_i` tends to 0 or to the boundary of a convex polytope.
  ///
  /// @param hulls convex hull of the tokens at every time, `[corners, 2]`; it only shrinks
  /// @param areas their areas
  /// @param corners corners of the last, those closer than a fiftieth of its size being one
  /// @param away largest distance of a token from the boundary of the last hull, or from 0
  public record Polytope(
      Course course, List<double[]> hulls, double[] areas, int corners, double away) {
    public Polytope {
      hulls = List.copyOf(hulls);
    }
  }

  /// A simple positive leading eigenvalue of `V` (Theorem 4.2): every `z_i` tends to one of at most
  /// three parallel hyperplanes `<φ, z> = c`, with the left eigenvector `φ`. The third is `c = 0`:
  /// it needs a token in exact balance between the others, which a random start does not have.
  ///
  /// @param normal `φ`, first entry 1
  /// @param levels the numbers `c` that are met, rising
  /// @param away largest distance `|<φ, z_i> − c|` from the nearest
  /// @param spread largest distance of two tokens along the hyperplanes
  public record Hyperplanes(
      Course course, double[] normal, double[] levels, double away, double spread) {}

  /// `d = 1`, `V > 0` (Theorem 2.1): the attention matrix tends to one of zeros and ones, of rank 1
  /// or 2 but for one row: all tokens look at a leader.
  ///
  /// @param times when
  /// @param weights the attention matrix at every time, tokens in rising order
  /// @param leaders tokens that others look at in the end: columns with a sum above ½
  /// @param away largest distance of an entry from 0 or 1 in the end
  public record Leaders(List<Double> times, List<double[][]> weights, int leaders, double away) {
    public Leaders {
      times = List.copyOf(times);
      weights = List.copyOf(weights);
    }
  }

  /// Tokens of the plane with `V = I`, up to `t = 10`.
  public Polytope polytope() {
    FreeTokens flow = new FreeTokens(TOKENS, 2, interaction(Optional.empty()), kernels);
    Course course = course(flow, gaussian("corners", 2), List.of(0.0, 1.0, 2.0, 4.0, 7.0, 10.0));
    List<double[]> hulls = course.tokens().stream().map(ConvexHull::of).toList();
    double[] areas = hulls.stream().mapToDouble(ConvexHull::area).toArray();
    double[] last = hulls.getLast();
    double away = 0;
    for (int i = 0; i < TOKENS; i++) {
      double x = course.end()[2 * i];
      double y = course.end()[2 * i + 1];
      away = Math.max(away, Math.min(Math.hypot(x, y), ConvexHull.fromBoundary(last, x, y)));
    }
    return new Polytope(course, hulls, areas, ConvexHull.corners(last, 0.02), away);
  }

  /// Tokens of the plane with `V = (1 ½; 0 −0.1)`, up to `t = 9`.
  public Hyperplanes hyperplanes() {
    Interaction interaction = interaction(Optional.of(SIMPLE_LEADING));
    FreeTokens flow = new FreeTokens(TOKENS, 2, interaction, kernels);
    double[] start = gaussian("hyperplanes", 2);
    Course course = course(flow, start, List.of(0.0, 1.0, 2.0, 3.0, 5.0, 9.0));
    double[] normal = {1, SIMPLE_LEADING[1] / (SIMPLE_LEADING[0] - SIMPLE_LEADING[3])};
    double[] heights = new double[TOKENS];
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < TOKENS; i++) {
      double y = course.end()[2 * i + 1];
      heights[i] = normal[0] * course.end()[2 * i] + normal[1] * y;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
    double[] levels = levels(heights);
    double away = 0;
    for (double height : heights) {
      double nearest =
          Arrays.stream(levels).map(c -> Math.abs(height - c)).min().orElse(Double.NaN);
      away = Math.max(away, nearest);
    }
    return new Hyperplanes(course, normal, levels, away, high - low);
  }

  /// Tokens of the line with `V = 1`, up to `t = 7`.
  public Leaders leaders() {
    FreeTokens flow = new FreeTokens(TOKENS, 1, interaction(Optional.empty()), kernels);
    double[] start = gaussian("leaders", 1);
    Arrays.sort(start);
    List<Double> times = List.of(0.0, 0.5, 1.0, 2.0, 4.0, 7.0);
    List<double[][]> weights = new ArrayList<>();
    double[] x = start;
    for (int k = 0; k < times.size(); k++) {
      x = k == 0 ? x : flow.advance(x, times.get(k - 1), times.get(k), STEP);
      weights.add(flow.weights(x));
    }
    double away = 0;
    double[] sums = new double[TOKENS];
    for (double[] row : weights.getLast()) {
      for (int j = 0; j < TOKENS; j++) {
        away = Math.max(away, Math.min(row[j], 1 - row[j]));
        sums[j] += row[j];
      }
    }
    int leaders = (int) Arrays.stream(sums).filter(s -> s > 0.5).count();
    return new Leaders(times, weights, leaders, away);
  }

  private static Interaction interaction(Optional<double[]> value) {
    return new Interaction(1, Optional.empty(), Optional.empty(), value, true);
  }

  private double[] gaussian(String name, int d) {
    RandomGenerator random = new RandomStreams(seed).stream("limits " + name, 0);
    double[] x = new double[TOKENS * d];
    for (int i = 0; i < x.length; i++) {
      x[i] = (d == 1 ? 1 : SPREAD) * random.nextGaussian();
    }
    return x;
  }

  private static Course course(FreeTokens flow, double[] start, List<Double> times) {
    List<double[]> tokens = new ArrayList<>();
    double[] x = start;
    for (int k = 0; k < times.size(); k++) {
      x = k == 0 ? x : flow.advance(x, times.get(k - 1), times.get(k), STEP);
      tokens.add(flow.rescaled(x, times.get(k)));
    }
    return new Course(times, tokens);
  }

  /// Means of the groups that are left when sorted heights are parted at every gap of at least a
  /// twentieth of their range.
  private static double[] levels(double[] heights) {
    double[] sorted = heights.clone();
    Arrays.sort(sorted);
    double gap = (sorted[sorted.length - 1] - sorted[0]) / 20;
    List<Double> levels = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= sorted.length; i++) {
      if (i == sorted.length || sorted[i] - sorted[i - 1] > gap) {
        levels.add(Arrays.stream(sorted, from, i).average().orElseThrow());
        from = i;
      }
    }
    return levels.stream().mapToDouble(c -> c).toArray();
  }
}
