package org.costate.interop.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.costate.interop.safetensors.ElementType;
import org.costate.interop.safetensors.Tensor;
import org.costate.interop.safetensors.TensorInfo;
import org.costate.model.InputException;

/// All tensors of a model file and where they lie among the coefficients. Two tensors may lie in
/// the same place: tied weights that a file holds twice.
///
/// @param places in the order in which they are read
public record WeightMap(List<WeightPlace> places) {
  private static final int PIECE = 1 << 13;

  /// @throws IllegalArgumentException if a name occurs twice
  public WeightMap {
    places = List.copyOf(places);
    Set<String> names = new HashSet<>();
    for (WeightPlace place : places) {
      if (!names.add(place.name())) {
        throw new IllegalArgumentException("weight map: found " + place.name() + " twice");
      }
    }
  }

  /// Coefficients out of `files`: each file is converted piece by piece, so that nothing but the
  /// coefficients and a small buffer is held.
  ///
  /// @param size number of coefficients
  /// @param progress told after every piece
  /// @throws InputException if a tensor is missing, has another shape, no real type, or a number
  ///     that is not finite, if tied tensors differ, if a tensor of the files is in no place, or if
  ///     the coefficients do not fit into memory; all but the numbers are checked before memory is
  ///     taken
  public double[] load(WeightFiles files, int size, LoadProgress progress) {
    long total = 0;
    for (WeightPlace place : places) {
      total += requireFitting(files.require(place.name(), place.shape()), files).count();
    }
    requireRoom(size, files);
    double[] coefficients = new double[size];
    BitSet filled = new BitSet(size);
    double[] piece = new double[PIECE];
    double[] before = new double[PIECE];
    long done = 0;
    for (WeightPlace place : places) {
      boolean again = filled.get(place.view().first());
      for (long from = 0; from < place.view().count(); from += PIECE) {
        int count = (int) Math.min(PIECE, place.view().count() - from);
        files.read(place.name(), from, count, piece);
        requireFinite(files, place, from, count, piece);
        if (again) {
          place.view().gather(coefficients, from, count, before);
          requireEqual(files, place, from, count, piece, before);
        } else {
          place.view().scatter(piece, from, count, coefficients);
        }
        done += count;
        progress.reached(done, total);
      }
      filled.set(place.view().first());
    }
    return coefficients;
  }

  /// Names of the tensors, in order.
  public List<String> names() {
    return places.stream().map(WeightPlace::name).toList();
  }

  /// The tensors of an array that is laid out like the coefficients, for writing; numbers are
  /// gathered when the writer asks for them.
  ///
  /// @param prefix put before every name
  public List<Tensor> tensors(double[] coefficients, ElementType type, String prefix) {
    List<Tensor> tensors = new ArrayList<>();
    for (WeightPlace place : places) {
      tensors.add(
          new Tensor(
              prefix + place.name(),
              type,
              place.shape(),
              (from, count, target) -> place.view().gather(coefficients, from, count, target)));
    }
    return tensors;
  }

  /// Whether every one of `size` coefficients lies in a tensor.
  public boolean covers(int size) {
    double[] marks = new double[size];
    for (WeightPlace place : places) {
      double[] ones = new double[place.view().count()];
      Arrays.fill(ones, 1);
      place.view().scatter(ones, 0, ones.length, marks);
    }
    return Arrays.stream(marks).allMatch(m -> m == 1);
  }

  /// Where an array of coefficients is found again under names, for reports.
  public Map<String, WeightPlace> byName() {
    Map<String, WeightPlace> map = new LinkedHashMap<>();
    places.forEach(p -> map.put(p.name(), p));
    return map;
  }

  private static TensorInfo requireFitting(TensorInfo tensor, WeightFiles files) {
    if (!tensor.type().isReal()) {
      throw new InputException(
          files.where(tensor.name()) + "found elements of type " + tensor.type(),
          "a weight of real numbers",
          "");
    }
    return tensor;
  }

  private static void requireRoom(int size, WeightFiles files) {
    long needed = 8L * size;
    if (needed > Runtime.getRuntime().maxMemory()) {
      throw new InputException(
          files.folder() + ": found " + size + " weights, " + (needed >> 20) + " MB in float64",
          "at most the " + (Runtime.getRuntime().maxMemory() >> 20) + " MB of the heap",
          "Maybe start with a larger -Xmx.");
    }
  }

  private static void requireFinite(
      WeightFiles files, WeightPlace place, long from, int count, double[] piece) {
    for (int i = 0; i < count; i++) {
      if (!Double.isFinite(piece[i])) {
        throw new InputException(
            files.where(place.name()) + "found " + piece[i] + " at place " + (from + i),
            "finite weights",
            "");
      }
    }
  }

  private static void requireEqual(
      WeightFiles files, WeightPlace place, long from, int count, double[] piece, double[] before) {
    for (int i = 0; i < count; i++) {
      if (piece[i] != before[i]) {
        throw new InputException(
            files.where(place.name()) + "found " + piece[i] + " at place " + (from + i),
            before[i] + ", as in the weight that it is tied to",
            "Maybe tie_word_embeddings is wrong in config.json.");
      }
    }
  }
}
