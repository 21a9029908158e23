package org.costate.cli.worlds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.costate.control.particles.ClusterLimits;
import org.costate.control.particles.ClusterLimits.Course;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// Limits for other value matrices, each as a picture with the statement that it illustrates.
final class LimitsReport {
  private static final String SOURCE =
      " (Geshkovski, Letrouit, Polyanskiy, Rigollet, The emergence of clusters in self-attention"
          + " dynamics, arXiv 2305.05465, ";

  private static final double FAINTEST = 1e-4;

  private LimitsReport() {}

  static List<Report.Section> sections(ClusterLimits limits) {
    return List.of(
        polytope(limits.polytope()), hyperplanes(limits.hyperplanes()), leaders(limits.leaders()));
  }

  private static Report.Section polytope(ClusterLimits.Polytope found) {
    Course course = found.course();
    double reach = reach(course.tokens().getFirst());
    List<Block.Scene> scenes = new ArrayList<>();
    for (int k = 0; k < course.times().size(); k++) {
      scenes.add(
          new Block.Scene(
              ParticleScenes.time(course.times().get(k)),
              reach,
              List.of(
                  ParticleScenes.layer(
                      Block.Form.AREA, Block.Tone.WARM, found.hulls().get(k), reach),
                  ParticleScenes.dots(Block.Tone.ACCENT, course.tokens().get(k), reach))));
    }
    return new Report.Section(
        "V = I: corners of a polytope",
        "Without normalisation tokens run away like e^t; z = e^(-t) x has limits. Statement: for V"
            + " = I and positive definite KᵀQ there is a convex polytope such that every z tends to"
            + " 0 or to its boundary"
            + SOURCE
            + "Theorem 3.1). In experiments the limits are its corners. The convex hull of the z"
            + " only shrinks.",
        List.of(
            new Block.Scenes("Rescaled tokens and their convex hull", scenes),
            new Block.Facts(
                List.of(
                    new Block.Fact("corners at the end", String.valueOf(found.corners())),
                    new Block.Fact(
                        "largest distance from the boundary or 0",
                        WorldReport.number(found.away())),
                    new Block.Fact(
                        "area of the hull",
                        Arrays.stream(found.areas())
                            .mapToObj(ParticleScenes::brief)
                            .collect(Collectors.joining(", ")))))));
  }

  private static Report.Section hyperplanes(ClusterLimits.Hyperplanes found) {
    Course course = found.course();
    double reach = Math.max(reach(course.tokens().getFirst()), reach(course.end()));
    List<Block.Scene> scenes = new ArrayList<>();
    for (int k = 0; k < course.times().size(); k++) {
      scenes.add(
          new Block.Scene(
              ParticleScenes.time(course.times().get(k)),
              reach,
              List.of(
                  ParticleScenes.layer(
                      Block.Form.LINE, Block.Tone.WARM, lines(found, reach), reach),
                  ParticleScenes.dots(Block.Tone.ACCENT, course.tokens().get(k), reach))));
    }
    return new Report.Section(
        "A simple leading eigenvalue of V: parallel hyperplanes",
        "V has rows (1, 0.5) and (0, -0.1). Statement: where the leading eigenvalue of V is"
            + " positive and simple with eigenvector f, and <Q f, K f> is positive, there are at"
            + " most three parallel hyperplanes such that every z = e^(-tV) x tends to one of them"
            + SOURCE
            + "Theorem 4.2). In the plane they are lines. The third goes through 0 and needs a"
            + " token in exact balance between the others.",
        List.of(
            new Block.Scenes("Rescaled tokens and the hyperplanes they tend to", scenes),
            new Block.Facts(
                List.of(
                    new Block.Fact(
                        "hyperplanes <f*, z> = c at c",
                        Arrays.stream(found.levels())
                            .mapToObj(WorldReport::number)
                            .collect(Collectors.joining(", "))),
                    new Block.Fact(
                        "largest distance from the nearest", WorldReport.number(found.away())),
                    new Block.Fact(
                        "spread along the hyperplanes", WorldReport.number(found.spread()))))));
  }

  /// Both ends of every hyperplane, with gaps in between.
  private static double[] lines(ClusterLimits.Hyperplanes found, double reach) {
    double[] ends = new double[6 * found.levels().length];
    for (int k = 0; k < found.levels().length; k++) {
      for (int side = 0; side < 2; side++) {
        double y = side == 0 ? -reach : reach;
        ends[6 * k + 2 * side] = (found.levels()[k] - found.normal()[1] * y) / found.normal()[0];
        ends[6 * k + 2 * side + 1] = y;
      }
      ends[6 * k + 4] = Double.NaN;
      ends[6 * k + 5] = Double.NaN;
    }
    return ends;
  }

  private static Report.Section leaders(ClusterLimits.Leaders found) {
    List<Block> blocks = new ArrayList<>();
    int last = found.times().size() - 1;
    for (int k : new int[] {0, 2, last}) {
      List<String> names =
          IntStream.rangeClosed(1, found.weights().get(k).length)
              .mapToObj(String::valueOf)
              .toList();
      blocks.add(
          new Block.HeatMap(
              "Attention matrix at " + ParticleScenes.time(found.times().get(k)),
              "token that is looked at",
              names,
              "token that looks",
              names,
              visible(found.weights().get(k)),
              false));
    }
    blocks.add(
        new Block.Facts(
            List.of(
                new Block.Fact("leaders", String.valueOf(found.leaders())),
                new Block.Fact(
                    "largest distance of a weight from 0 or 1",
                    WorldReport.number(found.away())))));
    return new Report.Section(
        "One dimension: leaders",
        "Tokens on the line, in rising order, V = 1. Statement: for V > 0 and Q K > 0 the attention"
            + " matrix tends to a matrix of zeros and ones of low rank"
            + SOURCE
            + "Theorem 2.1): every token ends up looking at one of two leaders, the smallest and"
            + " the largest, by its own sign.",
        blocks);
  }

  /// Weights with those that cannot be seen as 0.
  private static double[][] visible(double[][] weights) {
    double[][] seen = new double[weights.length][];
    Arrays.setAll(seen, i -> Arrays.stream(weights[i]).map(w -> w < FAINTEST ? 0 : w).toArray());
    return seen;
  }

  private static double reach(double[] points) {
    return 1.05 * Arrays.stream(points).map(Math::abs).max().orElse(1);
  }
}
