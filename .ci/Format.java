import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Checks (`check ROOT STAMP`) or puts right (`write ROOT STAMP`) the format of every Java file of
/// the project. The file STAMP marks the last time that all was well; older files are not read
/// again.
///
/// The style is google-java-format's, with one step before it: `///` lines over 100 columns are
/// wrapped into further `///` lines. The formatter alone would go on with `//`, which detaches a
/// documentation comment from what it documents.
final class Format {
  private static final int COLUMNS = 100;
  private static final Pattern DOCUMENTATION = Pattern.compile("( */// *)((?:[-*]|\\d+\\.) )?(.*)");

  private Format() {}

  public static void main(String[] args) throws IOException {
    boolean write = args[0].equals("write");
    Path root = Path.of(args[1]).normalize();
    Path stamp = Path.of(args[2]);
    FileTime start = FileTime.from(Instant.now());
    List<Path> wrong =
        changed(sources(root), stamp).parallelStream()
            .filter(file -> differs(file, write))
            .sorted(Comparator.naturalOrder())
            .toList();
    wrong.forEach(
        file ->
            System.err.println((write ? "formatted " : "not formatted: ") + root.relativize(file)));
    if (!write && !wrong.isEmpty()) {
      System.err.println("Put it right with: mvn -N -Pformat process-sources");
      System.exit(1);
    }
    Files.createDirectories(stamp.getParent());
    Files.writeString(stamp, "");
    Files.setLastModifiedTime(stamp, start);
  }

  private static List<Path> changed(List<Path> files, Path stamp) throws IOException {
    if (!Files.exists(stamp)) {
      return files;
    }
    FileTime last = Files.getLastModifiedTime(stamp);
    List<Path> changed = new ArrayList<>();
    for (Path file : files) {
      if (Files.getLastModifiedTime(file).compareTo(last) >= 0) {
        changed.add(file);
      }
    }
    return changed;
  }

  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !root.relativize(file).toString().matches("(.*/)?target/.*"))
          .toList();
    }
  }

  private static boolean differs(Path file, boolean write) {
    try {
      String before = Files.readString(file);
      String after = new Formatter().formatSourceAndFixImports(wrapDocumentation(before));
      boolean differs = !after.equals(before);
      if (differs && write) {
        Files.writeString(file, after);
      }
      return differs;
    } catch (FormatterException e) {
      throw new IllegalStateException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String wrapDocumentation(String source) {
    return String.join(
        "\n", Stream.of(source.split("\n", -1)).flatMap(line -> wrap(line).stream()).toList());
  }

  private static List<String> wrap(String line) {
    Matcher parts = DOCUMENTATION.matcher(line);
    // A row of a table cannot be continued on another line.
    if (line.length() <= COLUMNS || !parts.matches() || parts.group(3).startsWith("|")) {
      return List.of(line);
    }
    String item = Optional.ofNullable(parts.group(2)).orElse("");
    String indent = parts.group(1) + " ".repeat(item.length());
    List<String> lines = new ArrayList<>();
    String head = parts.group(1) + item;
    StringBuilder current = new StringBuilder(head);
    for (String word : parts.group(3).split(" +")) {
      if (current.length() > head.length() && current.length() + 1 + word.length() > COLUMNS) {
        lines.add(current.toString());
        head = indent;
        current = new StringBuilder(indent);
      }
      current.append(current.length() > head.length() ? " " : "").append(word);
    }
    lines.add(current.toString());
    return lines;
  }
}
