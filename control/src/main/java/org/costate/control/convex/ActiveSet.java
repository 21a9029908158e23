package org.costate.control.convex;

import java.util.List;
import org.ojalgo.matrix.store.R064Store;
import org.ojalgo.matrix.store.RawStore;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.convex.ConvexSolver;

/// Quadratic programs by ojAlgo's active-set method: linear equalities and [Halfspaces] only. It
/// needs no start and ends on the boundary itself, not a gap away from it.
public final class ActiveSet {
  private static final double FEASIBLE = 1e-9;

  private ActiveSet() {}

  /// Whether `program` is a quadratic program.
  public static boolean fits(ConvexProgram program) {
    return program.constraints().stream().allMatch(c -> c instanceof Halfspaces);
  }

  /// The minimiser of `program`.
  ///
  /// @throws IllegalArgumentException if the program is not quadratic
  /// @throws ConvexException if it has no solution
  public static double[] minimise(ConvexProgram program) {
    QuadraticForm f = program.objective();
    List<Halfspaces> all =
        program.constraints().stream()
            .map(
                c -> {
                  if (c instanceof Halfspaces h) {
                    return h;
                  }
                  throw new IllegalArgumentException(
                      "active set: found " + c.name() + ", expected linear constraints");
                })
            .toList();
    double[] minusQ = f.q().clone();
    for (int i = 0; i < minusQ.length; i++) {
      minusQ[i] = -minusQ[i];
    }
    ConvexSolver.Builder builder = ConvexSolver.newBuilder();
    builder.objective(matrix(f.p()), R064Store.FACTORY.column(minusQ));
    if (program.equalities().length > 0) {
      builder.equalities(matrix(program.equalities()), R064Store.FACTORY.column(program.values()));
    }
    if (!all.isEmpty()) {
      double[][] rows =
          all.stream().flatMap(h -> java.util.Arrays.stream(h.a())).toArray(double[][]::new);
      double[] bounds = all.stream().flatMapToDouble(h -> java.util.Arrays.stream(h.b())).toArray();
      builder.inequalities(matrix(rows), R064Store.FACTORY.column(bounds));
    }
    Optimisation.Result result = builder.build().solve();
    double[] x = new double[f.size()];
    for (int i = 0; i < x.length && i < result.size(); i++) {
      x[i] = result.doubleValue(i);
    }
    requireSolved(program, result, x);
    return x;
  }

  private static void requireSolved(ConvexProgram program, Optimisation.Result result, double[] x) {
    Optimisation.State state = result.getState();
    if (state == Optimisation.State.INFEASIBLE) {
      throw new ConvexException(
          ConvexException.Kind.INFEASIBLE,
          "active set: found no point that satisfies all constraints");
    }
    if (state == Optimisation.State.UNBOUNDED) {
      throw new ConvexException(
          ConvexException.Kind.UNBOUNDED,
          "active set: found the objective falling without bound, expected a bounded problem");
    }
    double scale = 1;
    for (double v : x) {
      scale = Math.max(scale, Math.abs(v));
    }
    if (!state.isOptimal()
        || (!program.constraints().isEmpty() && program.worst(x).violation(x) > FEASIBLE * scale)) {
      throw new ConvexException(
          ConvexException.Kind.FAILED, "active set: ojAlgo ended in state " + state);
    }
  }

  private static R064Store matrix(double[][] rows) {
    return R064Store.FACTORY.copy(RawStore.wrap(rows));
  }
}
