package org.costate.model.scheme;

import static org.costate.model.scheme.NaiveFields.D;
import static org.costate.model.scheme.NaiveFields.N;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.costate.model.converge.Convergence;
import org.costate.model.converge.InitialValueProblem;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Parameter;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.Legendre;
import org.costate.model.time.PiecewiseLinear;
import org.costate.model.time.TimeBasis;
import org.hipparchus.analysis.polynomials.PolynomialFunction;
import org.hipparchus.analysis.polynomials.PolynomialsUtils;
import org.hipparchus.ode.ODEState;
import org.hipparchus.ode.OrdinaryDifferentialEquation;
import org.hipparchus.ode.nonstiff.DormandPrince853Integrator;

/// Measures the order of schemes on `n = 6` tokens, `d = 8` features, `T = 1`, with controls in a
/// given basis, against a Dormand–Prince 8(5,3) integration of the plain differential equation
/// written with naive loops.
final class OrderStudy {
  static final double END = 1;
  private static final Shape SHAPE = new Shape(1, N);

  /// The right-hand side, with the controls of a block at a time.
  interface Field {
    double[] at(double[] u, Controls controls);
  }

  /// Controls at one time, evaluated without the layout's own arithmetic.
  final class Controls {
    private final double t;
    private final double cell;

    Controls(double t, double cell) {
      this.t = t;
      this.cell = cell;
    }

    double[] value(String block) {
      return evaluate(block, 0);
    }

    double[] rate(String block) {
      return evaluate(block, 1);
    }

    private double[] evaluate(String name, int derivative) {
      ControlLayout.Block block = layout.block(name);
      double[] theta = new double[block.size()];
      for (int k = 0; k < block.basis().count(); k++) {
        double phi = function(block.basis(), k, derivative);
        for (int i = 0; i < theta.length; i++) {
          theta[i] += phi * c[block.at(k) + i];
        }
      }
      return theta;
    }

    private double function(TimeBasis basis, int k, int derivative) {
      if (basis instanceof Legendre) {
        PolynomialFunction p = PolynomialsUtils.createLegendrePolynomial(k);
        double x = 2 * t / END - 1;
        return derivative == 0 ? p.value(x) : p.polynomialDerivative().value(x) * 2 / END;
      }
      if (basis instanceof PiecewiseLinear) {
        int cells = basis.count() - 1;
        int left = (int) Math.floor(cell * cells / END);
        double right = t * cells / END - left;
        double[] values = {1 - right, right};
        double[] slopes = {-cells / END, cells / END};
        boolean inside = k == left || k == left + 1;
        return inside ? (derivative == 0 ? values : slopes)[k - left] : 0;
      }
      return derivative == 0 ? 1 : 0;
    }
  }

  private final ControlLayout layout;
  private final double[] c;
  private final double[] start;

  /// @param basis of all controls in time
  OrderStudy(ContinuousEquation e, TimeBasis basis, long seed) {
    this.layout = ControlLayout.builder().blocks(e.blocks(), basis).build();
    this.c = new double[layout.size()];
    SplittableRandom random = new SplittableRandom(seed);
    for (ControlLayout.Block block : layout.blocks()) {
      for (int k = 0; k < basis.count(); k++) {
        fill(block, k, random);
      }
    }
    double[] u = new double[N * D];
    Arrays.setAll(u, i -> random.nextGaussian());
    double[] unit = new double[2 * D];
    Arrays.fill(unit, 0, D, 1);
    double[] z = NaiveFields.norm(u, unit, 0);
    double[] sigma = {0, 1};
    if (e.sphere().isPresent()) {
      sigma = new Controls(0, 0).value(e.sphere().get().block());
    }
    double[] s = sigma;
    this.start = Arrays.stream(z).map(x -> s[0] + s[1] * x).toArray();
  }

  /// Weights of the size of an initialised network that change by about a third in time; `σ2` about
  /// 1, `σ1` about 0, both moving where the basis moves.
  private void fill(ControlLayout.Block block, int k, SplittableRandom random) {
    boolean polynomial = block.basis() instanceof Legendre;
    int at = block.at(k);
    SplittableRandom fixed = new SplittableRandom(block.name().hashCode());
    for (Parameter p : block.parameters()) {
      double mean =
          switch (p.role()) {
            case GAIN, CONSTRAINT_DEVIATION -> 1;
            case WEIGHT, BIAS, EMBEDDING, CONSTRAINT_MEAN, RATE -> 0;
          };
      double deviation = p.role() == Parameter.Role.WEIGHT ? 1.2 / Math.sqrt(p.rows()) : 0.2;
      for (int i = 0; i < p.size(); i++) {
        double common = mean + deviation * fixed.nextGaussian();
        double change = block.basis().count() == 1 ? 0 : 0.3 * deviation * random.nextGaussian();
        c[at++] = polynomial && k > 0 ? change / k : common + change;
      }
    }
  }

  /// The same problem for the solvers of the suite.
  InitialValueProblem problem() {
    return new InitialValueProblem(layout, c, SHAPE, Batch.empty(SHAPE), start, new PlainKernels());
  }

  /// The errors of a scheme against a reference.
  Convergence convergence(Scheme scheme, double[] reference, int... steps) {
    return problem().order(new Step(scheme, D), END, reference, steps);
  }

  /// The state at `T` by Dormand–Prince 8(5,3), restarted at the break points of the basis.
  double[] reference(Field field, double tolerance) {
    int cells = 1;
    if (layout.blocks().getFirst().basis() instanceof PiecewiseLinear linear) {
      cells = linear.count() - 1;
    }
    double[] u = start.clone();
    for (int cell = 0; cell < cells; cell++) {
      double from = END * cell / cells;
      double to = END * (cell + 1) / cells;
      double middle = (from + to) / 2;
      OrdinaryDifferentialEquation ode =
          new OrdinaryDifferentialEquation() {
            @Override
            public int getDimension() {
              return start.length;
            }

            @Override
            public double[] computeDerivatives(double t, double[] y) {
              return field.at(y, new Controls(t, middle));
            }
          };
      var integrator = new DormandPrince853Integrator(1e-9, 0.1, tolerance, tolerance);
      u = integrator.integrate(ode, new ODEState(from, u), to).getPrimaryState();
    }
    return u;
  }
}
