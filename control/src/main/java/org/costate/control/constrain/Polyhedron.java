package org.costate.control.constrain;

import java.util.List;
import org.costate.control.convex.ActiveSet;
import org.costate.control.convex.ConvexException;
import org.costate.control.convex.ConvexProgram;
import org.costate.control.convex.Halfspaces;
import org.costate.control.convex.QuadraticForm;
import org.costate.model.InputException;

/// `A x ≤ b`. One inequality is projected onto in closed form, several by a quadratic program.
///
/// @param rows `A`
/// @param bounds `b`
public record Polyhedron(double[][] rows, double[] bounds) implements ConstraintSet {
  /// Most unknowns of a quadratic program.
  public static final int MOST_UNKNOWNS = 300;

  /// @throws InputException if the shapes do not fit, the program is too large, or nothing
  ///     satisfies all inequalities
  public Polyhedron {
    if (rows.length == 0 || rows.length != bounds.length) {
      throw new InputException(
          "linear inequalities: found " + rows.length + " rows and " + bounds.length + " bounds",
          "as many bounds as rows, at least one",
          "");
    }
    for (int i = 0; i < rows.length; i++) {
      requireRow(i, rows[i], rows[0].length, bounds[i]);
    }
    if (rows.length > 1) {
      if (rows[0].length > MOST_UNKNOWNS) {
        throw new InputException(
            "linear inequalities: found " + rows.length + " of " + rows[0].length + " unknowns",
            "at most " + MOST_UNKNOWNS + " unknowns, or one inequality",
            "");
      }
      nearest(rows, bounds, new double[rows[0].length]);
    }
  }

  private static void requireRow(int i, double[] row, int size, double bound) {
    double square = 0;
    for (double a : row) {
      square += a * a;
    }
    if (row.length != size || !Double.isFinite(square) || Double.isNaN(bound)) {
      throw new InputException(
          "linear inequality " + i + ": found " + row.length + " coefficients",
          size + " finite ones and a bound",
          "");
    }
    if (square == 0 && bound < 0) {
      throw new InputException(
          "linear inequality " + i + ": found 0 <= " + bound, "one that can be satisfied", "");
    }
  }

  private static double[] nearest(double[][] rows, double[] bounds, double[] centre) {
    try {
      Halfspaces set = new Halfspaces("linear inequalities", rows, bounds);
      return ActiveSet.minimise(ConvexProgram.of(QuadraticForm.distance(centre), List.of(set)));
    } catch (ConvexException e) {
      throw new InputException(
          "linear inequalities: found none that satisfies all " + rows.length + " of them",
          "inequalities that hold together",
          "",
          e);
    }
  }

  @Override
  public int size() {
    return rows[0].length;
  }

  private double excess(int row, double[] x, int from) {
    double sum = -bounds[row];
    for (int i = 0; i < rows[row].length; i++) {
      sum += rows[row][i] * x[from + i];
    }
    return sum;
  }

  @Override
  public void project(double[] x, int from) {
    if (violation(x, from) == 0) {
      return;
    }
    if (rows.length == 1) {
      double square = 0;
      for (double a : rows[0]) {
        square += a * a;
      }
      double factor = excess(0, x, from) / square;
      for (int i = 0; i < size(); i++) {
        x[from + i] -= factor * rows[0][i];
      }
      return;
    }
    double[] centre = new double[size()];
    System.arraycopy(x, from, centre, 0, size());
    System.arraycopy(nearest(rows, bounds, centre), 0, x, from, size());
  }

  @Override
  public double violation(double[] x, int from) {
    double worst = 0;
    for (int row = 0; row < rows.length; row++) {
      worst = Math.max(worst, excess(row, x, from));
    }
    return worst;
  }

  @Override
  public String formula() {
    return rows.length + " linear inequalities";
  }
}
