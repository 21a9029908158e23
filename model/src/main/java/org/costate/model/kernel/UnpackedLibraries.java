package org.costate.model.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/// Native libraries that lie in a jar of the class path, written out where the system's loader can
/// find them.
///
/// The folder belongs to the user alone and its name holds what the jar records of the libraries
/// (sizes and CRC-32), so another version gets another folder. Files are checked against that
/// record before use, written beside their name and renamed: many processes may start at once, and
/// a process killed half-way leaves nothing that is taken for a library.
final class UnpackedLibraries {
  private static final int BUFFER = 1 << 18;

  private UnpackedLibraries() {}

  /// Writes the libraries out, unless they are there already.
  ///
  /// @param resourceFolder folder of the libraries in the class path, without trailing slash
  /// @param names file names of the libraries; those that the class path lacks are left out
  /// @param cache folder of the user; the libraries go into a folder of their own in it
  /// @return the folder that holds the libraries
  /// @throws IOException if a library cannot be read or written, or the folder is open to others
  static Path unpack(ClassLoader loader, String resourceFolder, List<String> names, Path cache)
      throws IOException {
    List<Source> sources =
        names.stream()
            .map(name -> loader.getResource(resourceFolder + "/" + name))
            .filter(java.util.Objects::nonNull)
            .map(Source::new)
            .toList();
    CRC32 all = new CRC32();
    for (Source source : sources) {
      all.update(
          (source.name() + source.fingerprint()).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    String version = Long.toHexString(all.getValue());
    Path folder = cache.resolve("native-" + version);
    createPrivate(folder);
    for (Source source : sources) {
      Path file = folder.resolve(source.name());
      if (!Files.isRegularFile(file) || !source.fingerprint().equals(fingerprintOf(file))) {
        write(source, file);
      }
    }
    return folder;
  }

  /// Size and CRC-32 of some bytes.
  private record Fingerprint(long size, long crc) {}

  private record Source(URL url) {
    String name() {
      return url.getPath().substring(url.getPath().lastIndexOf('/') + 1);
    }

    /// As the jar records it; read through if the class path is a folder.
    Fingerprint fingerprint() throws IOException {
      URLConnection connection = url.openConnection();
      if (connection instanceof JarURLConnection jar) {
        return new Fingerprint(jar.getJarEntry().getSize(), jar.getJarEntry().getCrc());
      }
      try (InputStream in = connection.getInputStream()) {
        return fingerprintOf(in);
      }
    }
  }

  private static Fingerprint fingerprintOf(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return fingerprintOf(in);
    }
  }

  private static Fingerprint fingerprintOf(InputStream in) throws IOException {
    CheckedInputStream checked = new CheckedInputStream(in, new CRC32());
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    for (int got = checked.read(buffer); got >= 0; got = checked.read(buffer)) {
      size += got;
    }
    return new Fingerprint(size, checked.getChecksum().getValue());
  }

  private static void write(Source source, Path file) throws IOException {
    Path beside = Files.createTempFile(file.getParent(), source.name(), ".part");
    try {
      try (InputStream in = source.url().openStream()) {
        Files.copy(in, beside, StandardCopyOption.REPLACE_EXISTING);
      }
      if (!source.fingerprint().equals(fingerprintOf(beside))) {
        throw new IOException(source.name() + " was not written whole to " + file.getParent());
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static void createPrivate(Path folder) throws IOException {
    if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(folder);
      return;
    }
    Set<PosixFilePermission> own = PosixFilePermissions.fromString("rwx------");
    FileAttribute<Set<PosixFilePermission>> attribute = PosixFilePermissions.asFileAttribute(own);
    Files.createDirectories(folder, attribute);
    Set<PosixFilePermission> found = Files.getPosixFilePermissions(folder);
    Path probe = Files.createTempFile(folder, "owner", ".part");
    try {
      if (!own.containsAll(found) || !Files.getOwner(probe).equals(Files.getOwner(folder))) {
        throw new IOException(folder + " is open to other users");
      }
    } finally {
      Files.delete(probe);
    }
  }
}
