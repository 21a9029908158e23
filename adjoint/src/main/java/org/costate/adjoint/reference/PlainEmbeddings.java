package org.costate.adjoint.reference;

import org.costate.model.operator.PatchEmbedding;
import org.costate.model.operator.Pooling;
import org.costate.model.operator.PositionEmbedding;
import org.costate.model.operator.TokenEmbedding;
import org.costate.model.operator.TypeEmbedding;
import org.hipparchus.CalculusFieldElement;

/// Operators between data and states: embeddings and pooling.
final class PlainEmbeddings<T extends CalculusFieldElement<T>> {
  private final Arithmetic<T> a;

  PlainEmbeddings(Arithmetic<T> a) {
    this.a = a;
  }

  /// `E[id_i]`.
  T[] tokens(TokenEmbedding g, Place p, T[] table) {
    T[] y = a.zeros(p.positions() * g.width());
    for (int i = 0; i < p.positions(); i++) {
      System.arraycopy(
          table, p.batch().ids().orElseThrow()[i] * g.width(), y, i * g.width(), g.width());
    }
    return y;
  }

  /// `u_i + P[i + offset]`.
  T[] positions(PositionEmbedding g, Place p, T[] u, T[] table) {
    T[] y = a.zeros(u.length);
    for (int i = 0; i < p.positions(); i++) {
      int row = i % p.tokens() + g.offset();
      addRow(u, table, row, i, g.width(), y);
    }
    return y;
  }

  /// `u_i + E[type_i]`, all of type 0 if the batch has none.
  T[] types(TypeEmbedding g, Place p, T[] u, T[] table) {
    T[] y = a.zeros(u.length);
    for (int i = 0; i < p.positions(); i++) {
      int row = p.batch().types().isPresent() ? p.batch().types().get()[i] : 0;
      addRow(u, table, row, i, g.width(), y);
    }
    return y;
  }

  private void addRow(T[] u, T[] table, int row, int i, int width, T[] y) {
    for (int k = 0; k < width; k++) {
      y[i * width + k] = u[i * width + k].add(table[row * width + k]);
    }
  }

  /// A class token, then the patches row by row; the numbers of a patch channel by channel, row by
  /// row.
  T[] patches(PatchEmbedding g, Place p, T[] u, T[] theta) {
    int s = g.patch();
    int across = g.imageWidth() / s;
    int count = across * (g.imageHeight() / s);
    int size = s * s * g.channels();
    T[] patch = a.zeros(p.shape().batch() * count * size);
    int to = 0;
    for (int b = 0; b < p.shape().batch(); b++) {
      for (int m = 0; m < count; m++) {
        for (int c = 0; c < g.channels(); c++) {
          for (int i = 0; i < s; i++) {
            for (int j = 0; j < s; j++) {
              int row = m / across * s + i;
              int column = m % across * s + j;
              int pixel = (b * g.imageHeight() + row) * g.imageWidth() + column;
              patch[to++] = u[pixel * g.channels() + c];
            }
          }
        }
      }
    }
    Arithmetic.Cursor<T> controls = a.read(theta);
    int rows = p.shape().batch() * count;
    T[] tokens = a.affine(rows, size, g.width(), patch, controls, g.bias());
    return g.classToken()
        ? withFirst(tokens, controls.next(g.width()), p.shape().batch(), count * g.width())
        : tokens;
  }

  private T[] withFirst(T[] tokens, T[] first, int batch, int each) {
    int longer = each + first.length;
    T[] y = a.zeros(batch * longer);
    for (int b = 0; b < batch; b++) {
      System.arraycopy(first, 0, y, b * longer, first.length);
      System.arraycopy(tokens, b * each, y, b * longer + first.length, each);
    }
    return y;
  }

  /// The first token, the last one with a weight, or the weighted mean.
  T[] pool(Pooling g, Place p, T[] u) {
    int n = p.tokens();
    T[] y = a.zeros(p.shape().batch() * g.width());
    for (int b = 0; b < p.shape().batch(); b++) {
      double total = 0;
      int last = 0;
      for (int i = 0; i < n; i++) {
        double weight = p.weight(b * n + i);
        total += weight;
        last = weight != 0 ? i : last;
      }
      for (int i = 0; i < n; i++) {
        double share =
            switch (g.kind()) {
              case FIRST -> i == 0 ? 1 : 0;
              case LAST -> i == last ? 1 : 0;
              case MEAN -> p.weight(b * n + i) / total;
            };
        for (int k = 0; k < g.width(); k++) {
          T part = u[(b * n + i) * g.width() + k].multiply(share);
          y[b * g.width() + k] = y[b * g.width() + k].add(part);
        }
      }
    }
    return y;
  }
}
