package org.costate.model.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The OpenBLAS library, if the class path has one for this machine: loaded once, set to one
/// thread.
///
/// Heap arrays are handed over pinned, without copies (`Linker.Option.critical`). Handles are
/// constants: through anything else every call would allocate.
final class OpenBlas {
  private static final String LIBRARY_FOLDER = "org/bytedeco/openblas/";
  private static final Set<String> AVX512 = Set.of("SkylakeX", "Cooperlake", "SapphireRapids");
  private static final int ROW_MAJOR = 101;
  private static final int NO_TRANSPOSE = 111;
  private static final int TRANSPOSE = 112;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Attempt ATTEMPT = load();

  private static final MethodHandle DGEMM = ATTEMPT.library.map(OpenBlas::product).orElse(null);

  private OpenBlas() {}

  /// @param outcome version and processor family, or why there is no library
  private record Attempt(Optional<SymbolLookup> library, String outcome, boolean avx512) {
    static Attempt failed(String reason) {
      return new Attempt(Optional.empty(), reason, false);
    }
  }

  /// Whether products can run.
  static boolean isLoaded() {
    return ATTEMPT.library.isPresent();
  }

  /// Version and processor family of the library, or why there is none.
  static String outcome() {
    return ATTEMPT.outcome;
  }

  /// Whether its products run in vectors of 512 bits.
  static boolean usesAvx512() {
    return ATTEMPT.avx512;
  }

  /// As [Kernels#gemm]; sizes at least 1, matrices within their arrays.
  ///
  /// The segments are made beside the call, in a method that calls nothing of ours: the compiler
  /// sees that they never leave it and makes none.
  static void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      double alpha,
      double[] a,
      int ao,
      int lda,
      double[] b,
      int bo,
      int ldb,
      double beta,
      double[] c,
      int co,
      int ldc) {
    try {
      DGEMM.invokeExact(
          ROW_MAJOR,
          transposeA ? TRANSPOSE : NO_TRANSPOSE,
          transposeB ? TRANSPOSE : NO_TRANSPOSE,
          m,
          n,
          k,
          alpha,
          MemorySegment.ofArray(a).asSlice(8L * ao),
          lda,
          MemorySegment.ofArray(b).asSlice(8L * bo),
          ldb,
          beta,
          MemorySegment.ofArray(c).asSlice(8L * co),
          ldc);
    } catch (Throwable e) {
      throw new IllegalStateException("openblas: cblas_dgemm failed", e);
    }
  }

  private static MethodHandle product(SymbolLookup library) {
    ValueLayout.OfInt i = ValueLayout.JAVA_INT;
    ValueLayout.OfDouble d = ValueLayout.JAVA_DOUBLE;
    return LINKER.downcallHandle(
        library.findOrThrow("cblas_dgemm"),
        FunctionDescriptor.ofVoid(
            i,
            i,
            i,
            i,
            i,
            i,
            d,
            ValueLayout.ADDRESS,
            i,
            ValueLayout.ADDRESS,
            i,
            d,
            ValueLayout.ADDRESS,
            i),
        Linker.Option.critical(true));
  }

  private static Attempt load() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    boolean mac = system.startsWith("mac");
    if (!mac && !system.startsWith("linux")) {
      return Attempt.failed("no OpenBLAS for " + system);
    }
    String machine =
        switch (System.getProperty("os.arch", "")) {
          case "aarch64", "arm64" -> "arm64";
          case "amd64", "x86_64" -> "x86_64";
          default -> System.getProperty("os.arch");
        };
    String folder = LIBRARY_FOLDER + (mac ? "macosx-" : "linux-") + machine;
    List<String> names =
        mac
            ? List.of("libopenblas.0.dylib", "libgfortran.5.dylib", "libquadmath.0.dylib")
            : List.of("libopenblas.so.0", "libgfortran.so.5", "libquadmath.so.0", "libgcc_s.so.1");
    ClassLoader loader = OpenBlas.class.getClassLoader();
    if (loader.getResource(folder + "/" + names.getFirst()) == null) {
      return Attempt.failed("no " + names.getFirst() + " in the class path");
    }
    List<String> failures = new ArrayList<>();
    for (Optional<Path> cache : caches()) {
      try {
        return load(loader, folder, names, cache);
      } catch (IOException | RuntimeException | LinkageError e) {
        failures.add(String.valueOf(e.getMessage()));
      }
    }
    return Attempt.failed(
        "not loadable: " + String.join("; ", failures.stream().distinct().toList()));
  }

  /// Where to unpack: the user's cache, else a folder for this process.
  private static List<Optional<Path>> caches() {
    List<Optional<Path>> caches = new ArrayList<>();
    String chosen = System.getenv("XDG_CACHE_HOME");
    if (chosen != null && Path.of(chosen).isAbsolute()) {
      caches.add(Optional.of(Path.of(chosen, "costate")));
    }
    String home = System.getProperty("user.home", "");
    if (!home.isEmpty() && Files.isDirectory(Path.of(home))) {
      caches.add(Optional.of(Path.of(home, ".cache", "costate")));
    }
    caches.add(Optional.empty());
    return caches;
  }

  private static Attempt load(
      ClassLoader loader, String folder, List<String> names, Optional<Path> cache)
      throws IOException {
    if (cache.isPresent()) {
      return open(UnpackedLibraries.unpack(loader, folder, names, cache.get()), names.getFirst());
    }
    Path temporary = Files.createTempDirectory("costate");
    temporary.toFile().deleteOnExit();
    Path unpacked = UnpackedLibraries.unpack(loader, folder, names, temporary);
    unpacked.toFile().deleteOnExit();
    names.forEach(name -> unpacked.resolve(name).toFile().deleteOnExit());
    return open(unpacked, names.getFirst());
  }

  private static Attempt open(Path folder, String name) {
    SymbolLookup library = SymbolLookup.libraryLookup(folder.resolve(name), Arena.global());
    try {
      LINKER
          .downcallHandle(
              library.findOrThrow("openblas_set_num_threads"),
              FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
          .invokeExact(1);
      String core = text(library, "openblas_get_corename");
      String version = text(library, "openblas_get_config").split(" ", 3)[1];
      return new Attempt(
          Optional.of(library), "openblas " + version + " " + core, AVX512.contains(core));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("openblas does not answer", e);
    }
  }

  private static String text(SymbolLookup library, String function) throws Throwable {
    MethodHandle handle =
        LINKER.downcallHandle(
            library.findOrThrow(function), FunctionDescriptor.of(ValueLayout.ADDRESS));
    MemorySegment answer = (MemorySegment) handle.invokeExact();
    return answer.reinterpret(1024).getString(0);
  }
}
