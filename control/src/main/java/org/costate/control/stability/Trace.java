package org.costate.control.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.control.Vectors;
import org.costate.control.replay.StepCostates;
import org.costate.control.replay.StepReplay;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.AttentionHeads;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;

/// What a chosen number of the output hangs on.
///
/// @param value the number
/// @param sensitivity `‖λ_{n,i}‖`, the most by which it changes per length of a small change of
///     token `i` of state `u_n`, `[n][i]`
/// @param edges the strongest edges of attention, by the magnitude of their influence
/// @param edgeCount how many edges there are
/// @param edgeTotal sum of the magnitudes of the influences of all edges
public record Trace(
    double value, double[][] sensitivity, List<Edge> edges, long edgeCount, double edgeTotal) {
  public Trace {
    edges = List.copyOf(edges);
  }

  /// Traces `chosen` back through `model` on one sequence.
  ///
  /// @param c the controls, not modified
  /// @param strongest how many edges are kept
  /// @throws org.costate.model.InputException if the output has no such number
  public static Trace of(
      Model model, double[] c, Batch batch, ChosenOutput chosen, int strongest, Kernels kernels) {
    Linearisation trajectory = Linearisation.sharing(model, c, batch, kernels);
    Shape output = model.outputShape(batch.shape());
    double value = chosen.value(trajectory.output(), output, batch, kernels);
    double[] bar = chosen.gradient(trajectory.output(), output, batch, kernels);
    double[][] costates = trajectory.costates(bar);
    EdgeSum sum = new EdgeSum(strongest);
    for (int n = 0; n < trajectory.steps(); n++) {
      StepReplay replay = new StepReplay(model, c, batch, n, kernels, trajectory.stateShape());
      StepCostates step = new StepCostates(replay, trajectory.state(n), costates[n + 1]);
      for (StepCostates.Seen seen : step.seen()) {
        edges(n, seen, kernels, sum);
      }
    }
    return new Trace(
        value,
        tokenNorms(costates, trajectory.stateShape().tokens()),
        sum.ordered(),
        sum.count,
        sum.total);
  }

  private static double[][] tokenNorms(double[][] costates, int tokens) {
    double[][] norms = new double[costates.length][tokens];
    for (int n = 0; n < costates.length; n++) {
      int width = costates[n].length / tokens;
      for (int i = 0; i < tokens; i++) {
        norms[n][i] = Vectors.norm(Arrays.copyOfRange(costates[n], i * width, (i + 1) * width));
      }
    }
    return norms;
  }

  /// Adds the edges of an attention.
  static void edges(int layer, StepCostates.Seen seen, Kernels kernels, EdgeSum sum) {
    StepReplay.Visit visit = seen.visit();
    AttentionHeads.of(visit.operator(), visit.point(), visit.record(), 0, kernels)
        .ifPresent(
            heads -> {
              for (int h = 0; h < heads.count(); h++) {
                edges(layer, seen, heads, h, sum);
              }
            });
  }

  private static void edges(
      int layer, StepCostates.Seen seen, AttentionHeads heads, int h, EdgeSum sum) {
    double[][] gamma = heads.weights(h);
    double[][] values = new double[gamma.length][];
    Arrays.setAll(values, j -> heads.value(h, j));
    int width = seen.costate().length / gamma.length;
    Slice theta = seen.visit().point().theta();
    for (int i = 0; i < gamma.length; i++) {
      double[] own = Arrays.copyOfRange(seen.costate(), i * width, (i + 1) * width);
      double[] pulled = pulled(seen.visit().operator(), theta, own, h, values[0].length);
      for (int j = 0; j < gamma[i].length; j++) {
        if (gamma[i][j] != 0) {
          double influence = gamma[i][j] * Vectors.dot(values[j], pulled);
          sum.add(new Edge(layer, seen.line(), h, j, i, influence));
        }
      }
    }
  }

  /// `W^O_h λ`; without an output map, the features of the head.
  private static double[] pulled(
      Operator attention, Slice theta, double[] lambda, int head, int headWidth) {
    int at = 0;
    for (Parameter p : attention.parameters()) {
      if (p.name().equals("output.weight")) {
        double[] pulled = new double[headWidth];
        for (int k = 0; k < headWidth; k++) {
          int row = theta.offset() + at + (head * headWidth + k) * p.cols();
          for (int m = 0; m < lambda.length; m++) {
            pulled[k] += theta.array()[row + m] * lambda[m];
          }
        }
        return pulled;
      }
      at += p.size();
    }
    return Arrays.copyOfRange(lambda, head * headWidth, (head + 1) * headWidth);
  }

  /// Counts edges and keeps the strongest.
  static final class EdgeSum {
    private final int kept;
    private final PriorityQueue<Edge> strongest =
        new PriorityQueue<>(Comparator.comparingDouble(e -> Math.abs(e.influence())));
    private long count;
    private double total;
    private double signed;

    EdgeSum(int kept) {
      this.kept = kept;
    }

    void add(Edge edge) {
      count++;
      total += Math.abs(edge.influence());
      signed += edge.influence();
      strongest.add(edge);
      if (strongest.size() > kept) {
        strongest.poll();
      }
    }

    long count() {
      return count;
    }

    /// Sum of the influences with their signs.
    double signed() {
      return signed;
    }

    List<Edge> ordered() {
      List<Edge> ordered = new ArrayList<>(strongest);
      ordered.sort(
          Comparator.comparingDouble((Edge e) -> -Math.abs(e.influence()))
              .thenComparingInt(Edge::layer)
              .thenComparingInt(Edge::head)
              .thenComparingInt(Edge::to)
              .thenComparingInt(Edge::from));
      return ordered;
    }
  }
}
