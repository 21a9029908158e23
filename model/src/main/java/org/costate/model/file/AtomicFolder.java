package org.costate.model.file;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.costate.model.InputException;

/// A folder that appears under its name only when it is complete: its files are written into a
/// folder beside the target, which is then renamed. Nothing that exists is written over: the target
/// must be absent or an empty folder. Closing without [#commit] removes what was written.
public final class AtomicFolder implements AutoCloseable {
  private final Path target;
  private final Path beside;
  private boolean committed;

  private AtomicFolder(Path target, Path beside) {
    this.target = target;
    this.beside = beside;
  }

  /// Opens a folder beside `target`; missing parents of `target` are made.
  ///
  /// @throws InputException if `target` is in use or nothing can be written there
  public static AtomicFolder creating(Path target) {
    Path absolute = target.toAbsolutePath().normalize();
    try {
      if (Files.exists(absolute) && !isEmptyFolder(absolute)) {
        throw new InputException(
            target + ": found files already there",
            "a new or empty folder",
            "Maybe choose another name or remove it first.");
      }
      Files.createDirectories(absolute.getParent());
      String process = Long.toString(ProcessHandle.current().pid());
      String moment = Long.toString(System.nanoTime(), 36);
      Path beside =
          absolute.resolveSibling("." + absolute.getFileName() + "." + process + "-" + moment);
      return new AtomicFolder(absolute, Files.createDirectory(beside));
    } catch (IOException e) {
      throw FileTrouble.writing(target, e);
    }
  }

  private static boolean isEmptyFolder(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries.findAny().isEmpty();
    }
  }

  /// Where a file of this folder is to be written until the folder is committed.
  public Path file(String name) {
    return beside.resolve(name);
  }

  /// Gives the folder its name.
  ///
  /// @throws InputException if that is not possible
  public void commit() {
    try {
      AtomicFile.force(beside);
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
      committed = true;
      AtomicFile.force(target.getParent());
    } catch (IOException e) {
      throw FileTrouble.writing(target, e);
    }
  }

  @Override
  public void close() {
    if (committed) {
      return;
    }
    try {
      Files.walkFileTree(beside, new Removal());
    } catch (IOException e) {
      throw FileTrouble.writing(beside, e);
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
      if (e != null) {
        throw e;
      }
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
