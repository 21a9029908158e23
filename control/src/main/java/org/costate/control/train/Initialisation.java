package org.costate.control.train;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.costate.control.Placement;
import org.costate.model.operator.Parameter;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Step;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.TimeBasis;
import org.costate.model.time.TimeGrid;

/// Initial controls by the role of every parameter: weights and tables are normal with mean 0,
/// biases and constraint means are 0, gains and constraint deviations are 1 at all times.
///
/// A weight through which a field returns to the residual stream (`output.weight` of attention,
/// `out.weight` of a feed-forward network, in the blocks of the step) has its deviation divided by
/// `√(2 N)`, `N` steps, so that the sum of all contributions keeps its size with depth (Radford et
/// al. 2019), and by `√K` more where a step is a stack of `K` blocks. Where a control is an
/// expansion in functions of time, the coefficients are scaled so that the mean over the steps of
/// the variance of `θ(t)` is that of the same weight without time.
///
/// Every array of every coefficient has its own stream of random numbers, named after it.
///
/// @param weights deviation of matrices
/// @param embedding deviation of tables
/// @param residualScaling whether to divide by `√(2 N K)`
public record Initialisation(Weights weights, double embedding, boolean residualScaling) {
  /// Deviation of the entries of a matrix.
  public sealed interface Weights {
    /// Deviation for `rows` inputs and `cols` outputs.
    double deviation(int rows, int cols);

    /// The same for all.
    record Normal(double deviation) implements Weights {
      /// @throws IllegalArgumentException if the deviation is negative or not finite
      public Normal {
        requireDeviation(deviation);
      }

      @Override
      public double deviation(int rows, int cols) {
        return deviation;
      }
    }

    /// `gain · √(2/(rows + cols))` (Glorot and Bengio 2010).
    record Xavier(double gain) implements Weights {
      /// @throws IllegalArgumentException if the gain is negative or not finite
      public Xavier {
        requireDeviation(gain);
      }

      @Override
      public double deviation(int rows, int cols) {
        return gain * Math.sqrt(2.0 / ((double) rows + cols));
      }
    }

    /// `gain / √rows`: outputs of the size of the inputs, times the gain.
    record FanIn(double gain) implements Weights {
      /// @throws IllegalArgumentException if the gain is negative or not finite
      public FanIn {
        requireDeviation(gain);
      }

      @Override
      public double deviation(int rows, int cols) {
        return gain / Math.sqrt(rows);
      }
    }
  }

  private static final List<String> RETURNING = List.of("output.weight", "out.weight");

  /// @throws IllegalArgumentException if a deviation is negative or not finite
  public Initialisation {
    requireDeviation(embedding);
  }

  /// Deviation 0.02 throughout, with residual scaling, as GPT-2 was started.
  public static Initialisation gpt2() {
    return new Initialisation(new Weights.Normal(0.02), 0.02, true);
  }

  /// Deviation `1/√rows` of matrices, which keeps the size of what they act on, and 0.1 of tables,
  /// with residual scaling. For narrow models and short runs: at width 128 a deviation of 0.02 is a
  /// quarter of this, and many of the first steps go into making the weights grow.
  public static Initialisation fanIn() {
    return new Initialisation(new Weights.FanIn(1), 0.1, true);
  }

  /// The controls that a run starts from.
  ///
  /// @param step the step whose blocks return to the residual stream
  /// @param grid the times at which controls are used
  public double[] controls(ControlLayout layout, Step step, TimeGrid grid, long seed) {
    RandomStreams streams = new RandomStreams(seed);
    List<String> stepBlocks =
        step.slots().stream()
            .map(Slot::controls)
            .flatMap(List::stream)
            .map(ControlRef::block)
            .toList();
    List<Placement> places = Placement.of(layout);
    long returning =
        places.stream().filter(p -> p.coefficient() == 0 && returns(p, stepBlocks)).count();
    double contributions = (double) returning * grid.steps();
    double[] c = new double[layout.size()];
    for (Placement place : places) {
      Parameter parameter = place.parameter();
      TimeBasis basis = place.block().basis();
      int to = place.offset() + parameter.size();
      switch (parameter.role()) {
        case BIAS, CONSTRAINT_MEAN -> {}
        case GAIN, CONSTRAINT_DEVIATION ->
            Arrays.fill(c, place.offset(), to, coefficientOfOne(basis, grid, place.coefficient()));
        case WEIGHT, EMBEDDING -> {
          double deviation = deviation(parameter, returns(place, stepBlocks) ? contributions : 1);
          double scale = place.block().stride() == 0 ? 1 : 1 / spread(basis, grid);
          RandomGenerator random = streams.stream("controls." + place.name(), 0);
          for (int i = place.offset(); i < to; i++) {
            c[i] = deviation * scale * random.nextGaussian();
          }
        }
        case RATE ->
            throw new IllegalArgumentException(
                "initial controls: found the rate "
                    + place.name()
                    + " in the layout, expected it to have no coefficients of its own");
      }
    }
    return c;
  }

  private static boolean returns(Placement place, List<String> stepBlocks) {
    return RETURNING.contains(place.parameter().name())
        && stepBlocks.contains(place.block().name());
  }

  private double deviation(Parameter parameter, double contributions) {
    double plain =
        parameter.role() == Parameter.Role.EMBEDDING
            ? embedding
            : weights.deviation(parameter.rows(), parameter.cols());
    return residualScaling ? plain / Math.sqrt(contributions) : plain;
  }

  /// `√(mean_n Σ_k φ_k(s_n)²)` over the middles `s_n` of the steps.
  private static double spread(TimeBasis basis, TimeGrid grid) {
    double sum = 0;
    for (int n = 0; n < grid.steps(); n++) {
      for (int k = 0; k < basis.count(); k++) {
        double phi = middle(basis, k, grid, n);
        sum += phi * phi;
      }
    }
    return Math.sqrt(sum / grid.steps());
  }

  /// Coefficient `k` of the function that is 1 at all times: all ones if the basis is a partition
  /// of unity, else the first function must be 1 itself.
  private static double coefficientOfOne(TimeBasis basis, TimeGrid grid, int k) {
    boolean partition = true;
    boolean firstIsOne = true;
    for (int n = 0; n < grid.steps(); n++) {
      double sum = 0;
      for (int j = 0; j < basis.count(); j++) {
        sum += middle(basis, j, grid, n);
      }
      partition &= Math.abs(sum - 1) < 1e-12;
      firstIsOne &= middle(basis, 0, grid, n) == 1;
    }
    if (!partition && !firstIsOne) {
      throw new IllegalArgumentException(
          "initial controls: found a " + basis.name() + " basis, expected one that contains 1");
    }
    return partition || k == 0 ? 1 : 0;
  }

  private static double middle(TimeBasis basis, int k, TimeGrid grid, int n) {
    double from = grid.time(n);
    double to = grid.time(n + 1);
    double s = 0.5 * (from + to);
    int first = basis.first(s, from, to);
    boolean supported = k >= first && k < first + basis.support(s, from, to);
    return supported ? basis.value(k, 0, s, from, to) : 0;
  }

  private static void requireDeviation(double deviation) {
    if (!(deviation >= 0) || Double.isInfinite(deviation)) {
      throw new IllegalArgumentException(
          "initial controls: found " + deviation + ", expected a finite number of at least 0");
    }
  }
}
