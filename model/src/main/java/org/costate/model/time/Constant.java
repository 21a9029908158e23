package org.costate.model.time;

/// The one function `φ_0 = 1`: a control that does not depend on time (tied in time).
public record Constant() implements TimeBasis {
  @Override
  public String name() {
    return "constant";
  }

  @Override
  public int count() {
    return 1;
  }

  @Override
  public int first(double t, double from, double to) {
    return 0;
  }

  @Override
  public int support(double t, double from, double to) {
    return 1;
  }

  @Override
  public double value(int k, int derivative, double t, double from, double to) {
    return derivative == 0 ? 1 : 0;
  }
}
