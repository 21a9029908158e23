package org.costate.adjoint.reference;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.operator.Attention;
import org.costate.model.operator.L2Attention;
import org.costate.model.operator.LinearAttention;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Rotary;
import org.hipparchus.CalculusFieldElement;

/// Attentions, token by token and head by head:
/// `y_i = Σ_h (Σ_j γ^h_ij V^h_j) W^O_h + b^O` with `γ` from a softmax of products, from products
/// alone, or from a softmax of squared distances.
final class PlainAttention<T extends CalculusFieldElement<T>> {
  private final Arithmetic<T> a;

  PlainAttention(Arithmetic<T> a) {
    this.a = a;
  }

  /// Vectors of all positions and heads, side by side in rows of `columns` numbers: those of head
  /// `h` begin at column `first + h · width`.
  private record Heads<T>(T[] rows, int columns, int first, int width) {
    int at(int position, int head) {
      return position * columns + first + head * width;
    }
  }

  /// `γ_ij ∝ w_j exp(scale <Q_i, K_j>)`.
  T[] softmax(Attention g, Place p, T[] u, T[] theta) {
    Arithmetic.Cursor<T> controls = a.read(theta);
    int d = g.headWidth();
    int columns = (g.heads() + 2 * g.keyHeads()) * d;
    T[] qkv = a.affine(p.positions(), g.width(), columns, u, controls, g.bias());
    Heads<T> q = new Heads<>(qkv, columns, 0, d);
    Heads<T> k = new Heads<>(qkv, columns, g.heads() * d, d);
    Heads<T> v = new Heads<>(qkv, columns, (g.heads() + g.keyHeads()) * d, d);
    if (g.rotary().isPresent()) {
      rotate(g.rotary().get(), p, q, g.heads());
      rotate(g.rotary().get(), p, k, g.keyHeads());
    }
    int sharing = g.heads() / g.keyHeads();
    T[] z = a.zeros(p.positions() * g.heads() * d);
    for (int i = 0; i < p.positions(); i++) {
      List<Integer> keys = keys(g.mask(), p, i);
      for (int h = 0; h < g.heads(); h++) {
        List<T> scores = new ArrayList<>();
        for (int j : keys) {
          T product = a.dot(d, qkv, q.at(i, h), qkv, k.at(j, h / sharing));
          scores.add(product.multiply(g.scale()));
        }
        mix(normalised(p, keys, scores), keys, v, h / sharing, z, (i * g.heads() + h) * d);
      }
    }
    return output(p, g.heads() * d, g.width(), z, controls, g.outputMap(), g.outputBias());
  }

  /// `γ_ij = scale w_j <Q_i, K_j>`.
  T[] linear(LinearAttention g, Place p, T[] u, T[] theta) {
    Arithmetic.Cursor<T> controls = a.read(theta);
    int d = g.headWidth();
    int columns = 3 * g.heads() * d;
    T[] qkv = a.affine(p.positions(), g.width(), columns, u, controls, g.bias());
    Heads<T> q = new Heads<>(qkv, columns, 0, d);
    Heads<T> k = new Heads<>(qkv, columns, g.heads() * d, d);
    Heads<T> v = new Heads<>(qkv, columns, 2 * g.heads() * d, d);
    T[] z = a.zeros(p.positions() * g.heads() * d);
    for (int i = 0; i < p.positions(); i++) {
      List<Integer> keys = keys(g.mask(), p, i);
      for (int h = 0; h < g.heads(); h++) {
        List<T> gamma = new ArrayList<>();
        for (int j : keys) {
          T product = a.dot(d, qkv, q.at(i, h), qkv, k.at(j, h));
          gamma.add(product.multiply(g.scale() * p.weight(j)));
        }
        mix(gamma, keys, v, h, z, (i * g.heads() + h) * d);
      }
    }
    return output(p, g.heads() * d, g.width(), z, controls, g.outputMap(), g.outputBias());
  }

  /// `γ_ij ∝ w_j exp(−scale ‖q_i − q_j‖²)`, values `q_j`.
  T[] distances(L2Attention g, Place p, T[] u, T[] theta) {
    Arithmetic.Cursor<T> controls = a.read(theta);
    int d = g.headWidth();
    int columns = g.heads() * d;
    T[] rows = a.affine(p.positions(), g.width(), columns, u, controls, g.bias());
    Heads<T> q = new Heads<>(rows, columns, 0, d);
    T[] z = a.zeros(p.positions() * columns);
    for (int i = 0; i < p.positions(); i++) {
      List<Integer> keys = keys(g.mask(), p, i);
      for (int h = 0; h < g.heads(); h++) {
        List<T> scores = new ArrayList<>();
        for (int j : keys) {
          T distance = a.number(0);
          for (int m = 0; m < d; m++) {
            T apart = rows[q.at(i, h) + m].subtract(rows[q.at(j, h) + m]);
            distance = distance.add(apart.multiply(apart));
          }
          scores.add(distance.multiply(-g.scale()));
        }
        mix(normalised(p, keys, scores), keys, q, h, z, (i * g.heads() + h) * d);
      }
    }
    return output(p, columns, g.width(), z, controls, g.outputMap(), g.outputBias());
  }

  /// Positions of the tokens of the same sequence that the token at `position` sees and that have a
  /// weight.
  private static List<Integer> keys(Mask mask, Place p, int position) {
    int n = p.tokens();
    int i = position % n;
    List<Integer> keys = new ArrayList<>();
    for (int j = 0; j < n; j++) {
      boolean seen =
          switch (mask) {
            case Mask.Full _ -> true;
            case Mask.Causal _ -> j <= i;
            case Mask.Window w -> i - j <= w.left() && j - i <= w.right();
          };
      int key = position - i + j;
      if (seen && p.weight(key) > 0) {
        keys.add(key);
      }
    }
    return keys;
  }

  /// `w_j e^{s_j} / Σ_l w_l e^{s_l}`.
  private List<T> normalised(Place p, List<Integer> keys, List<T> scores) {
    double largest = Double.NEGATIVE_INFINITY;
    for (T s : scores) {
      largest = Math.max(largest, s.getReal());
    }
    List<T> weights = new ArrayList<>();
    T sum = a.number(0);
    for (int j = 0; j < keys.size(); j++) {
      T e = scores.get(j).subtract(largest).exp().multiply(p.weight(keys.get(j)));
      weights.add(e);
      sum = sum.add(e);
    }
    List<T> shares = new ArrayList<>();
    for (T e : weights) {
      shares.add(e.divide(sum));
    }
    return shares;
  }

  /// `z := Σ_j γ_j V_j`.
  private void mix(List<T> gamma, List<Integer> keys, Heads<T> v, int head, T[] z, int to) {
    for (int m = 0; m < v.width; m++) {
      T sum = a.number(0);
      for (int j = 0; j < keys.size(); j++) {
        sum = sum.add(gamma.get(j).multiply(v.rows[v.at(keys.get(j), head) + m]));
      }
      z[to + m] = sum;
    }
  }

  private T[] output(
      Place p, int in, int out, T[] z, Arithmetic.Cursor<T> controls, boolean map, boolean bias) {
    return map ? a.affine(p.positions(), in, out, z, controls, bias) : z;
  }

  /// The rotation of pair `k` of token `i` by the angle `i base^(−2k/dimensions)`.
  private void rotate(Rotary r, Place p, Heads<T> x, int heads) {
    for (int position = 0; position < p.positions(); position++) {
      for (int h = 0; h < heads; h++) {
        for (int k = 0; k < r.dimensions() / 2; k++) {
          double frequency = Math.exp(-2.0 * k / r.dimensions() * Math.log(r.base()));
          double angle = position % p.tokens() * frequency;
          int first = x.at(position, h) + (r.halfRotation() ? k : 2 * k);
          int second = first + (r.halfRotation() ? r.dimensions() / 2 : 1);
          T one = x.rows[first];
          T other = x.rows[second];
          double c = Math.cos(angle);
          double s = Math.sin(angle);
          x.rows[first] = one.multiply(c).subtract(other.multiply(s));
          x.rows[second] = one.multiply(s).add(other.multiply(c));
        }
      }
    }
  }
}
