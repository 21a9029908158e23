package org.costate.control.train;

import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// The sequences of a batch in memory as an ensemble: member `b` is its sequence `b`, with all that
/// comes with it.
///
/// @param all every member
public record Sequences(Batch all) implements Dataset {
  @Override
  public int size() {
    return all.shape().batch();
  }

  @Override
  public Batch batch(int[] members) {
    return new Batch(
        new Shape(members.length, all.shape().tokens()),
        all.ids().map(a -> pick(a, members)),
        all.types().map(a -> pick(a, members)),
        all.input().map(a -> pick(a, members)),
        all.tokenWeights().map(a -> pick(a, members)),
        all.labels().map(a -> pick(a, members)),
        all.target().map(a -> pick(a, members)));
  }

  private int[] pick(int[] from, int[] members) {
    int each = from.length / size();
    int[] picked = new int[members.length * each];
    for (int b = 0; b < members.length; b++) {
      System.arraycopy(from, members[b] * each, picked, b * each, each);
    }
    return picked;
  }

  private double[] pick(double[] from, int[] members) {
    int each = from.length / size();
    double[] picked = new double[members.length * each];
    for (int b = 0; b < members.length; b++) {
      System.arraycopy(from, members[b] * each, picked, b * each, each);
    }
    return picked;
  }
}
