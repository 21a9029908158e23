package org.costate.cli.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.costate.model.InputException;

/// The folder a run writes into. Every file appears under its final name whole or not at all: it is
/// written
/// beside, forced to disk, then renamed.
public final class RunFolder {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Path path;

  private RunFolder(Path path) {
    this.path = path;
  }

  /// Creates the folder of a new run: `chosen`, or `runs/NAME-YYYYMMDD-HHMMSS` with a counter where
  /// that exists.
  ///
  /// @throws InputException if `chosen` holds files already or cannot be written
  public static RunFolder create(Optional<Path> chosen, String name) {
    Path path = chosen.orElseGet(() -> fresh(name));
    try {
      Files.createDirectories(path);
      try (var entries = Files.list(path)) {
        if (chosen.isPresent() && entries.findAny().isPresent()) {
          throw new InputException(
              path + ": found a folder with files in it",
              "a new or empty run folder",
              "Maybe another --out, or train --resume " + path + "?");
        }
      }
      Path probe = Files.createTempFile(path, ".probe", "");
      Files.delete(probe);
    } catch (FileAlreadyExistsException e) {
      throw new InputException(path + ": found a file", "a folder", "Maybe another --out?", e);
    } catch (IOException e) {
      throw unwritable(path, e);
    }
    return new RunFolder(path);
  }

  /// The folder of an earlier run.
  ///
  /// @throws InputException if there is none
  public static RunFolder open(Path path) {
    if (!Files.isDirectory(path)) {
      throw new InputException(path + ": found no such folder", "the folder of an earlier run", "");
    }
    return new RunFolder(path);
  }

  /// Where it lies.
  public Path path() {
    return path;
  }

  /// The place of a file in it.
  public Path file(String name) {
    return path.resolve(name);
  }

  /// Writes a text file, whole or not at all.
  public Path write(String name, String text) {
    return write(name, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /// Writes a file, whole or not at all.
  ///
  /// @throws InputException if the disk is full or the folder cannot be written; an earlier file of
  /// that name stays
  public Path write(String name, Content content) {
    return writeAtomically(file(name), content);
  }

  /// Writes `target` beside, forces it to disk and renames it.
  ///
  /// @throws InputException if it cannot be written; an earlier file of that name stays
  public static Path writeAtomically(Path target, Content content) {
    Path beside = target.resolveSibling("." + target.getFileName() + ".part");
    try {
      try (OutputStream out = Files.newOutputStream(beside)) {
        content.writeTo(out);
      }
      try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return target;
    } catch (IOException e) {
      discard(beside);
      throw unwritable(target, e);
    }
  }

  /// What goes into a file.
  @FunctionalInterface
  public interface Content {
    /// Writes everything to `out`.
    void writeTo(OutputStream out) throws IOException;
  }

  private static void discard(Path beside) {
    try {
      Files.deleteIfExists(beside);
    } catch (IOException e) {
      // The first error is the one to tell.
    }
  }

  private static InputException unwritable(Path path, IOException e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new InputException(
        path + ": cannot be written (" + why + ")",
        "a writable folder with room",
        "Maybe another --out DIR?",
        e);
  }

  private static Path fresh(String name) {
    String stamped = name + "-" + LocalDateTime.now(ZoneId.systemDefault()).format(STAMP);
    Path path = Path.of("runs", stamped);
    for (int i = 2; Files.exists(path); i++) {
      path = Path.of("runs", stamped + "-" + i);
    }
    return path;
  }
}
