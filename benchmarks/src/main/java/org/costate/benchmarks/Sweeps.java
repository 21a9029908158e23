package org.costate.benchmarks;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.Ensemble;
import org.costate.adjoint.sweep.EnsembleSweep;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.cli.assembly.Budgets;
import org.costate.cli.bench.Preset;
import org.costate.control.cost.Quadratic;
import org.costate.control.train.Initialisation;
import org.costate.model.Model;
import org.costate.model.kernel.KernelTier;
import org.costate.model.state.Batch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Whole sweeps: the value, the gradient and a Hessian–vector product of a preset, with a memory
/// budget. `-prof gc` shows that none of them allocates.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Sweeps {
  @Param({"small", "deep"})
  String preset;

  @Param({"1", "1/8"})
  String budget;

  @Param({"2"})
  int threads;

  private EnsembleSweep sweep;
  private Ensemble ensemble;
  private double[] c;
  private double[] v;
  private double[] g;

  @Setup
  public void prepare() {
    Preset p = Preset.of(preset);
    Model model = p.architecture(Preset.Kind.ENCODER_PRELN_GELU).model();
    SplittableRandom random = new SplittableRandom(1);
    int size = p.shape().size(p.width());
    Batch batch =
        Batch.ofInput(p.shape(), random.doubles(size, -1, 1).toArray())
            .withTarget(random.doubles(size, -1, 1).toArray());
    c = Initialisation.gpt2().controls(model.layout(), model.step(), model.grid(), 1);
    v = random.doubles(c.length, -1, 1).toArray();
    g = new double[c.length];
    SweepOptions options =
        SweepOptions.with(KernelTier.fromEnvironment().kernels())
            .withThreads(threads)
            .withCheckpointing(Budgets.checkpointing("budget", Optional.of(budget)))
            .withExtras(SweepOptions.Extra.TANGENTS);
    sweep = new EnsembleSweep(model, Costs.of(new Quadratic()), options);
    ensemble = sweep.prepare(batch);
  }

  @TearDown
  public void close() {
    sweep.close();
  }

  @Benchmark
  public double value() {
    return sweep.value(c, ensemble);
  }

  @Benchmark
  public double gradient() {
    return sweep.gradient(c, ensemble, g);
  }

  @Benchmark
  public double[] hessianVector() {
    sweep.hessianVector(c, ensemble, v, g);
    return g;
  }
}
