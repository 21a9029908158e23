package org.costate.adjoint.sweep;

import java.util.List;
import java.util.Optional;
import org.costate.adjoint.cost.ControlCost;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.cost.RunningCost;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.model.state.Batch;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Costs with all mixed derivatives, for tests of sweeps.
public final class TestCosts {
  private TestCosts() {}

  public static Costs all() {
    return new Costs(
        Optional.of(new Terminal()), List.of(new Running(0.7, 0.3)), List.of(new Energy(0.1)));
  }

  public static Costs terminalOnly() {
    return Costs.of(new Terminal());
  }

  private static void add(Slice s, int i, double value) {
    if (!s.isNone()) {
      s.array()[s.offset() + i] += value;
    }
  }

  private static double at(Slice s, int i) {
    return s.isNone() ? 0 : s.at(i);
  }

  /// `Σ (y² / 2 + y³ / 6)`, counted per output.
  public record Terminal() implements TerminalCost {
    @Override
    public double count(Batch batch, Shape output) {
      return output.positions();
    }

    @Override
    public double value(Slice output, Shape shape, Batch batch, double scale, Workspace w) {
      double sum = 0;
      for (int i = 0; i < output.length(); i++) {
        double y = output.at(i);
        sum += y * y / 2 + y * y * y / 6;
      }
      return scale * sum;
    }

    @Override
    public void addGradient(
        Slice output, Shape shape, Batch batch, double scale, Slice bar, Workspace w) {
      for (int i = 0; i < output.length(); i++) {
        double y = output.at(i);
        add(bar, i, scale * (y + y * y / 2));
      }
    }

    @Override
    public void addSecond(
        Slice output,
        Shape shape,
        Batch batch,
        double scale,
        Slice dOutput,
        Slice barDot,
        Workspace w) {
      for (int i = 0; i < output.length(); i++) {
        add(barDot, i, scale * (1 + output.at(i)) * dOutput.at(i));
      }
    }

    @Override
    public int workSize(Shape s) {
      return 0;
    }
  }

  /// `ℓ = κ/2 ‖(u' − u)/h‖² + ¼ Σ u² u' + β/2 ‖θ‖² Σ u²`.
  public record Running(double kappa, double beta) implements RunningCost {
    private static double square(Slice s) {
      double sum = 0;
      for (int i = 0; i < s.length(); i++) {
        sum += s.at(i) * s.at(i);
      }
      return sum;
    }

    private static double product(Slice a, Slice b) {
      double sum = 0;
      for (int i = 0; !a.isNone() && !b.isNone() && i < a.length(); i++) {
        sum += a.at(i) * b.at(i);
      }
      return sum;
    }

    @Override
    public double value(Point p, Slice next, double scale, Workspace w) {
      double sum = beta / 2 * square(p.theta()) * square(p.u());
      for (int i = 0; i < next.length(); i++) {
        double u = p.u().at(i);
        double velocity = (next.at(i) - u) / p.h();
        sum += kappa / 2 * velocity * velocity + u * u * next.at(i) / 4;
      }
      return scale * p.h() * sum;
    }

    @Override
    public void addAdjoint(
        Point p, Slice next, double scale, Variation bar, Slice nextBar, Workspace w) {
      double s = scale * p.h();
      double uu = square(p.u());
      double tt = square(p.theta());
      for (int i = 0; i < next.length(); i++) {
        double u = p.u().at(i);
        double pull = kappa * (next.at(i) - u) / (p.h() * p.h());
        add(bar.u(), i, s * (-pull + u * next.at(i) / 2 + beta * tt * u));
        add(nextBar, i, s * (pull + u * u / 4));
      }
      for (int i = 0; i < p.theta().length(); i++) {
        add(bar.theta(), i, s * beta * uu * p.theta().at(i));
      }
    }

    @Override
    public void addSecond(
        Point p,
        Slice next,
        Variation v,
        Slice dNext,
        double scale,
        Variation barDot,
        Slice nextBarDot,
        Workspace w) {
      double s = scale * p.h();
      double uu = square(p.u());
      double tt = square(p.theta());
      double duu = 2 * product(p.u(), v.u());
      double dtt = 2 * product(p.theta(), v.theta());
      for (int i = 0; i < next.length(); i++) {
        double u = p.u().at(i);
        double du = at(v.u(), i);
        double pull = kappa * (at(dNext, i) - du) / (p.h() * p.h());
        double own = (du * next.at(i) + u * at(dNext, i)) / 2 + beta * (dtt * u + tt * du);
        add(barDot.u(), i, s * (-pull + own));
        add(nextBarDot, i, s * (pull + u * du / 2));
      }
      for (int i = 0; i < p.theta().length(); i++) {
        add(barDot.theta(), i, s * beta * (duu * p.theta().at(i) + uu * at(v.theta(), i)));
      }
    }
  }

  /// `β Σ c⁴ / 4`.
  public record Energy(double beta) implements ControlCost {
    @Override
    public double value(double[] c) {
      double sum = 0;
      for (double x : c) {
        sum += x * x * x * x / 4;
      }
      return beta * sum;
    }

    @Override
    public void addGradient(double[] c, double[] g) {
      for (int i = 0; i < c.length; i++) {
        g[i] += beta * c[i] * c[i] * c[i];
      }
    }

    @Override
    public void addSecond(double[] c, double[] v, double[] hv) {
      for (int i = 0; i < c.length; i++) {
        hv[i] += beta * 3 * c[i] * c[i] * v[i];
      }
    }
  }
}
