package org.costate.model.file;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.costate.model.InputException;

/// A file that appears under its name only when it is complete: it is written beside the target,
/// forced to the disk, and renamed. Closing without [#commit] removes what was written and leaves
/// the target as it was.
public final class AtomicFile implements AutoCloseable {
  private final Path target;
  private final Path beside;
  private final FileChannel channel;
  private boolean committed;

  private AtomicFile(Path target, Path beside, FileChannel channel) {
    this.target = target;
    this.beside = beside;
    this.channel = channel;
  }

  /// Opens a file beside `target`, whose folder must exist.
  ///
  /// @throws InputException if nothing can be written there
  public static AtomicFile replacing(Path target) {
    Path absolute = target.toAbsolutePath();
    if (Files.isDirectory(absolute)) {
      throw new InputException(target + ": found a folder", "a file name", "");
    }
    String process = Long.toString(ProcessHandle.current().pid());
    String thread = Long.toString(Thread.currentThread().threadId());
    Path beside =
        absolute.resolveSibling("." + absolute.getFileName() + "." + process + "-" + thread);
    try {
      Files.deleteIfExists(beside);
      return new AtomicFile(absolute, beside, FileChannel.open(beside, CREATE_NEW, READ, WRITE));
    } catch (IOException e) {
      throw FileTrouble.writing(target, e);
    }
  }

  /// Writes `bytes` as the whole content of `target`.
  ///
  /// @throws InputException if that is not possible; the target is then as it was
  public static void write(Path target, byte[] bytes) {
    try (AtomicFile file = replacing(target)) {
      file.append(ByteBuffer.wrap(bytes));
      file.commit();
    }
  }

  /// Writes `text` in UTF-8 as the whole content of `target`.
  ///
  /// @throws InputException if that is not possible; the target is then as it was
  public static void write(Path target, String text) {
    write(target, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Where the content goes until it is committed.
  public FileChannel channel() {
    return channel;
  }

  /// Appends all that remains in `bytes`.
  ///
  /// @throws InputException if the disk is full or the file cannot be written
  public void append(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw FileTrouble.writing(target, e);
    }
  }

  /// Forces the content to the disk and gives the file its name.
  ///
  /// @throws InputException if that is not possible; the target is then as it was
  public void commit() {
    try {
      channel.force(true);
      channel.close();
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      committed = true;
      force(target.getParent());
    } catch (IOException e) {
      throw FileTrouble.writing(target, e);
    }
  }

  /// A rename is on the disk only when its folder is.
  static void force(Path folder) throws IOException {
    if (!System.getProperty("os.name", "").startsWith("Windows")) {
      try (FileChannel entry = FileChannel.open(folder, READ)) {
        entry.force(true);
      }
    }
  }

  @Override
  public void close() {
    if (committed) {
      return;
    }
    try {
      channel.close();
      Files.deleteIfExists(beside);
    } catch (IOException e) {
      throw FileTrouble.writing(target, e);
    }
  }
}
