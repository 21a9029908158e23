package org.costate.adjoint.reference;

import org.costate.model.kernel.Activation;
import org.costate.model.operator.Affine;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.FieldLayer;
import org.costate.model.operator.LinearSystem;
import org.costate.model.operator.Padding;
import org.costate.model.scheme.Scaling;
import org.hipparchus.CalculusFieldElement;

/// Operators that act on every token by itself: linear maps and activations.
final class PlainLayers<T extends CalculusFieldElement<T>> {
  /// Beyond this `erf` is ±1 (`1 − erf 26 < 1e-295`) and the series would leave the range of
  /// doubles.
  private static final double ERF_END = 26;

  /// Terms of a series below this part of the sum are left out.
  private static final double NEGLIGIBLE = 1e-60;

  private final Arithmetic<T> a;

  PlainLayers(Arithmetic<T> a) {
    this.a = a;
  }

  /// `f(u W₁ + b₁) W₂ + b₂`, or `(f(u W_g + b_g) ∘ (u W_u + b_u)) W₂ + b₂`.
  T[] feedForward(FeedForward g, Place p, T[] u, T[] theta) {
    Arithmetic.Cursor<T> controls = a.read(theta);
    int n = p.positions();
    int columns = g.gated() ? 2 * g.hidden() : g.hidden();
    T[] x = a.affine(n, g.width(), columns, u, controls, g.bias());
    T[] f = activate(g.activation(), x);
    T[] y = a.zeros(n * g.hidden());
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < g.hidden(); k++) {
        T value = f[i * columns + k];
        y[i * g.hidden() + k] = g.gated() ? value.multiply(x[i * columns + g.hidden() + k]) : value;
      }
    }
    return a.affine(n, g.hidden(), g.width(), y, controls, g.bias());
  }

  /// `f(u W + b)`.
  T[] fieldLayer(FieldLayer g, Place p, T[] u, T[] theta) {
    T[] x = a.affine(p.positions(), g.width(), g.width(), u, a.read(theta), g.bias());
    return activate(g.activation(), x);
  }

  /// `u A + θ B`.
  T[] linearSystem(LinearSystem g, Place p, T[] u, T[] theta) {
    int d = g.inputWidth();
    double[] stateMatrix = g.stateMatrix();
    double[] inputMatrix = g.inputMatrix();
    T[] y = a.zeros(u.length);
    for (int i = 0; i < p.positions(); i++) {
      for (int k = 0; k < d; k++) {
        T sum = a.number(0);
        for (int j = 0; j < d; j++) {
          sum = sum.add(u[i * d + j].multiply(stateMatrix[j * d + k]));
        }
        for (int j = 0; j < g.inputs(); j++) {
          sum = sum.add(theta[j].multiply(inputMatrix[j * d + k]));
        }
        y[i * d + k] = sum;
      }
    }
    return y;
  }

  /// `u W + b`, or `u Wᵀ + b`.
  T[] affine(Affine g, Place p, T[] u, T[] theta) {
    int in = g.inputWidth();
    int out = g.outputWidth();
    if (!g.transposed()) {
      return a.affine(p.positions(), in, out, u, a.read(theta), g.bias());
    }
    T[] turned = theta.clone();
    for (int k = 0; k < in; k++) {
      for (int j = 0; j < out; j++) {
        turned[k * out + j] = theta[j * in + k];
      }
    }
    return a.affine(p.positions(), in, out, u, a.read(turned), g.bias());
  }

  /// The first features of every token, zeros behind them.
  T[] pad(Padding g, Place p, T[] u) {
    T[] y = a.zeros(p.positions() * g.outputWidth());
    for (int i = 0; i < p.positions(); i++) {
      for (int k = 0; k < Math.min(g.inputWidth(), g.outputWidth()); k++) {
        y[i * g.outputWidth() + k] = u[i * g.inputWidth() + k];
      }
    }
    return y;
  }

  /// `c(s) u`.
  T[] scale(Scaling g, T[] u, T[] theta) {
    T s = theta[0];
    T form =
        switch (g.coefficient().form()) {
          case CONSTANT -> a.number(1);
          case STEP -> s;
          case KEPT -> s.add(1).reciprocal();
          case MOVED -> s.divide(s.add(1));
        };
    T[] y = a.zeros(u.length);
    for (int i = 0; i < u.length; i++) {
      y[i] = u[i].multiply(form).multiply(g.coefficient().factor());
    }
    return y;
  }

  /// `f` of every number.
  T[] activate(Activation f, T[] x) {
    T[] y = a.zeros(x.length);
    for (int i = 0; i < x.length; i++) {
      y[i] = activate(f, x[i]);
    }
    return y;
  }

  private T activate(Activation f, T x) {
    return switch (f) {
      case IDENTITY -> x;
      case RELU -> x.getReal() > 0 ? x : a.number(0);
      case TANH -> x.tanh();
      case SILU -> x.multiply(logistic(x));
      case GELU_ERF -> x.multiply(erf(x.divide(a.number(2).sqrt())).add(1)).multiply(0.5);
      case GELU_TANH -> geluTanh(x);
    };
  }

  /// `1/(1 + e^{−x})`.
  private T logistic(T x) {
    return a.number(1).divide(x.negate().exp().add(1));
  }

  /// `x (1 + tanh(√(2/π) (x + 0.044715 x³)))/2`.
  private T geluTanh(T x) {
    T cubic = x.multiply(x).multiply(x).multiply(0.044715);
    T rate = a.number(2).divide(x.getPi()).sqrt();
    return x.multiply(rate.multiply(x.add(cubic)).tanh().add(1)).multiply(0.5);
  }

  /// `erf x = 2/√π e^{−x²} Σ_n 2ⁿ x^{2n+1}/(2n+1)!!`, a series of numbers of one sign.
  private T erf(T x) {
    if (Math.abs(x.getReal()) > ERF_END) {
      return a.number(Math.signum(x.getReal()));
    }
    T square = x.multiply(x);
    T term = x;
    T sum = x;
    double size = Math.abs(x.getReal());
    int n = 1;
    while (term.norm() > NEGLIGIBLE * (sum.norm() + size) && n < 10_000) {
      term = term.multiply(square).multiply(2).divide(2 * n + 1);
      sum = sum.add(term);
      n++;
    }
    return sum.multiply(2).multiply(square.negate().exp()).divide(x.getPi().sqrt());
  }
}
