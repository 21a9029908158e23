package org.costate.control.lyapunov;

import java.util.ArrayList;
import java.util.List;
import org.costate.control.convex.Barrier;
import org.costate.control.convex.ConvexException;
import org.costate.control.convex.ConvexProgram;
import org.costate.control.convex.Halfspaces;
import org.costate.control.convex.InteriorPoint;
import org.costate.control.convex.QuadraticForm;

/// The bisection that narrows the bracket of a [CommonFunction]: every run of the solver ends with
/// a better `P` or with multipliers that prove there is none, and each of them is worth more than
/// the rate it was found at.
final class RateBisection {
  private static final int RUNS = 60;

  /// Where in the bracket a rate is tried, on a logarithmic scale; the next where one did not tell.
  private static final double[] PLACES = {0.5, 0.8, 0.2};

  private static final int REFINEMENTS = 30;
  private static final double GROWTH = 10;

  /// Duality gap to give up at, relative to the tolerance of the rate.
  private static final double GAP = 1e-3;

  /// Room for rounding in a proof, in units of the numbers that are subtracted.
  private static final double MARGIN = 1e-13;

  private final List<double[][]> matrices;
  private final CommonFunction.Search search;
  private final int n;
  private double[][] p;
  private double rate;
  private double lower;
  private List<double[][]> proof = List.of();

  RateBisection(List<double[][]> matrices, CommonFunction.Search search) {
    this.matrices = matrices;
    this.search = search;
    this.n = matrices.getFirst().length;
    this.p = SymmetricMatrices.identity(n);
    this.rate = rateOf(p);
    this.lower =
        matrices.stream().mapToDouble(SymmetricMatrices::spectralRadius).max().orElseThrow()
            * (1 - MARGIN);
  }

  CommonFunction run() {
    int undecided = 0;
    for (int run = 0; run < RUNS && undecided < PLACES.length && !settled(); run++) {
      undecided = narrow(between(PLACES[undecided])) ? 0 : undecided + 1;
    }
    return new CommonFunction(p, rate, Math.min(lower, rate), proof, settled());
  }

  private double between(double place) {
    return lower > 0 ? lower * Math.pow(rate / lower, place) : rate * place;
  }

  private boolean settled() {
    return rate <= lower * (1 + search.tolerance()) || rate == 0;
  }

  /// Decides whether there is a `P` for `mu`, by the largest slack `s` with
  ///
  ///     P − A_iᵀ P A_i/μ² ⪰ s I for all i,   P ⪰ I,   tr P ≤ κ n:
  ///
  /// there is one if `s` becomes positive. The bound and the cap fix the scale of `P` and limit its
  /// condition number. False if the numbers do not tell.
  private boolean narrow(double mu) {
    List<LyapunovBlock> blocks = new ArrayList<>();
    for (int i = 0; i < matrices.size(); i++) {
      blocks.add(LyapunovBlock.decrease("decrease of matrix " + i, matrices.get(i), mu));
    }
    List<Barrier> constraints = new ArrayList<>(blocks);
    constraints.add(LyapunovBlock.aboveIdentity(n));
    constraints.add(cap());
    double[] objective = new double[n * (n + 1) / 2 + 1];
    objective[objective.length - 1] = -1;
    ConvexProgram program = ConvexProgram.of(QuadraticForm.linear(objective), constraints);
    double before = rate;
    double below = lower;
    try {
      new InteriorPoint(search.tolerance() * GAP, GROWTH)
          .minimise(program, start(blocks), x -> decided(blocks, x, mu));
    } catch (ConvexException e) {
      // Rounding has eaten the digits that would decide.
    }
    return rate < before || lower > below;
  }

  /// `tr P ≤ κ n`.
  private Barrier cap() {
    double[] row = LyapunovBlock.unknowns(SymmetricMatrices.identity(n), 0);
    return new Halfspaces(
        "cap of tr P", new double[][] {row}, new double[] {search.condition() * n});
  }

  private double[] start(List<LyapunovBlock> blocks) {
    double[][] inside = inside();
    double least = 0;
    for (LyapunovBlock block : blocks) {
      least = Math.min(least, SymmetricMatrices.least(block.at(inside, 0)));
    }
    return LyapunovBlock.unknowns(inside, least - 1);
  }

  private boolean decided(List<LyapunovBlock> blocks, double[] x, double mu) {
    improve(LyapunovBlock.matrix(n, x));
    return LyapunovBlock.slackOf(x) > 0
        || proves(blocks.stream().map(block -> block.inverse(x)).toList(), mu);
  }

  /// The best `P` so far, moved inside `I ≺ P`, `tr P < κ n`.
  private double[][] inside() {
    double room = search.condition() * n;
    double factor = Math.min(1, 0.5 * room / SymmetricMatrices.trace(p));
    double[][] moved = SymmetricMatrices.identity(n);
    SymmetricMatrices.add(factor, p, moved);
    return moved;
  }

  private void improve(double[][] candidate) {
    double least = SymmetricMatrices.least(candidate);
    double found = rateOf(candidate);
    if (least > 0 && found < rate) {
      rate = found;
      p = new double[n][n];
      SymmetricMatrices.add(1 / least, candidate, p);
    }
  }

  /// The least `μ` with `A_iᵀ P A_i ⪯ μ² P` for all `i`, rounded up.
  private double rateOf(double[][] candidate) {
    double largest = 0;
    for (double[][] a : matrices) {
      double square =
          SymmetricMatrices.largestOfPencil(SymmetricMatrices.congruent(a, candidate), candidate);
      largest = Math.max(largest, square);
    }
    return Math.sqrt(largest) * (1 + MARGIN);
  }

  /// Whether `z` proves that no `P` has the rate `mu`; if so, the largest rate that it proves this
  /// for becomes the lower bound.
  private boolean proves(List<double[][]> z, double mu) {
    if (!(margin(z, mu) > 0)) {
      return false;
    }
    double proven = mu;
    double open = rate;
    for (int k = 0; k < REFINEMENTS; k++) {
      double middle = Math.sqrt(proven * open);
      if (margin(z, middle) > 0) {
        proven = middle;
      } else {
        open = middle;
      }
    }
    if (proven > lower) {
      lower = proven;
      proof = List.copyOf(z);
    }
    return true;
  }

  private double margin(List<double[][]> z, double mu) {
    return proofMargin(matrices, z, mu, search.condition());
  }

  /// `tr M + (κ − 1) n min(0, λ_min(M))` less what rounding may have added.
  static double proofMargin(
      List<double[][]> matrices, List<double[][]> z, double mu, double condition) {
    int n = matrices.getFirst().length;
    double[][] m = new double[n][n];
    double size = 0;
    for (int i = 0; i < z.size(); i++) {
      double[][] image =
          SymmetricMatrices.congruent(SymmetricMatrices.transposed(matrices.get(i)), z.get(i));
      SymmetricMatrices.add(1 / (mu * mu), image, m);
      SymmetricMatrices.add(-1, z.get(i), m);
      size += SymmetricMatrices.trace(z.get(i)) + SymmetricMatrices.trace(image) / (mu * mu);
    }
    double least = Math.min(0, SymmetricMatrices.least(m) - MARGIN * 0.01 * size);
    return SymmetricMatrices.trace(m) + (condition - 1) * n * least - MARGIN * size;
  }
}
