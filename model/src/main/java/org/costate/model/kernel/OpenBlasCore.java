package org.costate.model.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What OpenBLAS reads from the environment while it is loaded: one thread, and the processor
/// family where the library does not know a newer one.
///
/// OpenBLAS 0.3.31 takes AMD processors newer than it (Zen 5) for Haswell and leaves AVX-512
/// unused, about half their speed. Values that the user has set are left alone.
final class OpenBlasCore {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final List<String> AVX512 =
      List.of("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl");

  private OpenBlasCore() {}

  /// Sets the variables for this process, before the library is loaded.
  static void prepare() {
    set("OPENBLAS_NUM_THREADS", "1");
    if (Files.isReadable(PROCESSORS)) {
      try (Stream<String> lines = Files.lines(PROCESSORS)) {
        // The first processor speaks for all.
        family(lines.takeWhile(line -> !line.isBlank()).toList())
            .ifPresent(family -> set("OPENBLAS_CORETYPE", family));
      } catch (IOException | UncheckedIOException e) {
        // The library then judges by itself.
        return;
      }
    }
  }

  /// The processor family to name, from the lines of one processor.
  static Optional<String> family(List<String> lines) {
    boolean amd = value(lines, "vendor_id").equals("AuthenticAMD");
    Set<String> flags =
        Arrays.stream(value(lines, "flags").split(" ", -1)).collect(Collectors.toSet());
    return amd && flags.containsAll(AVX512) ? Optional.of("SkylakeX") : Optional.empty();
  }

  private static String value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static void set(String name, String value) {
    Linker linker = Linker.nativeLinker();
    MethodHandle setenv =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setenv"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int unused = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 0);
    } catch (Throwable e) {
      throw new IllegalStateException("openblas: setenv failed", e);
    }
  }
}
