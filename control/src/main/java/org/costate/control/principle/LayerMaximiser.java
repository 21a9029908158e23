package org.costate.control.principle;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.costate.adjoint.LinearMap;
import org.costate.control.Hamiltonians;
import org.costate.control.Objective;
import org.costate.control.optimise.Lbfgs;
import org.costate.control.optimise.OptimiserState;
import org.costate.control.optimise.Outcome;

/// Maximises the augmented Hamiltonian of every layer by L-BFGS, beginning at the present controls.
/// Layers do not see each other's new controls, so the result does not depend on the number of
/// threads.
///
/// @param iterations most iterations of L-BFGS per layer
/// @param tolerance norm of the gradient, relative to that at the present controls, at which a
///     layer is done
/// @param memory pairs that L-BFGS keeps
/// @param threads threads, the calling one included
public record LayerMaximiser(int iterations, double tolerance, int memory, int threads) {
  /// @throws IllegalArgumentException if a number is out of range
  public LayerMaximiser {
    if (iterations < 1 || !(tolerance >= 0 && tolerance < 1) || memory < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "maximisation: found "
              + iterations
              + " iterations, tolerance "
              + tolerance
              + ", memory "
              + memory
              + " and "
              + threads
              + " threads, expected a tolerance in [0, 1) and at least 1 of the others");
    }
  }

  /// @param controls of all layers
  /// @param gain `Σ_n h [H_n(θ_n') − H_n(θ_n)]`
  /// @param stateTerm feasibility of the states at the new controls
  /// @param costateTerm feasibility of the costates there
  record Found(double[] controls, double gain, double stateTerm, double costateTerm) {}

  /// Prepares evaluators for one set of Hamiltonians.
  Team team(Hamiltonians hamiltonians, double[] c) {
    return new Team(hamiltonians, c.clone());
  }

  /// What one layer came to.
  private record LayerResult(double[] x, double gain, double stateTerm, double costateTerm) {}

  /// Evaluators for one set of Hamiltonians.
  final class Team {
    private final Hamiltonians hamiltonians;
    private final double[] controls;
    private final List<Hamiltonians.Evaluator> evaluators = new ArrayList<>();

    private Team(Hamiltonians hamiltonians, double[] controls) {
      this.hamiltonians = hamiltonians;
      this.controls = controls;
      for (int i = 0; i < Math.min(threads, hamiltonians.layers()); i++) {
        evaluators.add(hamiltonians.evaluator());
      }
    }

    /// The maximisers of all layers for one `ρ`.
    Found maximise(double penalty) {
      LayerResult[] results = new LayerResult[hamiltonians.layers()];
      AtomicInteger next = new AtomicInteger();
      try (ExecutorService pool =
          Executors.newFixedThreadPool(Math.max(1, evaluators.size() - 1))) {
        List<Future<?>> others = new ArrayList<>();
        for (Hamiltonians.Evaluator other : evaluators.subList(1, evaluators.size())) {
          others.add(pool.submit(() -> work(other, penalty, next, results)));
        }
        work(evaluators.getFirst(), penalty, next, results);
        for (Future<?> other : others) {
          await(other);
        }
      }
      return collect(results);
    }

    private void work(
        Hamiltonians.Evaluator evaluator,
        double penalty,
        AtomicInteger next,
        LayerResult[] results) {
      for (int k = next.getAndIncrement(); k < results.length; k = next.getAndIncrement()) {
        results[k] = maximise(new Layer(evaluator, k, hamiltonians.size(k), penalty));
      }
    }

    private Found collect(LayerResult[] results) {
      double[] all = controls.clone();
      double gain = 0;
      double state = 0;
      double costate = 0;
      for (int k = 0; k < results.length; k++) {
        hamiltonians.scatter(k, results[k].x(), all);
        gain += results[k].gain();
        state += results[k].stateTerm();
        costate += results[k].costateTerm();
      }
      return new Found(all, gain, state, costate);
    }

    private LayerResult maximise(Layer layer) {
      double[] x = new double[layer.size()];
      hamiltonians.gather(layer.index(), controls, x);
      double[] g = new double[x.length];
      layer.gradient(x, g);
      double before = layer.evaluator().negativeHamiltonian();
      Lbfgs rule = new Lbfgs(memory);
      OptimiserState state = rule.start(x.length);
      double first = Double.NaN;
      for (int i = 0; i < iterations; i++) {
        Outcome outcome = rule.step(layer, 1, x, state, g);
        first = i == 0 ? outcome.gradientNorm() : first;
        if (!outcome.accepted() || outcome.gradientNorm() <= tolerance * first) {
          break;
        }
      }
      layer.gradient(x, g);
      Hamiltonians.Evaluator at = layer.evaluator();
      double gain = before - at.negativeHamiltonian();
      return new LayerResult(x, gain, at.stateTerm(), at.costateTerm());
    }
  }

  private static void await(Future<?> task) {
    try {
      task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("maximisation: found its thread interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("maximisation: a layer failed", e.getCause());
    }
  }

  /// The augmented, negative Hamiltonian of one layer, to be minimised.
  private record Layer(Hamiltonians.Evaluator evaluator, int index, int size, double penalty)
      implements Objective {
    @Override
    public double value(double[] c) {
      return gradient(c, new double[size]);
    }

    @Override
    public double gradient(double[] c, double[] g) {
      return evaluator.augmented(index, c, penalty, g);
    }

    @Override
    public LinearMap hessian(double[] c) {
      throw new UnsupportedOperationException("layer: found no Hessian");
    }
  }
}
