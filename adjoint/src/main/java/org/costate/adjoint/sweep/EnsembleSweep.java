package org.costate.adjoint.sweep;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.costate.adjoint.checkpoint.Checkpointing;
import org.costate.adjoint.checkpoint.Schedule;
import org.costate.adjoint.cost.ControlCost;
import org.costate.adjoint.cost.Costs;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.NumericalException;
import org.costate.model.kernel.Crew;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// The cost `J(c) = mean_b [G + Σ_n h ℓ] + R(c)` of an ensemble, its gradient and its
/// Hessian–vector products.
///
/// The ensemble is cut into chunks of a size that does not depend on the number of threads. Every
/// thread takes the next chunk. Where the parts of the steps have controls of their own, all chunks
/// add to one gradient, each a part behind the chunk before it, see [Succession]; where they share
/// controls, a thread fills a zeroed buffer of its own and adds it when all chunks before have been
/// added. One thread does the same: results are the same to the bit for any number of threads.
/// Where there are too few chunks for the threads, all threads share the work inside one chunk at a
/// time instead. The threads live until [#close] and wait between calls. No call allocates once it
/// is warm, if its ensemble was prepared before. Calls must not overlap.
public final class EnsembleSweep implements AutoCloseable {
  private enum Kind {
    VALUE,
    GRADIENT,
    HESSIAN_VECTOR,
    GAUSS_NEWTON_VECTOR
  }

  private final Model model;
  private final Costs costs;
  private final SweepOptions options;
  private final Crew crew;
  private final Crew.Work work = this::work;
  private final Succession succession = new Succession();
  private final ModelSweep[] sweeps;
  private final ChunkSum[] sums;
  private final double[] costateSquare;
  private final double[] hamiltonian;
  private final double[] runningCost;
  private Shape capacity = new Shape(1, 1);

  /// Sweeps that share the memory for checkpoints.
  private int budgetedFor;

  private final AtomicInteger nextChunk = new AtomicInteger();
  private Kind kind = Kind.VALUE;
  private Ensemble ensemble;
  private double[] c;
  private double[] direction = Run.ABSENT;
  private double[] sum = Run.ABSENT;
  private double total;
  private int failedChunk;
  private Throwable failure;

  public EnsembleSweep(Model model, Costs costs, SweepOptions options) {
    this.model = model;
    this.costs = costs;
    this.options = options;
    this.crew = new Crew(options.threads());
    this.sweeps = new ModelSweep[options.threads()];
    this.sums = new ChunkSum[options.threads()];
    int steps = model.grid().steps();
    costateSquare = new double[steps + 1];
    hamiltonian = new double[steps];
    runningCost = new double[steps];
  }

  /// Cuts a batch into chunks, once for many calls.
  ///
  /// @throws IllegalArgumentException if the batch lacks what the costs need
  public Ensemble prepare(Batch batch) {
    return Ensemble.of(batch, model, costs, options.chunk());
  }

  /// `J(c)`.
  public double value(double[] controls, Ensemble e) {
    run(Kind.VALUE, controls, e, Run.ABSENT, Run.ABSENT);
    return total + controlCost(controls);
  }

  /// `J(c)` of a batch that is used once.
  public double value(double[] controls, Batch batch) {
    return value(controls, prepare(batch));
  }

  /// `g := ∇J(c)`; returns `J(c)`.
  public double gradient(double[] controls, Ensemble e, double[] g) {
    run(Kind.GRADIENT, controls, e, Run.ABSENT, g);
    List<ControlCost> own = costs.controls();
    for (int i = 0; i < own.size(); i++) {
      own.get(i).addGradient(controls, g);
    }
    return total + controlCost(controls);
  }

  /// `g := ∇J(c)` of a batch that is used once; returns `J(c)`.
  public double gradient(double[] controls, Batch batch, double[] g) {
    return gradient(controls, prepare(batch), g);
  }

  /// `hv := ∇²J(c) v`, with the option `TANGENTS`.
  public void hessianVector(double[] controls, Ensemble e, double[] v, double[] hv) {
    run(Kind.HESSIAN_VECTOR, controls, e, v, hv);
    List<ControlCost> own = costs.controls();
    for (int i = 0; i < own.size(); i++) {
      own.get(i).addSecond(controls, v, hv);
    }
  }

  /// `gv := G v` with the Gauss–Newton matrix, see [ModelSweep#gaussNewtonVector]; with the option
  /// `TANGENTS`.
  public void gaussNewtonVector(double[] controls, Ensemble e, double[] v, double[] gv) {
    run(Kind.GAUSS_NEWTON_VECTOR, controls, e, v, gv);
    List<ControlCost> own = costs.controls();
    for (int i = 0; i < own.size(); i++) {
      own.get(i).addSecond(controls, v, gv);
    }
  }

  /// `hv := ∇²J(c) v` of a batch that is used once.
  public void hessianVector(double[] controls, Batch batch, double[] v, double[] hv) {
    hessianVector(controls, prepare(batch), v, hv);
  }

  /// States and costates of the whole ensemble at `controls`, kept.
  ///
  /// @param g overwritten with `∇J`
  public Trajectories trajectories(double[] controls, Ensemble e, double[] g) {
    return Trajectories.of(model, costs, options, controls, e, g);
  }

  /// A sweep over single links of the chain with the ends held, for one thread.
  public LinkSweep links(Trajectories held) {
    return new LinkSweep(model, costs, held, options);
  }

  /// What the sweep minimises.
  public Costs costs() {
    return costs;
  }

  /// Norm of the costate `λ_n` of the whole ensemble in the last gradient, `n = 0 … N`.
  public double costateNorm(int n) {
    return Math.sqrt(costateSquare[n]);
  }

  /// The Hamiltonian `H_n` of the whole ensemble in the last gradient.
  public double hamiltonian(int n) {
    return hamiltonian[n];
  }

  /// The mean running cost `h ℓ_n` of step `n` in the last call.
  public double runningCost(int n) {
    return runningCost[n];
  }

  /// What a chunk stores and runs again, after the first call.
  public Schedule.Plan plan() {
    return sweeps[0].plan();
  }

  /// Plans and allocates for the gradient of an ensemble, before anything runs.
  ///
  /// @throws InputException if the checkpoints do not fit into the memory of the options
  public MemoryPlan plan(Ensemble e) {
    makeRoom(e, true);
    return new MemoryPlan(plan(), inFlight(e));
  }

  /// Chunks that are worked on at the same time.
  private int inFlight(Ensemble e) {
    return isDivided(e) ? 1 : Math.min(crew.members(), e.chunks().size());
  }

  @Override
  public void close() {
    crew.close();
  }

  private double controlCost(double[] controls) {
    double cost = 0;
    List<ControlCost> own = costs.controls();
    for (int i = 0; i < own.size(); i++) {
      cost += own.get(i).value(controls);
    }
    return cost;
  }

  private void run(Kind newKind, double[] controls, Ensemble e, double[] v, double[] out) {
    if (newKind != Kind.VALUE && out.length != model.layout().size()) {
      throw new IllegalArgumentException(
          "sweep: found room for %d numbers, expected %d"
              .formatted(out.length, model.layout().size()));
    }
    makeRoom(e, newKind != Kind.VALUE);
    sweeps[0].setDivided(isDivided(e));
    kind = newKind;
    c = controls;
    ensemble = e;
    direction = v;
    sum = out;
    total = 0;
    nextChunk.set(0);
    succession.begin(e.chunks().size());
    failedChunk = Integer.MAX_VALUE;
    failure = null;
    Arrays.fill(costateSquare, 0);
    Arrays.fill(hamiltonian, 0);
    Arrays.fill(runningCost, 0);
    if (isDivided(e)) {
      crew.requireOpen();
      work.run(0);
    } else {
      crew.run(work);
    }
    if (failure instanceof NumericalException numerical) {
      throw numerical.inSequencesFrom(e.firstSequence(failedChunk));
    } else if (failure instanceof Error error) {
      throw error;
    } else if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
  }

  /// Whether the threads share the work inside the chunks: less than half of them would have one.
  private boolean isDivided(Ensemble e) {
    return 2 * e.chunks().size() <= crew.members();
  }

  /// Allocates sweeps and buffers for as many threads as will find a chunk.
  private void makeRoom(Ensemble e, boolean derivatives) {
    Shape chunk = e.chunk();
    if (chunk.batch() > capacity.batch() || chunk.tokens() > capacity.tokens()) {
      capacity = covering(chunk, capacity);
      Arrays.fill(sweeps, null);
    }
    int together = inFlight(e);
    if (together > budgetedFor) {
      budgetedFor = together;
      Arrays.fill(sweeps, null);
    }
    for (int i = 0; i < together; i++) {
      if (sweeps[i] == null) {
        sweeps[i] = newSweep(i);
      }
    }
    boolean adding = derivatives && e.chunks().size() > 1;
    for (int i = 0; adding && i < together; i++) {
      sums[i].reserve(model.layout().size());
    }
  }

  private ModelSweep newSweep(int member) {
    Optional<Crew> sharing = member == 0 ? Optional.of(crew) : Optional.empty();
    try {
      Checkpointing each = options.checkpointing().among(budgetedFor);
      Succession.Place place = succession.new Place();
      SweepOptions own = options.withCheckpointing(each);
      ModelSweep sweep = new ModelSweep(model, costs, capacity, own, sharing, new Run(place));
      sums[member] = new ChunkSum(sweep, place);
      return sweep;
    } catch (ArithmeticException e) {
      throw new InputException(
          "sweep: found a chunk of %d x %d tokens, whose state, record or scratch is too large"
              .formatted(capacity.batch(), capacity.tokens()),
          "arrays of less than 2^31 numbers",
          "Maybe set fewer sequences per chunk",
          e);
    }
  }

  /// A shape that holds both, unless many short and few long sequences make that a waste.
  private static Shape covering(Shape needed, Shape present) {
    int batch = Math.max(needed.batch(), present.batch());
    int tokens = Math.max(needed.tokens(), present.tokens());
    long most = Math.max(needed.positions(), present.positions());
    return (long) batch * tokens <= 2 * most ? new Shape(batch, tokens) : needed;
  }

  private void work(int member) {
    if (sweeps[member] == null) {
      return; // there are fewer chunks than threads
    }
    for (int chunk = take(); chunk >= 0; chunk = take()) {
      try {
        double[] target = sums[member].begin(chunk, sum);
        double cost = sweep(sweeps[member], chunk, target);
        sums[member].add(chunk, sum, options.kernels());
        total += cost;
        observe(sweeps[member]);
        sums[member].end();
      } catch (RuntimeException | Error e) {
        fail(chunk, e);
      }
    }
  }

  private int take() {
    if (succession.hasFailed()) {
      return -1;
    }
    int chunk = nextChunk.getAndIncrement();
    return chunk < ensemble.chunks().size() ? chunk : -1;
  }

  private double sweep(ModelSweep sweep, int chunk, double[] target) {
    Batch batch = ensemble.chunks().get(chunk);
    Scales scales = ensemble.scales();
    return switch (kind) {
      case VALUE -> sweep.value(c, batch, scales);
      case GRADIENT -> sweep.gradient(c, batch, scales, target);
      case HESSIAN_VECTOR -> sweep.hessianVector(c, batch, scales, direction, target);
      case GAUSS_NEWTON_VECTOR -> sweep.gaussNewtonVector(c, batch, scales, direction, target);
    };
  }

  private void observe(ModelSweep sweep) {
    int steps = hamiltonian.length;
    for (int n = 0; n < steps; n++) {
      runningCost[n] += sweep.runningCost(n);
      if (kind == Kind.GRADIENT) {
        hamiltonian[n] += sweep.hamiltonian(n);
        costateSquare[n] += sweep.costateSquare(n);
      }
    }
    if (kind == Kind.GRADIENT) {
      costateSquare[steps] += sweep.costateSquare(steps);
    }
  }

  /// Keeps the failure of the first chunk that failed: chunks are taken in order, and only those
  /// behind a failed one give up, so it is the same for any number of threads.
  private void fail(int chunk, Throwable e) {
    synchronized (succession) {
      if (chunk < failedChunk) {
        failedChunk = chunk;
        failure = e;
      }
    }
    succession.fail(chunk);
  }
}
