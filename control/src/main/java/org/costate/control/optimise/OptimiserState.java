package org.costate.control.optimise;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// All that an optimiser remembers from step to step, as named arrays; numbers are arrays of length
/// one. Saved and restored as they are, the next step has the same bits.
///
/// The arrays are modified by the steps of the optimiser that owns the state.
public final class OptimiserState {
  private final SortedMap<String, double[]> arrays;

  /// @param arrays kept as they are, not copied
  public OptimiserState(Map<String, double[]> arrays) {
    this.arrays = Collections.unmodifiableSortedMap(new TreeMap<>(arrays));
  }

  /// The arrays by name.
  public SortedMap<String, double[]> arrays() {
    return arrays;
  }

  /// A state of its own with the same numbers.
  public OptimiserState copy() {
    SortedMap<String, double[]> copies = new TreeMap<>();
    arrays.forEach((name, array) -> copies.put(name, array.clone()));
    return new OptimiserState(copies);
  }

  /// Whether `other` has arrays of the same names and lengths: whether an optimiser that starts
  /// with `other` can continue with this.
  public boolean fits(OptimiserState other) {
    return arrays.keySet().equals(other.arrays.keySet())
        && arrays.keySet().stream()
            .allMatch(name -> arrays.get(name).length == other.arrays.get(name).length);
  }

  /// The array called `name`, to be modified.
  public double[] array(String name) {
    return arrays.get(name);
  }

  /// The number called `name`.
  public double number(String name) {
    return arrays.get(name)[0];
  }

  /// Sets the number called `name`.
  public void set(String name, double value) {
    arrays.get(name)[0] = value;
  }
}
