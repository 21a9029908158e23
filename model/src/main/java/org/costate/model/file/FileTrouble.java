package org.costate.model.file;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import org.costate.model.InputException;

/// Turns what the file system reports into what a person can act on.
public final class FileTrouble {
  private FileTrouble() {}

  /// The error for a file or folder that could not be read.
  public static InputException reading(Path path, IOException e) {
    return new InputException(path + ": found " + reason(e), "a file that can be read", "", e);
  }

  /// The error for a file or folder that could not be written.
  public static InputException writing(Path path, IOException e) {
    return new InputException(
        path + ": found " + reason(e),
        "to write there",
        "Maybe choose another folder or make room.",
        e);
  }

  /// A name from a file, made fit to print: control characters are shown as numbers, long ones cut.
  public static String printable(String name) {
    StringBuilder shown = new StringBuilder();
    int end = Math.min(name.length(), 120);
    for (int i = 0; i < end; i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
        shown.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return end < name.length() ? shown + "…" : shown.toString();
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file or folder";
      case AccessDeniedException _ -> "no permission";
      case NotDirectoryException _ -> "no folder";
      case FileAlreadyExistsException _ -> "a file in the way";
      case DirectoryNotEmptyException _ -> "a folder that is not empty";
      case CharacterCodingException _ -> "bytes that are not UTF-8";
      default -> {
        String message = e.getMessage();
        yield message == null ? e.getClass().getSimpleName() : printable(message);
      }
    };
  }
}
