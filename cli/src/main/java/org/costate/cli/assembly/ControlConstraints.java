package org.costate.cli.assembly;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.costate.cli.experiment.ConstraintConfig;
import org.costate.control.Placement;
import org.costate.control.constrain.Box;
import org.costate.control.constrain.Constrained;
import org.costate.control.constrain.ConstraintSet;
import org.costate.control.constrain.Constraints;
import org.costate.control.constrain.NormBall;
import org.costate.control.constrain.Polyhedron;
import org.costate.control.constrain.SpectralBall;
import org.costate.model.InputException;
import org.costate.model.Suggestion;
import org.costate.model.operator.Parameter;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.Legendre;

/// Makes the sets that the controls of an experiment must lie in.
public final class ControlConstraints {
  private ControlConstraints() {}

  /// The sets of all constraints on controls; those on trajectories are left out.
  ///
  /// @throws InputException if a name means no array, numbers are missing or superfluous, or no
  /// controls satisfy all of them
  public static Constraints of(List<ConstraintConfig> configs, ControlLayout layout) {
    List<Constrained> sets = new ArrayList<>();
    for (int i = 0; i < configs.size(); i++) {
      ConstraintConfig config = configs.get(i);
      String path = "constraints[" + i + "]";
      ConstraintNumbers.require(config, path);
      if (!ConstraintNumbers.ofTrajectory(config)) {
        for (Placement placement : meant(config.on(), layout, path + ".on")) {
          requireHull(placement, path);
          sets.add(
              new Constrained(
                  placement.name(), set(config, placement.parameter(), path), placement.offset()));
        }
      }
    }
    return Constraints.of(sets, layout.size());
  }

  /// The unknowns of the arrays that `patterns` name, ascending; all if there are none.
  ///
  /// @throws InputException if a name means no array
  public static int[] unknowns(List<String> patterns, ControlLayout layout, String path) {
    return patterns.isEmpty()
        ? IntStream.range(0, layout.size()).toArray()
        : meant(patterns, layout, path).stream()
            .flatMapToInt(p -> IntStream.range(p.offset(), p.offset() + p.parameter().size()))
            .sorted()
            .toArray();
  }

  /// The sets on arrays whose unknowns are all free, counted among the free ones.
  ///
  /// @param free ascending
  public static Constraints among(Constraints all, int[] free) {
    List<Constrained> kept = new ArrayList<>();
    for (Constrained one : all.all()) {
      int first = Arrays.binarySearch(free, one.offset());
      int last = Arrays.binarySearch(free, one.offset() + one.set().size() - 1);
      if (first >= 0 && last - first == one.set().size() - 1) {
        kept.add(new Constrained(one.name(), one.set(), first));
      }
    }
    return Constraints.of(kept, free.length);
  }

  private static List<Placement> meant(List<String> patterns, ControlLayout layout, String path) {
    if (patterns.isEmpty()) {
      throw new InputException(
          path + ": found no arrays", "names of arrays of controls", "Maybe [\"*.weight\"]?");
    }
    List<Placement> all = Placement.of(layout);
    List<Placement> meant = new ArrayList<>();
    for (String pattern : patterns) {
      Pattern regex =
          Pattern.compile(
              Arrays.stream(pattern.split("\\*", -1))
                  .map(Pattern::quote)
                  .collect(Collectors.joining(".*")));
      List<Placement> found =
          all.stream()
              .filter(p -> regex.matcher(plain(p)).matches() || regex.matcher(p.name()).matches())
              .toList();
      if (found.isEmpty()) {
        TreeSet<String> known = new TreeSet<>();
        all.forEach(p -> known.add(plain(p)));
        throw new InputException(
            path + ": found \"" + pattern + "\"",
            "arrays of controls, such as " + known.first(),
            Suggestion.remedy(pattern, known));
      }
      found.stream().filter(p -> !meant.contains(p)).forEach(meant::add);
    }
    return meant;
  }

  private static String plain(Placement p) {
    return p.block().name() + "." + p.parameter().name();
  }

  /// A convex set that holds the coefficients holds the controls of all times where these are
  /// averages of coefficients: constant or linear pieces, not polynomials.
  private static void requireHull(Placement p, String path) {
    if (p.block().basis() instanceof Legendre legendre && legendre.count() > 1) {
      throw new InputException(
          path + ".on: found " + plain(p) + ", an expansion in Legendre polynomials",
          "a basis whose coefficients are values of the controls",
          "Maybe time.basis \"piecewise-linear\"?");
    }
  }

  private static ConstraintSet set(ConstraintConfig config, Parameter p, String path) {
    try {
      return switch (config.kind()) {
        case BOX ->
            new Box(
                p.size(),
                config.lower().orElse(Double.NEGATIVE_INFINITY),
                config.upper().orElse(Double.POSITIVE_INFINITY));
        case NORM -> new NormBall(p.size(), config.bound().orElseThrow());
        case SPECTRAL_NORM -> new SpectralBall(p.rows(), p.cols(), config.bound().orElseThrow());
        case LINEAR -> linear(config, p, path);
        case TERMINAL, STATE -> throw new IllegalStateException("not a constraint on controls");
      };
    } catch (InputException e) {
      throw new InputException(path + ": " + e.found(), e.expected(), e.maybe(), e);
    }
  }

  private static ConstraintSet linear(ConstraintConfig config, Parameter p, String path) {
    List<Double> given = config.coefficients();
    if (given.size() != 1 && given.size() != p.size()) {
      throw new InputException(
          path + ".coefficients: found " + given.size() + " numbers for the array " + p.name(),
          "one, or the " + p.size() + " of its " + p.rows() + " x " + p.cols() + " entries",
          "");
    }
    double[] row = new double[p.size()];
    Arrays.setAll(row, i -> given.get(given.size() == 1 ? 0 : i));
    return new Polyhedron(new double[][] {row}, new double[] {config.bound().orElseThrow()});
  }
}
