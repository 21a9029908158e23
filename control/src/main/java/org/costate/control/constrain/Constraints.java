package org.costate.control.constrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.costate.model.InputException;

/// The set `C` of all unknowns that lie in the sets of a list, with its projection. Sets on
/// stretches that do not meet are projected onto one by one. Where several sets share unknowns, the
/// projection onto their intersection comes from Dykstra's algorithm: alternating projections, each
/// corrected by what its set took away the last time, which unlike plain alternation converge to
/// the nearest point (Boyle and Dykstra 1986).
public final class Constraints {
  private static final int ROUNDS = 20_000;
  private static final double SETTLED = 1e-14;

  /// Distance that an intersection may be missed by.
  public static final double FEASIBLE = 1e-9;

  private final List<Constrained> all;
  private final List<List<Constrained>> groups;

  private Constraints(List<Constrained> all, List<List<Constrained>> groups) {
    this.all = List.copyOf(all);
    this.groups = List.copyOf(groups);
  }

  /// The intersection of `sets`.
  ///
  /// @param size number of unknowns
  /// @throws InputException if a set lies beyond the unknowns, or sets that share unknowns have no
  ///     point in common, naming the one that is violated
  public static Constraints of(List<Constrained> sets, int size) {
    List<Constrained> sorted =
        sets.stream().sorted(Comparator.comparingInt(Constrained::offset)).toList();
    List<List<Constrained>> groups = new ArrayList<>();
    int end = 0;
    for (Constrained one : sorted) {
      if (one.offset() < 0 || one.end() > size) {
        throw new InputException(
            "constraint on " + one.name() + ": found unknowns up to " + one.end(),
            "at most " + size,
            "");
      }
      if (groups.isEmpty() || one.offset() >= end) {
        groups.add(new ArrayList<>());
      }
      groups.getLast().add(one);
      end = Math.max(end, one.end());
    }
    Constraints constraints = new Constraints(sets, groups);
    groups.stream().filter(g -> g.size() > 1).forEach(g -> requireCommonPoint(g, size));
    return constraints;
  }

  private static void requireCommonPoint(List<Constrained> group, int size) {
    double[] x = new double[size];
    dykstra(group, x);
    Constrained worst = worst(group, x);
    double found = worst.violation(x);
    if (found > FEASIBLE) {
      throw new InputException(
          "constraints: found no value of "
              + worst.name()
              + " that satisfies all of "
              + group.stream().map(g -> g.set().formula()).distinct().toList()
              + "; nearest to it "
              + worst.set().formula()
              + " is violated by "
              + found,
          "constraints that hold together",
          "");
    }
  }

  private static Constrained worst(List<Constrained> sets, double[] c) {
    return sets.stream().max(Comparator.comparingDouble(s -> s.violation(c))).orElseThrow();
  }

  /// The sets.
  public List<Constrained> all() {
    return all;
  }

  /// Whether there are none.
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /// `c := P_C(c)`.
  public void project(double[] c) {
    for (List<Constrained> group : groups) {
      if (group.size() == 1) {
        group.getFirst().set().project(c, group.getFirst().offset());
      } else {
        dykstra(group, c);
      }
    }
  }

  /// `P_C(c)`.
  public double[] projection(double[] c) {
    double[] x = c.clone();
    project(x);
    return x;
  }

  /// The largest violation of any set.
  public double violation(double[] c) {
    return all.stream().mapToDouble(s -> s.violation(c)).max().orElse(0);
  }

  /// The set that is violated most; there must be one.
  public Constrained worst(double[] c) {
    return worst(all, c);
  }

  private static void dykstra(List<Constrained> group, double[] c) {
    int from = group.stream().mapToInt(Constrained::offset).min().orElseThrow();
    int to = group.stream().mapToInt(Constrained::end).max().orElseThrow();
    double[] x = Arrays.copyOfRange(c, from, to);
    double[][] taken = new double[group.size()][x.length];
    double[] before = new double[x.length];
    for (int round = 0; round < ROUNDS; round++) {
      double moved = 0;
      for (int k = 0; k < taken.length; k++) {
        System.arraycopy(x, 0, before, 0, x.length);
        double[] correction = taken[k];
        for (int i = 0; i < x.length; i++) {
          x[i] += correction[i];
          correction[i] = x[i];
        }
        group.get(k).set().project(x, group.get(k).offset() - from);
        for (int i = 0; i < x.length; i++) {
          correction[i] -= x[i];
          moved = Math.max(moved, Math.abs(x[i] - before[i]));
        }
      }
      if (moved <= SETTLED * (1 + largest(x))) {
        break;
      }
    }
    System.arraycopy(x, 0, c, from, x.length);
  }

  private static double largest(double[] x) {
    double largest = 0;
    for (double v : x) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }
}
