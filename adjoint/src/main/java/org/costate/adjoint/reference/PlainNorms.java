package org.costate.adjoint.reference;

import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.RmsNorm;
import org.costate.model.operator.TangentField;
import org.hipparchus.CalculusFieldElement;

/// Projections onto the constraint set and its tangent space, token by token.
final class PlainNorms<T extends CalculusFieldElement<T>> {
  private final Arithmetic<T> a;

  PlainNorms(Arithmetic<T> a) {
    this.a = a;
  }

  /// `gain ∘ (σ1 + σ2 (u − mean u)/√(var u + ε)) + bias`.
  T[] layerNorm(LayerNorm g, Place p, T[] u, T[] theta) {
    Arithmetic.Cursor<T> controls = a.read(theta);
    int d = g.width();
    T mean = g.constraint() ? controls.next(1)[0] : a.number(0);
    T deviation = g.constraint() ? controls.next(1)[0] : a.number(1);
    T[] gain = controls.next(g.gain() ? d : 0);
    T[] bias = controls.next(g.bias() ? d : 0);
    T[] y = a.zeros(u.length);
    for (int row = 0; row < u.length; row += d) {
      T centre = a.number(0);
      for (int k = 0; k < d; k++) {
        centre = centre.add(u[row + k].multiply(share(g, k)));
      }
      T variance = a.number(0);
      for (int k = 0; k < d; k++) {
        T apart = u[row + k].subtract(centre);
        variance = variance.add(apart.multiply(apart).multiply(share(g, k)));
      }
      T size = variance.add(g.epsilon()).sqrt();
      for (int k = 0; k < d; k++) {
        T z = u[row + k].subtract(centre).divide(size);
        T onSet = deviation.multiply(z).add(mean);
        T scaled = g.gain() ? onSet.multiply(gain[k]) : onSet;
        y[row + k] = g.bias() ? scaled.add(bias[k]) : scaled;
      }
    }
    return y;
  }

  private static double share(LayerNorm g, int k) {
    return g.featureWeights().isPresent() ? g.featureWeights().get().share(k) : 1.0 / g.width();
  }

  /// `gain ∘ u/√(mean u² + ε)`.
  T[] rmsNorm(RmsNorm g, Place p, T[] u, T[] theta) {
    int d = g.width();
    T[] y = a.zeros(u.length);
    for (int row = 0; row < p.positions(); row++) {
      T square = a.dot(d, u, row * d, u, row * d).divide(d);
      T size = square.add(g.epsilon()).sqrt();
      for (int k = 0; k < d; k++) {
        T z = u[row * d + k].divide(size);
        y[row * d + k] = g.gain() ? z.multiply(theta[k]) : z;
      }
    }
    return y;
  }

  /// `F − mean F − (<F, z>/d) z + σ1' + σ2' z`, `z = (u − σ1)/√(σ2² + ε)`.
  ///
  /// @param sigma `σ1`, `σ2` and, if the set moves, their rates
  T[] tangentPart(TangentField g, Place p, T[] field, T[] u, T[] sigma) {
    int d = g.inputWidth();
    T size = sigma[1].multiply(sigma[1]).add(g.epsilon()).sqrt();
    T[] y = a.zeros(u.length);
    for (int row = 0; row < p.positions() * d; row += d) {
      T[] z = a.zeros(d);
      T mean = a.number(0);
      for (int k = 0; k < d; k++) {
        z[k] = u[row + k].subtract(sigma[0]).divide(size);
        mean = mean.add(field[row + k].divide(d));
      }
      T along = a.dot(d, field, row, z, 0).divide(d);
      for (int k = 0; k < d; k++) {
        T tangent = field[row + k].subtract(mean).subtract(along.multiply(z[k]));
        y[row + k] = g.moving() ? tangent.add(sigma[2]).add(sigma[3].multiply(z[k])) : tangent;
      }
    }
    return y;
  }
}
