package org.costate.model.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What identifies an input file in a report: its name without folders, its size and the SHA-256 of
/// its bytes.
///
/// @param name last part of the path
/// @param bytes size of the file
/// @param sha256 hexadecimal digits of the hash
public record FileHash(String name, long bytes, String sha256) {

  /// Reads the file once, in pieces.
  ///
  /// @throws org.costate.model.InputException if the file cannot be read
  public static FileHash of(Path file) {
    MessageDigest digest = newDigest();
    byte[] buffer = new byte[1 << 16];
    long bytes = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        bytes += n;
      }
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
    return new FileHash(
        file.toAbsolutePath().normalize().getFileName().toString(),
        bytes,
        HexFormat.of().formatHex(digest.digest()));
  }

  /// The SHA-256 of a text in UTF-8, as hexadecimal digits.
  public static String ofText(String text) {
    return HexFormat.of().formatHex(newDigest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
