package org.costate.control.stability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Operator;
import org.costate.model.operator.RmsNorm;
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Step;
import org.costate.model.scheme.Term;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.costate.model.time.TimeGrid;

/// A certified Lipschitz constant of a whole model, from its real input to its output, for *every*
/// input: the product over entry stages, steps and exit stages of their bounds. Within a step
/// `L[target] := Σ_k |c_k| L[source_k] + |weight| bound(F) L[input]`, as in [StepAnatomy], but for
/// no trajectory: what an operator reads is known from the norm in front of it alone. A layer norm
/// gives tokens of at most `√d max|g| + ‖b‖`, which is the ball in which softmax attention is
/// Lipschitz, and is itself `max|g|/√ε`-Lipschitz, so its floor `ε` decides how good the bound is.
/// Without a norm the tokens are unbounded, and so is the bound, unless attention is by distances.
///
/// @param entry bound of the entry stages
/// @param steps bounds of the steps
/// @param exit bound of the exit stages
public record CertifiedBound(double entry, List<Double> steps, double exit) {
  public CertifiedBound {
    steps = List.copyOf(steps);
  }

  /// The constant; infinite where none is known.
  public double whole() {
    return finite(steps.stream().reduce(entry * exit, (a, b) -> a * b));
  }

  /// The constant for inputs of `tokens` equally weighted tokens.
  ///
  /// @param c the controls of `model`
  /// @param input shape of one input sequence
  public static CertifiedBound of(Model model, double[] c, Shape input, Kernels kernels) {
    return new Walk(model, c, kernels).run(input);
  }

  /// `0 · ∞` is no bound.
  private static double finite(double bound) {
    return Double.isNaN(bound) ? Double.POSITIVE_INFINITY : bound;
  }

  /// What is known of a register: its Lipschitz constant as a function of the step's state, and the
  /// greatest norm of its tokens.
  private record Reach(double lipschitz, double radius) {}

  private record Walk(Model model, double[] c, Kernels kernels) {
    CertifiedBound run(Shape input) {
      Shape shape = input;
      Reach reach = new Reach(1, Double.POSITIVE_INFINITY);
      for (Stage stage : model.entry()) {
        reach = through(stage, reach, shape);
        shape = stage.operator().outputShape(shape);
      }
      double entry = reach.lipschitz();
      List<Double> steps = new ArrayList<>();
      TimeGrid grid = model.grid();
      for (int n = 0; n < grid.steps(); n++) {
        reach = step(model.step(), grid.time(n), grid.step(n), new Reach(1, reach.radius()), shape);
        steps.add(reach.lipschitz());
      }
      reach = new Reach(1, reach.radius());
      for (Stage stage : model.exit()) {
        reach = through(stage, reach, shape);
        shape = stage.operator().outputShape(shape);
      }
      return new CertifiedBound(entry, steps, reach.lipschitz());
    }

    private Reach through(Stage stage, Reach in, Shape shape) {
      Operator f = stage.operator();
      Workspace w = new Workspace(kernels, model.layout().stageSize(stage.blocks()));
      double[] theta = model.layout().stageAt(c, stage.blocks(), w).toArray();
      return operator(f, theta, in, shape);
    }

    private static Reach operator(Operator f, double[] theta, Reach in, Shape shape) {
      Ball ball = new Ball(shape.tokens(), in.radius(), 0);
      double bound = finite(LipschitzBound.of(f, theta, ball, 1, 1));
      return new Reach(finite(bound * in.lipschitz()), radius(f, new Weights(f, theta)));
    }

    /// Greatest norm of a token behind `f`, where it does not depend on what is in front.
    private static double radius(Operator f, Weights w) {
      if (!(f instanceof LayerNorm || f instanceof RmsNorm)) {
        return Double.POSITIVE_INFINITY;
      }
      double root = Math.sqrt(f.outputWidth()) * (1 + 1e-12);
      double gain = w.largest("gain", 1);
      double shift = w.has("bias") ? Weights.norm(w.matrix("bias")) : 0;
      double sphere = w.largest("sigma2", 1) + w.largest("sigma1", 0);
      return root * gain * sphere + shift;
    }

    private Reach step(Step step, double t, double h, Reach state, Shape shape) {
      Map<Integer, Reach> registers = new HashMap<>();
      registers.put(0, state);
      List<Line> lines = step.scheme().lines();
      for (Line line : lines) {
        double lipschitz = 0;
        double radius = 0;
        if (line.field().isPresent()) {
          Application field = line.field().get();
          double weight = Math.abs(field.weight().value(h));
          Reach out = field(field, t, h, registers.get(field.input()), shape);
          lipschitz = finite(weight * out.lipschitz());
          radius = finite(weight * out.radius());
        }
        for (Term term : line.combination()) {
          double factor = Math.abs(term.coefficient().value(h));
          Reach source = registers.get(term.register());
          lipschitz += finite(factor * source.lipschitz());
          radius += finite(factor * source.radius());
        }
        registers.put(line.target(), new Reach(lipschitz, radius));
      }
      return registers.get(lines.getLast().target());
    }

    private Reach field(Application field, double t, double h, Reach in, Shape shape) {
      double time = t + field.at() * h;
      if (field.operator() instanceof Step inner) {
        return step(inner, time, field.span() * h, in, shape);
      }
      Slot slot = new Slot(field.controls(), field.at(), field.operator().parameters());
      Workspace w = new Workspace(kernels, field.operator().controlSize());
      Slice theta =
          field.operator().controlSize() == 0
              ? Slice.NONE
              : model.layout().at(c, List.of(slot), t, h, w);
      return operator(field.operator(), theta.toArray(), in, shape);
    }
  }
}
