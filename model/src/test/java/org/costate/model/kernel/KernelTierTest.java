package org.costate.model.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.costate.model.InputException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which kernels are chosen, and that native libraries are unpacked whole or not at all.
class KernelTierTest {
  private static final String FOLDER = "org/bytedeco/openblas/linux-x86_64";
  private static final List<String> NAMES = List.of("libgcc_s.so.1", "not-there.so");

  @Test
  void namesATierOrRefuses() {
    assertInstanceOf(PlainKernels.class, KernelTier.of("plain").kernels());
    assertTrue(KernelTier.of("auto").toString().contains("("));
    InputException unknown = assertThrows(InputException.class, () -> KernelTier.of("mkl"));
    assertTrue(unknown.getMessage().contains("mkl"), unknown.getMessage());
    assertTrue(unknown.getMessage().contains("plain, vector, openblas or auto"));
  }

  @Test
  void theChoiceIsTheSameEveryTime() {
    assertEquals(KernelTier.of("auto").toString(), KernelTier.of("auto").toString());
  }

  @Test
  void smallAndLargeProductsAgreeWhateverRunsThem() {
    Assumptions.assumeTrue(OpenBlasKernels.isLoaded());
    Kernels beside = OpenBlasKernels.besideEightLanes(new PlainKernels());
    assertTrue(beside.tier().contains("openblas"), beside.tier());
  }

  @Test
  void unpacksOnceRepairsAndLeavesNothingBeside(@TempDir Path cache) throws IOException {
    ClassLoader loader = KernelTierTest.class.getClassLoader();
    Assumptions.assumeTrue(loader.getResource(FOLDER + "/" + NAMES.getFirst()) != null);
    Path own = cache.resolve("own");
    Path folder = UnpackedLibraries.unpack(loader, FOLDER, NAMES, own);
    Path file = folder.resolve(NAMES.getFirst());
    byte[] whole = Files.readAllBytes(file);
    Object key =
        Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class).fileKey();
    assertEquals(folder, UnpackedLibraries.unpack(loader, FOLDER, NAMES, own));
    assertEquals(
        key,
        Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class).fileKey());
    byte[] broken = whole.clone();
    broken[whole.length / 2] ^= 1;
    Files.write(file, broken);
    UnpackedLibraries.unpack(loader, FOLDER, NAMES, own);
    assertEquals(-1, java.util.Arrays.mismatch(whole, Files.readAllBytes(file)));
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(whole, 0, 1000);
    }
    UnpackedLibraries.unpack(loader, FOLDER, NAMES, own);
    assertEquals(-1, java.util.Arrays.mismatch(whole, Files.readAllBytes(file)));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void refusesAFolderThatOthersCanWrite(@TempDir Path cache) throws IOException {
    ClassLoader loader = KernelTierTest.class.getClassLoader();
    Assumptions.assumeTrue(loader.getResource(FOLDER + "/" + NAMES.getFirst()) != null);
    Path folder = UnpackedLibraries.unpack(loader, FOLDER, NAMES, cache);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThrows(IOException.class, () -> UnpackedLibraries.unpack(loader, FOLDER, NAMES, cache));
  }
}
