package org.costate.control.diagnose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.ModelSweep;
import org.costate.adjoint.sweep.Outputs;
import org.costate.adjoint.sweep.Scales;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.model.Model;
import org.costate.model.NumericalException;
import org.costate.model.converge.Convergence;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Slice;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.PiecewiseLinear;
import org.costate.model.time.TimeBasis;

/// A model on finer and finer time grids: whether its layers are the steps of a flow, or maps that
/// happen to follow one another.
///
/// Every step of the model is split into 1, 2, 4 and 8; between the layers its weights are held
/// (`θ(t)` piecewise constant) or interpolated (piecewise linear, the weights of layer `k` at its
/// beginning `t_k`, the last ones held). Controls that are functions of time already are only read
/// at more times.
///
/// @param claimed order that the scheme claims
/// @param courses one for each way to fill the weights in between
/// @param variation how the weights change over the depth, for each block that changes
/// @param velocity `‖u_{n+1} − u_n‖/(h ‖u_n‖)` of every step
public record DepthRefinement(
    int claimed, List<Course> courses, List<Variation> variation, double[] velocity) {
  private static final int[] PARTS = {1, 2, 4, 8};
  private static final double CLOSE = 0.1;
  private static final double ORDER_TOLERANCE = 0.35;
  private static final double UNRELATED = 1;

  /// One refinement.
  ///
  /// @param controls how the weights are filled in between
  /// @param parts into how many every step is split
  /// @param movement `‖y_r − y‖/‖y‖`, `y_r` the output with every step split into `r`, `y` that of
  ///     the model; not a number where the refined model blows up
  /// @param differences `‖y_r − y_2r‖/‖y‖`, in the order of all `parts` but the last
  /// @param observed the order at which these fall
  public record Course(
      String controls, int[] parts, double[] movement, double[] differences, double observed) {}

  /// Weights of one block over the depth.
  ///
  /// @param block its name
  /// @param size numbers of one layer
  /// @param relative `‖θ_{k+1} − θ_k‖/‖θ_k‖`, `k = 0, 1, …`; about √2 where neighbours are
  /// unrelated
  public record Variation(String block, int size, double[] relative) {
    /// The mean over the depth.
    public double mean() {
      return Arrays.stream(relative).average().orElse(Double.NaN);
    }
  }

  /// How close a model is to a flow.
  public enum Verdict {
    /// Refined, it changes little, at the order of its scheme.
    FLOW,
    /// Refined, it tends to a flow, but one that is far from it.
    COARSE,
    /// Refined, it tends to nothing in sight.
    NO_FLOW
  }

  /// Refines `model`.
  ///
  /// @param c the controls
  /// @param batch input to look at
  public static DepthRefinement of(Model model, double[] c, Batch batch, Kernels kernels) {
    double[] output = Outputs.of(model, c, batch, kernels);
    List<Course> courses = new ArrayList<>();
    boolean held =
        model.layout().blocks().stream().anyMatch(b -> b.basis() instanceof PiecewiseConstant);
    String name = held ? "piecewise constant" : "as in the model";
    courses.add(course(name, model, c, output, batch, kernels));
    if (held) {
      Model interpolated = interpolated(model);
      double[] nodes = interpolated(model.layout(), c, interpolated.layout());
      courses.add(course("piecewise linear", interpolated, nodes, output, batch, kernels));
    }
    return new DepthRefinement(
        model.step().scheme().order(),
        courses,
        variation(model.layout(), c),
        velocity(model, c, batch, kernels));
  }

  private static Course course(
      String controls, Model model, double[] c, double[] output, Batch batch, Kernels kernels) {
    double[][] refined = new double[PARTS.length][];
    for (int i = 0; i < PARTS.length; i++) {
      refined[i] = refined(model, PARTS[i], c, batch, kernels, output.length);
    }
    double[] movement = new double[PARTS.length];
    Arrays.setAll(movement, i -> distance(refined[i], output));
    double size = distance(output, new double[output.length]);
    double[] differences = new double[PARTS.length - 1];
    Arrays.setAll(differences, i -> distance(refined[i], refined[i + 1]) / size);
    int[] steps = new int[differences.length];
    Arrays.setAll(steps, i -> PARTS[i] * model.grid().steps());
    double observed =
        new Convergence(controls, model.step().scheme().order(), steps, differences).measured();
    Arrays.setAll(movement, i -> movement[i] / size);
    return new Course(controls, PARTS.clone(), movement, differences, observed);
  }

  private static double[] refined(
      Model model, int parts, double[] c, Batch batch, Kernels kernels, int size) {
    Model finer =
        new Model(
            model.entry(), model.step(), model.grid().refined(parts), model.layout(), model.exit());
    try {
      return Outputs.of(finer, c, batch, kernels);
    } catch (NumericalException e) {
      double[] nothing = new double[size];
      Arrays.fill(nothing, Double.NaN);
      return nothing;
    }
  }

  /// The model with interpolated weights: one node more, because the last layer ends at one.
  private static Model interpolated(Model model) {
    ControlLayout.Builder layout = ControlLayout.builder();
    for (ControlLayout.Block block : model.layout().blocks()) {
      TimeBasis basis =
          block.basis() instanceof PiecewiseConstant held
              ? new PiecewiseLinear(held.count() + 1, held.end())
              : block.basis();
      layout.block(block.name(), block.parameters(), basis);
    }
    return new Model(model.entry(), model.step(), model.grid(), layout.build(), model.exit());
  }

  private static double[] interpolated(ControlLayout from, double[] c, ControlLayout to) {
    double[] nodes = new double[to.size()];
    for (ControlLayout.Block block : to.blocks()) {
      ControlLayout.Block old = from.block(block.name());
      for (int k = 0; k < block.basis().count(); k++) {
        int source = old.at(Math.min(k, old.basis().count() - 1));
        System.arraycopy(c, source, nodes, block.at(k), block.size());
      }
    }
    return nodes;
  }

  private static List<Variation> variation(ControlLayout layout, double[] c) {
    List<Variation> all = new ArrayList<>();
    for (ControlLayout.Block block : layout.blocks()) {
      boolean nodes =
          block.basis() instanceof PiecewiseConstant || block.basis() instanceof PiecewiseLinear;
      if (!nodes || block.basis().count() < 2) {
        continue;
      }
      double[] relative = new double[block.basis().count() - 1];
      for (int k = 0; k < relative.length; k++) {
        double[] here = Arrays.copyOfRange(c, block.at(k), block.at(k) + block.size());
        double[] next = Arrays.copyOfRange(c, block.at(k + 1), block.at(k + 1) + block.size());
        relative[k] = distance(next, here) / distance(here, new double[here.length]);
      }
      all.add(new Variation(block.name(), block.size(), relative));
    }
    return all;
  }

  private static double[] velocity(Model model, double[] c, Batch batch, Kernels kernels) {
    int chunk = Math.min(batch.shape().batch(), 8);
    Batch some = batch.sequences(0, chunk);
    ModelSweep sweep =
        new ModelSweep(
            model,
            new Costs(Optional.empty(), List.of(), List.of()),
            some.shape(),
            SweepOptions.with(kernels).withExtras(SweepOptions.Extra.STATES));
    sweep.value(c, some, Scales.ONE);
    double[] velocity = new double[model.grid().steps()];
    for (int n = 0; n < velocity.length; n++) {
      double[] here = sweep.state(n).toArray();
      Slice next = sweep.state(n + 1);
      velocity[n] =
          distance(next.toArray(), here)
              / (model.grid().step(n) * distance(here, new double[here.length]));
    }
    return velocity;
  }

  private static double distance(double[] x, double[] y) {
    double square = 0;
    for (int i = 0; i < x.length; i++) {
      square += (x[i] - y[i]) * (x[i] - y[i]);
    }
    return Math.sqrt(square);
  }

  /// The way of filling the weights in between that suits the model best: in which it moves least.
  public Course best() {
    return courses.stream().min((a, b) -> Double.compare(farthest(a), farthest(b))).orElseThrow();
  }

  private static double farthest(Course course) {
    return Arrays.stream(course.movement()).max().orElseThrow();
  }

  /// How close the model is to a flow.
  public Verdict verdict() {
    Course course = best();
    if (!(course.observed() >= Math.max(1, claimed) - ORDER_TOLERANCE)) {
      return Verdict.NO_FLOW;
    }
    return farthest(course) <= CLOSE ? Verdict.FLOW : Verdict.COARSE;
  }

  /// The mean of the variation over the depth and all blocks, these counted by their sizes; not a
  /// number where nothing changes.
  public double meanVariation() {
    double sum = variation.stream().mapToDouble(v -> v.size() * v.mean()).sum();
    return sum / variation.stream().mapToInt(Variation::size).sum();
  }

  /// The verdict for people.
  public String sentence() {
    Course course = best();
    double farthest = 100 * farthest(course);
    String says =
        switch (verdict()) {
          case FLOW ->
              "This model behaves like a discretised flow: smaller steps change its output by at"
                  + " most %.2g %%, and the changes shrink at order %.2f."
                      .formatted(farthest, course.observed());
          case COARSE ->
              "This model has a flow as its limit, but is a coarse discretisation of it: smaller"
                  + " steps change its output by up to %.2g %%, and the changes shrink at order %.2f."
                      .formatted(farthest, course.observed());
          case NO_FLOW ->
              "This model does not behave like a discretised flow: smaller steps change its output"
                  + " by up to %.2g %%, and the changes do not shrink as those of a scheme do"
                      .formatted(farthest)
                  + " (observed order %.2f, expected about %d)."
                      .formatted(course.observed(), Math.max(1, claimed));
        };
    return meanVariation() > UNRELATED
        ? says
            + " Its layers are as different as unrelated weights (%.0f %% from one to the next),"
                .formatted(100 * meanVariation())
            + " so they do not sample a smooth θ(t)."
        : says;
  }
}
