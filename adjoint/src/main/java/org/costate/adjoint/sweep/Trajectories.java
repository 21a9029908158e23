package org.costate.adjoint.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.adjoint.cost.ControlCost;
import org.costate.adjoint.cost.Costs;
import org.costate.model.Model;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// States and costates of a whole ensemble at one set of controls, kept: what the maximum principle
/// holds fixed while the controls of a step change.
public final class Trajectories {
  private final Ensemble ensemble;
  private final int sequences;
  private final double value;
  private final double[][][] states;
  private final double[][][] costates;

  private Trajectories(
      Ensemble ensemble, double value, double[][][] states, double[][][] costates) {
    this.ensemble = ensemble;
    this.value = value;
    this.states = states;
    this.costates = costates;
    this.sequences = ensemble.chunks().stream().mapToInt(b -> b.shape().batch()).sum();
  }

  /// One sweep forwards and backwards over every chunk.
  ///
  /// @param c the controls
  /// @param g overwritten with `∇J(c)`
  public static Trajectories of(
      Model model, Costs costs, SweepOptions options, double[] c, Ensemble ensemble, double[] g) {
    SweepOptions keeping =
        options.withExtras(SweepOptions.Extra.STATES, SweepOptions.Extra.COSTATES);
    int steps = model.grid().steps();
    List<Batch> chunks = ensemble.chunks();
    double[][][] states = new double[chunks.size()][steps + 1][];
    double[][][] costates = new double[chunks.size()][steps + 1][];
    Succession succession = new Succession();
    succession.begin(chunks.size());
    Succession.Place place = succession.new Place();
    Shape capacity = capacity(ensemble);
    ModelSweep sweep =
        new ModelSweep(model, costs, capacity, keeping, Optional.empty(), new Run(place));
    ChunkSum sum = new ChunkSum(sweep, place);
    if (chunks.size() > 1) {
      sum.reserve(g.length);
    }
    double value = 0;
    for (int k = 0; k < chunks.size(); k++) {
      value += sweep.gradient(c, chunks.get(k), ensemble.scales(), sum.begin(k, g));
      sum.add(k, g, options.kernels());
      sum.end();
      for (int n = 0; n <= steps; n++) {
        states[k][n] = sweep.state(n).toArray();
        costates[k][n] = sweep.costate(n).toArray();
      }
    }
    for (ControlCost cost : costs.controls()) {
      cost.addGradient(c, g);
      value += cost.value(c);
    }
    return new Trajectories(ensemble, value, states, costates);
  }

  static Shape capacity(Ensemble ensemble) {
    int batch = 0;
    int tokens = 0;
    for (Batch chunk : ensemble.chunks()) {
      batch = Math.max(batch, chunk.shape().batch());
      tokens = Math.max(tokens, chunk.shape().tokens());
    }
    return new Shape(batch, tokens);
  }

  /// `J`.
  public double value() {
    return value;
  }

  /// Number of sequences.
  public int sequences() {
    return sequences;
  }

  /// Number of chunks.
  public int chunks() {
    return states.length;
  }

  Ensemble ensemble() {
    return ensemble;
  }

  /// The state `u_n` of chunk `k`; not to be modified.
  public double[] state(int k, int n) {
    return states[k][n];
  }

  /// The costate `λ_n` of chunk `k`, of the mean over the ensemble; not to be modified.
  public double[] costate(int k, int n) {
    return costates[k][n];
  }

  /// Shapes of the states of all chunks.
  List<Shape> stateShapes(Model model) {
    List<Shape> shapes = new ArrayList<>();
    ensemble.chunks().forEach(chunk -> shapes.add(model.stateShape(chunk.shape())));
    return shapes;
  }
}
