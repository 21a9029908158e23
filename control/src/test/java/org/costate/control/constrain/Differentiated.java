package org.costate.control.constrain;

import java.util.List;
import java.util.function.Function;
import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;
import org.hipparchus.analysis.differentiation.DSFactory;
import org.hipparchus.analysis.differentiation.DerivativeStructure;

/// Objectives and constraints from formulas, differentiated twice by automatic differentiation.
record Differentiated(int size, Formula objective, List<Formula> constraints, int equalities)
    implements Objective {
  /// A formula of the unknowns.
  interface Formula extends Function<DerivativeStructure[], DerivativeStructure> {}

  private DerivativeStructure at(Formula f, double[] c) {
    DSFactory factory = new DSFactory(size, 2);
    DerivativeStructure[] x = new DerivativeStructure[size];
    for (int i = 0; i < size; i++) {
      x[i] = factory.variable(i, c[i]);
    }
    return f.apply(x);
  }

  private double[] slope(DerivativeStructure f) {
    double[] g = new double[size];
    for (int i = 0; i < size; i++) {
      int[] order = new int[size];
      order[i] = 1;
      g[i] = f.getPartialDerivative(order);
    }
    return g;
  }

  private void addCurvature(DerivativeStructure f, double weight, double[] v, double[] out) {
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        int[] order = new int[size];
        order[i]++;
        order[j]++;
        out[i] += weight * f.getPartialDerivative(order) * v[j];
      }
    }
  }

  @Override
  public double value(double[] c) {
    return at(objective, c).getValue();
  }

  @Override
  public double gradient(double[] c, double[] g) {
    DerivativeStructure f = at(objective, c);
    System.arraycopy(slope(f), 0, g, 0, size);
    return f.getValue();
  }

  @Override
  public LinearMap hessian(double[] c) {
    DerivativeStructure f = at(objective, c);
    return new LinearMap() {
      @Override
      public int rows() {
        return size;
      }

      @Override
      public int cols() {
        return size;
      }

      @Override
      public void apply(double[] v, double[] out) {
        java.util.Arrays.fill(out, 0);
        addCurvature(f, 1, v, out);
      }

      @Override
      public void applyTranspose(double[] w, double[] out) {
        apply(w, out);
      }
    };
  }

  ConstraintFunction smooth() {
    Differentiated of = this;
    return new ConstraintFunction() {
      @Override
      public int equalities() {
        return equalities;
      }

      @Override
      public int count() {
        return constraints.size();
      }

      @Override
      public String name(int k) {
        return "h" + k;
      }

      @Override
      public void values(double[] c, double[] h) {
        for (int k = 0; k < h.length; k++) {
          h[k] = of.at(constraints.get(k), c).getValue();
        }
      }

      @Override
      public void jacobian(double[] c, double[] h, double[][] rows) {
        values(c, h);
        for (int k = 0; k < h.length; k++) {
          rows[k] = of.slope(of.at(constraints.get(k), c));
        }
      }

      @Override
      public void addHessian(double[] c, double[] y, double[] v, double[] out) {
        for (int k = 0; k < y.length; k++) {
          of.addCurvature(of.at(constraints.get(k), c), y[k], v, out);
        }
      }
    };
  }
}
