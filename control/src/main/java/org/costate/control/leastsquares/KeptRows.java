package org.costate.control.leastsquares;

import java.util.ArrayList;
import java.util.List;

/// Rows that are kept in memory while they are read for the first time, if they fit; else they are
/// read again every time.
public final class KeptRows implements RegressionData {
  private static final int CHUNK = 4096;

  private final RegressionData source;
  private final long most;
  private final int width;
  private List<double[]> kept = new ArrayList<>();
  private long rows;
  private boolean complete;

  /// @param source where rows come from
  /// @param most how many numbers may be kept
  public KeptRows(RegressionData source, long most) {
    this.source = source;
    this.most = most;
    width = source.features() + 2;
  }

  @Override
  public int features() {
    return source.features();
  }

  @Override
  public void forEach(Row consumer) {
    if (complete) {
      replay(consumer);
      return;
    }
    kept = new ArrayList<>();
    rows = 0;
    source.forEach(
        (x, y, weight) -> {
          keep(x, y, weight);
          consumer.accept(x, y, weight);
        });
    complete = rows * width <= most;
  }

  private void keep(double[] x, double y, double weight) {
    rows++;
    if (rows * width > most) {
      kept = List.of();
      return;
    }
    int at = (int) ((rows - 1) % CHUNK) * width;
    if (at == 0) {
      kept.add(new double[CHUNK * width]);
    }
    double[] chunk = kept.getLast();
    System.arraycopy(x, 0, chunk, at, x.length);
    chunk[at + x.length] = y;
    chunk[at + x.length + 1] = weight;
  }

  private void replay(Row consumer) {
    double[] x = new double[width - 2];
    for (long i = 0; i < rows; i++) {
      double[] chunk = kept.get((int) (i / CHUNK));
      int at = (int) (i % CHUNK) * width;
      System.arraycopy(chunk, at, x, 0, x.length);
      consumer.accept(x, chunk[at + x.length], chunk[at + x.length + 1]);
    }
  }
}
