package org.costate.cli.evaluate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.interop.safetensors.TensorInfo;
import org.costate.model.InputException;

/// A comparison of results with references, tensor by tensor: the parity certificate.
///
/// The relative deviation of a tensor is its largest absolute deviation over the largest magnitude
/// in its reference; for a gradient over at least 10⁻³ of the largest magnitude in all gradients of
/// the reference, so that a gradient that is zero in exact arithmetic is judged by what rounding
/// leaves of the others.
///
/// @param tolerance largest relative deviation that passes
/// @param rows the tensors that were compared, in the order in which they come about
/// @param notCompared the others, with the reason
public record Parity(double tolerance, List<Row> rows, List<NotCompared> notCompared) {
  /// Share of the largest gradient that a gradient is measured against at least.
  private static final double GRADIENT_FLOOR = 1e-3;

  public Parity {
    rows = List.copyOf(rows);
    notCompared = List.copyOf(notCompared);
  }

  /// One comparison.
  ///
  /// @param tensor name of the result
  /// @param maxAbs largest absolute deviation; not a number if shapes differ or a number is not
  ///     finite
  /// @param maxRel the same, relative
  /// @param pass whether `maxRel` is at most the tolerance
  public record Row(String tensor, double maxAbs, double maxRel, boolean pass) {}

  /// A tensor of the reference that was not compared.
  ///
  /// @param tensor its name
  /// @param reason why not
  public record NotCompared(String tensor, String reason) {}

  /// Whether every row passes.
  public boolean pass() {
    return rows.stream().allMatch(Row::pass);
  }

  /// The first row that does not pass.
  public Optional<String> firstFailing() {
    return rows.stream().filter(row -> !row.pass()).map(Row::tensor).findFirst();
  }

  /// Compares results with a file of references. With a variant `P`, references are `P.NAME`.
  ///
  /// @throws InputException if no tensor of the reference can be compared
  public static Parity of(
      Evaluation results, SafetensorsFile reference, double tolerance, Optional<String> variant) {
    Map<String, String> names = referenceNames(reference, variant);
    double largestGradient =
        names.entrySet().stream()
            .filter(e -> e.getKey().startsWith("grad."))
            .mapToDouble(e -> largest(reference.doubles(e.getValue())))
            .max()
            .orElse(0);
    List<Row> rows = new ArrayList<>();
    Set<String> compared = new HashSet<>();
    for (NamedTensor result : results.tensors()) {
      String name = names.get(result.name());
      if (name != null) {
        compared.add(name);
        boolean isGradient = result.name().startsWith("grad.");
        double floor = isGradient ? GRADIENT_FLOOR * largestGradient : 0;
        rows.add(compare(result, reference, name, floor, tolerance));
      }
    }
    if (rows.isEmpty()) {
      throw new InputException(
          reference.file() + ": found no tensor that can be compared",
          "at least one of the results, such as " + results.tensors().getLast().name(),
          "");
    }
    List<NotCompared> rest =
        reference.tensors().keySet().stream()
            .filter(name -> !compared.contains(name))
            .map(name -> new NotCompared(name, reason(name, variant, reference)))
            .toList();
    return new Parity(tolerance, rows, rest);
  }

  /// Which tensor of the file each result is to be compared with.
  private static Map<String, String> referenceNames(
      SafetensorsFile reference, Optional<String> variant) {
    String prefix = variant.map(v -> v + ".").orElse("");
    Map<String, String> names = new HashMap<>();
    for (TensorInfo tensor : reference.tensors().values()) {
      if (tensor.name().startsWith(prefix) && tensor.type().isReal()) {
        String name = tensor.name().substring(prefix.length());
        names.put(name.replaceFirst("^layer_out\\.", "block_out."), tensor.name());
      }
    }
    InputTensors.NAMES.forEach(names::remove);
    return names;
  }

  private static Row compare(
      NamedTensor result, SafetensorsFile reference, String name, double floor, double tolerance) {
    if (!reference.require(name).shape().equals(result.shape())) {
      return new Row(result.name(), Double.NaN, Double.NaN, false);
    }
    double[] expected = reference.doubles(name);
    double maxAbs = 0;
    for (int i = 0; i < expected.length; i++) {
      double deviation = Math.abs(result.values()[i] - expected[i]);
      // Not a number stays so: it compares false with everything.
      maxAbs = deviation <= maxAbs ? maxAbs : deviation;
      if (Double.isNaN(deviation)) {
        return new Row(result.name(), Double.NaN, Double.NaN, false);
      }
    }
    double scale = Math.max(largest(expected), floor);
    double maxRel = maxAbs == 0 ? 0 : maxAbs / scale;
    return new Row(result.name(), maxAbs, maxRel, maxRel <= tolerance);
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static String reason(String name, Optional<String> variant, SafetensorsFile reference) {
    boolean inVariant = variant.isPresent() && name.startsWith(variant.get() + ".");
    String own = inVariant ? name.substring(variant.get().length() + 1) : name;
    if (InputTensors.NAMES.contains(own)) {
      return "an input";
    }
    if (own.startsWith("stock_")) {
      return "from the unmodified model in lower precision";
    }
    if (variant.isPresent() && !inVariant) {
      return "not of the variant " + variant.get();
    }
    if (own.startsWith("grad.") || own.equals("grad_input")) {
      return "no such gradient was computed";
    }
    return isOfVariant(own, reference) ? "of another variant" : "no such result";
  }

  /// A prefix is a variant if the file has inputs with it.
  private static boolean isOfVariant(String name, SafetensorsFile reference) {
    int dot = name.indexOf('.');
    return dot > 0
        && InputTensors.NAMES.stream()
            .anyMatch(n -> reference.find(name.substring(0, dot + 1) + n).isPresent());
  }
}
