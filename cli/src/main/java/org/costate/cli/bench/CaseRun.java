package org.costate.cli.bench;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.costate.adjoint.LinearMap;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.Ensemble;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.adjoint.sweep.MemoryPlan;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.adjoint.sweep.SweepOptions.Extra;
import org.costate.cli.assembly.Budgets;
import org.costate.cli.bench.BenchCase.Task;
import org.costate.control.cost.Quadratic;
import org.costate.control.stability.GolubKahan;
import org.costate.control.train.Initialisation;
import org.costate.model.Model;
import org.costate.model.kernel.Crew;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;

/// Measures a case in this process: `½ mean (y − target)²` of a random input and target, its
/// gradient with respect to all controls and the input, and what the task adds.
public final class CaseRun {
  private static final Stopwatch FULL = new Stopwatch(3, 2, 3);
  private static final Stopwatch SHORT = new Stopwatch(0.5, 0.5, 0);
  static final int SINGULAR_VALUES = 8;

  /// Residuals of 1e-6 of the largest value: the values themselves are right to the square of that
  /// over their gaps.
  static final GolubKahan SINGULAR = new GolubKahan(1e-6, 300, 1);

  private final BenchCase example;
  private final Kernels kernels;
  private final Stopwatch watch;
  private final Model model;
  private final Batch batch;
  private final double[] c;
  private final double[] sink = new double[1];

  private CaseRun(BenchCase example, Kernels kernels, Stopwatch watch) {
    this.example = example;
    this.kernels = kernels;
    this.watch = watch;
    Preset preset = example.preset();
    model = preset.architecture(example.kind()).model();
    SplittableRandom random = new SplittableRandom(1);
    int size = preset.shape().size(preset.width());
    batch = Batch.ofInput(preset.shape(), normal(size, random)).withTarget(normal(size, random));
    c = Initialisation.gpt2().controls(model.layout(), model.step(), model.grid(), 1);
  }

  /// The figures, measured for a few seconds each.
  public static Measurement measure(BenchCase example, Kernels kernels) {
    return new CaseRun(example, kernels, FULL).run();
  }

  /// The same in less time and with less care, for many cases in one process.
  static Measurement glance(BenchCase example, Kernels kernels) {
    return new CaseRun(example, kernels, SHORT).run();
  }

  private Measurement run() {
    SweepOptions options =
        SweepOptions.with(kernels)
            .withThreads(example.threads())
            .withCheckpointing(Budgets.checkpointing("--budget", example.budget()))
            .withExtras(Extra.INPUT_COSTATE);
    if (example.task() == Task.HESSIAN) {
      options = options.withExtras(Extra.TANGENTS);
    }
    double[] g = new double[c.length];
    try (EnsembleSweep sweep = new EnsembleSweep(model, Costs.of(new Quadratic()), options)) {
      Ensemble ensemble = sweep.prepare(batch);
      MemoryPlan plan = sweep.plan(ensemble);
      Runnable gradient = () -> sink[0] += sweep.gradient(c, ensemble, g);
      double forwardSeconds = watch.medianSeconds(() -> sink[0] += sweep.value(c, ensemble));
      double gradientSeconds = watch.medianSeconds(gradient);
      long allocated = Stopwatch.allocatedPer(gradient, gradientSeconds);
      double hessian = example.task() == Task.HESSIAN ? hessian(sweep, ensemble) : Double.NaN;
      Singular singular =
          example.task() == Task.SINGULAR ? singular() : new Singular(Double.NaN, 0);
      if (Double.isNaN(sink[0])) {
        throw new IllegalStateException("bench: found a value that is no number");
      }
      return new Measurement(
          example.preset().name(),
          BenchCase.word(example.kind()),
          BenchCase.word(example.task()),
          example.threads(),
          forwardSeconds,
          gradientSeconds,
          Stopwatch.peakResidentMegabytes(),
          example.preset().gradientFlops() / gradientSeconds * 1e-9,
          allocated,
          hessian,
          singular.seconds(),
          singular.products(),
          plan.bytes() / 1e6,
          plan.storeAllBytes() / 1e6,
          plan.chunk().repeatedSweeps(),
          kernels.tier());
    }
  }

  private double hessian(EnsembleSweep sweep, Ensemble ensemble) {
    double[] v = normal(c.length, new SplittableRandom(2));
    double[] hv = new double[c.length];
    return watch.medianSeconds(
        () -> {
          sweep.hessianVector(c, ensemble, v, hv);
          sink[0] += hv[0];
        });
  }

  private record Singular(double seconds, int products) {}

  /// The trajectory, its linearisation and the iteration together.
  private Singular singular() {
    int[] products = new int[1];
    try (Crew crew = new Crew(example.threads())) {
      double seconds =
          watch.medianSeconds(
              () -> {
                GolubKahan.Triplets found = SINGULAR.leading(propagator(crew), SINGULAR_VALUES);
                if (!found.converged()) {
                  throw new IllegalStateException("bench: found singular values not converged");
                }
                products[0] = 2 * found.products();
                sink[0] += found.values()[0];
              });
      return new Singular(seconds, products[0]);
    }
  }

  private LinearMap propagator(Crew crew) {
    Linearisation trajectory = new Linearisation(model, c, batch, kernels).dividedAmong(crew);
    return trajectory.propagator(0, trajectory.steps());
  }

  private static double[] normal(int count, SplittableRandom random) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> random.nextGaussian());
    return values;
  }
}
