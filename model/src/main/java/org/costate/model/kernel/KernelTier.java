package org.costate.model.kernel;

import java.util.Locale;
import java.util.Optional;
import org.costate.model.InputException;

/// The kernels of this run and why they were chosen. Chosen once, at start, and passed on by
/// constructor.
///
/// @param kernels what runs
/// @param reason one line for `--version` and reports: why this tier and not a faster one
public record KernelTier(Kernels kernels, String reason) {
  /// System property that names a tier: `plain`, `vector`, `openblas` or `auto`.
  public static final String PROPERTY = "costate.kernels";

  /// Environment variable that names a tier where [#PROPERTY] does not.
  public static final String VARIABLE = "COSTATE_KERNELS";

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /// The tier that [#PROPERTY] or [#VARIABLE] names, else the fastest that this machine offers.
  ///
  /// @throws InputException if there is no such tier, or not here
  public static KernelTier fromEnvironment() {
    String property = System.getProperty(PROPERTY);
    if (property != null) {
      return of(property, PROPERTY);
    }
    String variable = System.getenv(VARIABLE);
    return variable == null ? of("auto", PROPERTY) : of(variable, VARIABLE);
  }

  /// The tier of that name; `auto`: the fastest that this machine offers.
  ///
  /// @throws InputException if there is no such tier, or not here
  public static KernelTier of(String name) {
    return of(name, "kernels");
  }

  /// This tier in another precision.
  ///
  /// @throws InputException if the tier does not have it
  public KernelTier in(Precision precision) {
    if (precision == Precision.FLOAT64) {
      return this;
    }
    boolean vector = vector().isPresent();
    if (kernels instanceof OpenBlasKernels && !vector) {
      throw new InputException(
          "precision: found float32 with openblas and without the module " + VECTOR_MODULE,
          "that module, whose products are faster",
          "Maybe start Java with --add-modules " + VECTOR_MODULE);
    }
    Kernels single =
        vector && !(kernels instanceof PlainKernels)
            ? new SinglePrecisionKernels(kernels, SinglePrecision.PRODUCTS)
            : new SinglePrecisionKernels(kernels);
    return new KernelTier(single, reason);
  }

  private static KernelTier of(String name, String asker) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "auto", "" -> fastest();
      case "plain" -> new KernelTier(new PlainKernels(), "asked for by " + asker);
      case "vector" ->
          new KernelTier(
              vector()
                  .orElseThrow(
                      () ->
                          new InputException(
                              asker + ": found vector without the module " + VECTOR_MODULE,
                              "",
                              "Maybe start Java with --add-modules " + VECTOR_MODULE)),
              "asked for by " + asker);
      case "openblas" -> {
        if (!OpenBlasKernels.isLoaded()) {
          throw new InputException(
              asker + ": found openblas, but " + OpenBlasKernels.outcome(), "", "Maybe use auto");
        }
        yield new KernelTier(openBlas(), "asked for by " + asker);
      }
      default ->
          throw new InputException(
              asker + ": found " + name, "plain, vector, openblas or auto", "");
    };
  }

  /// OpenBLAS, unless it leaves half of the vector registers unused that the Vector API uses here.
  private static KernelTier fastest() {
    Optional<Kernels> vector = vector();
    String without =
        vector.isPresent()
            ? ""
            : ", without " + VECTOR_MODULE + " (--add-modules " + VECTOR_MODULE + ")";
    if (!OpenBlasKernels.isLoaded()) {
      return new KernelTier(elementwise(), "openblas: " + OpenBlasKernels.outcome() + without);
    }
    if (vector.isPresent() && Incubating.hasEightLanes() && !OpenBlasKernels.usesAvx512()) {
      return new KernelTier(
          vector.get(), "wider vectors than " + OpenBlasKernels.outcome() + " uses");
    }
    return new KernelTier(openBlas(), "fastest here" + without);
  }

  private static Kernels openBlas() {
    boolean large = vector().isPresent() && Incubating.hasEightLanes();
    return large && OpenBlasKernels.usesAvx512()
        ? OpenBlasKernels.besideEightLanes(elementwise())
        : new OpenBlasKernels(elementwise());
  }

  private static Kernels elementwise() {
    return vector().orElseGet(PlainKernels::new);
  }

  private static Optional<Kernels> vector() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).map(module -> Incubating.KERNELS);
  }

  /// The only use of the vector tier: not loaded, and so nothing missed, where its module is
  /// absent. One object for all, since it is the JVM that warms up.
  private static final class Incubating {
    static final Kernels KERNELS = WarmingKernels.start();

    static boolean hasEightLanes() {
      return VectorKernels.lanes() == 8;
    }
  }

  /// The same for products in single precision, which warm up only if they are asked for.
  private static final class SinglePrecision {
    static final FloatGemm PRODUCTS = new FloatGemm(WarmingTiles.start());
  }

  @Override
  public String toString() {
    return kernels.tier() + " (" + reason + ")";
  }
}
