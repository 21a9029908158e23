package org.costate.cli.run;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Optional;
import org.costate.model.InputException;
import org.costate.model.file.AtomicFile;

/// The folder a run writes into. Every file appears under its final name whole or not at all: it is
/// written beside, forced to disk, then renamed.
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

  /// The folder of a job that is begun or taken up again; made if there is none.
  ///
  /// @throws InputException if it cannot be made
  public static RunFolder reopen(Path path) {
    try {
      Files.createDirectories(path);
    } catch (FileAlreadyExistsException e) {
      throw new InputException(path + ": found a file", "a folder", "Maybe another --out?", e);
    } catch (IOException e) {
      throw unwritable(path, e);
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
    AtomicFile.write(file(name), text);
    return file(name);
  }

  /// Removes a folder that this run wrote earlier, with all that is in it.
  public static void removeTree(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var entries = Files.walk(folder)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    } catch (IOException e) {
      throw unwritable(folder, e);
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
