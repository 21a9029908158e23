package org.costate.cli.worlds;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.costate.control.memory.AssociativeMemory;
import org.costate.control.memory.AttentionMemory;
import org.costate.control.memory.HebbMemory;
import org.costate.control.memory.Patterns;
import org.costate.control.memory.PolynomialMemory;
import org.costate.interop.data.CsvFile;
import org.costate.interop.data.CsvOptions;
import org.costate.interop.data.Table;
import org.costate.model.InputException;
import org.costate.model.kernel.Kernels;

/// Square images that are stored in memories, their lower half taken away, and completed.
///
/// @param side rows and columns of an image
/// @param names what the images show
/// @param grey `[images, side²]` in 0 … 1
public record ImageMemory(int side, List<String> names, double[][] grey) {
  private static final int SWEEPS = 50;
  private static final double BETA = 25;
  private static final int MOST_STORED = 10;

  private static final List<String> LETTERS =
      List.of(
          "T:######## ######## ...##... ...##... ...##... ...##... ...##... ...##...",
          "X:##....## ###..### .######. ..####.. ..####.. .######. ###..### ##....##",
          "L:##...... ##...... ##...... ##...... ##...... ##...... ######## ########",
          "H:##....## ##....## ##....## ######## ######## ##....## ##....## ##....##",
          "O:.######. ######## ##....## ##....## ##....## ##....## ######## .######.",
          "F:######## ######## ##...... ######.. ######.. ##...... ##...... ##......");

  /// Six letters of 8 x 8 pixels.
  public static ImageMemory letters() {
    double[][] grey = new double[LETTERS.size()][];
    List<String> names = new ArrayList<>();
    for (int i = 0; i < grey.length; i++) {
      String pixels = LETTERS.get(i).substring(2).replace(" ", "");
      grey[i] = pixels.chars().mapToDouble(c -> c == '#' ? 1 : 0).toArray();
      names.add(LETTERS.get(i).substring(0, 1));
    }
    return new ImageMemory(8, names, grey);
  }

  /// The first image of every class in a CSV file, at most ten.
  ///
  /// @param label the column with the class; all others are pixels
  /// @throws InputException if the file cannot be used or holds no square images
  public static ImageMemory read(Path path, String label) {
    CsvFile file = CsvFile.of(path, new CsvOptions(true, ',', Set.of(label)));
    Table table = file.read();
    int pixels = table.columns().size();
    int side = (int) Math.round(Math.sqrt(pixels));
    if (pixels < 4 || side * side != pixels) {
      throw new InputException(
          path + ", columns: found " + pixels + " beside \"" + label + "\"",
          "as many as a square image has pixels",
          "");
    }
    double[] values = table.values();
    double most = Arrays.stream(values).max().orElseThrow();
    if (!(most > 0) || Arrays.stream(values).min().orElseThrow() < 0) {
      throw new InputException(path + ": found grey values below 0 or all 0", "0 … white", "");
    }
    List<String> all = table.texts(label);
    List<String> names = all.stream().distinct().sorted().limit(MOST_STORED).toList();
    double[][] grey = new double[names.size()][pixels];
    for (int i = 0; i < grey.length; i++) {
      int row = all.indexOf(names.get(i));
      for (int k = 0; k < pixels; k++) {
        grey[i][k] = values[row * pixels + k] / most;
      }
    }
    return new ImageMemory(side, names, grey);
  }

  /// What one memory made of every image.
  ///
  /// @param energy name of the energy
  /// @param pictures `[images, side²]`
  /// @param found how many came out as the stored image
  public record Completion(String energy, double[][] pictures, int found) {}

  /// The images with their lower half taken away.
  public double[][] corrupted() {
    double[][] half = new double[grey.length][];
    for (int i = 0; i < half.length; i++) {
      half[i] = grey[i].clone();
      Arrays.fill(half[i], side * (side / 2 + side % 2), side * side, 0);
    }
    return half;
  }

  /// Completions by memories of every energy.
  public List<Completion> complete(Kernels kernels) {
    Patterns signs = new Patterns(grey.length, side * side, flat(grey, ImageMemory::signs));
    return List.of(
        completeSigns(new HebbMemory(signs, kernels)),
        completeSigns(new PolynomialMemory(signs, 3)),
        completeSigns(new PolynomialMemory(signs, 5)),
        completeGrey(kernels));
  }

  private Completion completeSigns(AssociativeMemory memory) {
    double[][] ends = new double[grey.length][];
    int found = 0;
    double[][] half = corrupted();
    for (int i = 0; i < ends.length; i++) {
      double[] end = memory.retrieve(signs(half[i]), SWEEPS);
      found += Arrays.equals(end, signs(grey[i])) ? 1 : 0;
      ends[i] = Arrays.stream(end).map(s -> s > 0 ? 1 : 0).toArray();
    }
    return new Completion(memory.name(), ends, found);
  }

  /// Images minus their mean, brought to norm 1.
  private Completion completeGrey(Kernels kernels) {
    int pixels = side * side;
    double[] mean = new double[pixels];
    for (double[] image : grey) {
      for (int k = 0; k < pixels; k++) {
        mean[k] += image[k] / grey.length;
      }
    }
    double[] stored = new double[grey.length * pixels];
    double[] norms = new double[grey.length];
    for (int i = 0; i < grey.length; i++) {
      for (int k = 0; k < pixels; k++) {
        stored[i * pixels + k] = grey[i][k] - mean[k];
        norms[i] += stored[i * pixels + k] * stored[i * pixels + k];
      }
      norms[i] = Math.sqrt(norms[i]);
      for (int k = 0; k < pixels && norms[i] > 0; k++) {
        stored[i * pixels + k] /= norms[i];
      }
    }
    AttentionMemory memory =
        new AttentionMemory(new Patterns(grey.length, pixels, stored), BETA, kernels);
    double[][] ends = new double[grey.length][pixels];
    int found = 0;
    for (int i = 0; i < grey.length; i++) {
      double[] start = new double[pixels];
      for (int k = 0; k < side * (side / 2 + side % 2); k++) {
        start[k] = stored[i * pixels + k];
      }
      double[] end = memory.retrieve(start, SWEEPS);
      double apart = 0;
      for (int k = 0; k < pixels; k++) {
        apart = Math.max(apart, Math.abs(end[k] - stored[i * pixels + k]));
        ends[i][k] = Math.clamp(mean[k] + norms[i] * end[k], 0, 1);
      }
      found += apart <= 0.01 ? 1 : 0;
    }
    return new Completion(memory.name(), ends, found);
  }

  private static double[] signs(double[] image) {
    return Arrays.stream(image).map(v -> v >= 0.5 ? 1 : -1).toArray();
  }

  private static double[] flat(double[][] images, java.util.function.UnaryOperator<double[]> map) {
    return Arrays.stream(images).map(map).flatMapToDouble(Arrays::stream).toArray();
  }

  /// Which file this is from, for the page.
  public static String origin(Optional<Path> file) {
    return file.map(Path::toString).orElse("six letters of 8 x 8 pixels");
  }
}
