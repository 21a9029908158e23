package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the README tells people to type works: every `sh` block, in an empty folder that sees the
/// command and the examples. The block that runs the tests is the one that runs this.
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
  private static final String THIS_TEST = "mvn verify\n";
  private static final long PATIENCE_MINUTES = 15;

  @TempDir Path folder;

  @Test
  void everyBlockRuns() throws Exception {
    Path root = root();
    Files.createSymbolicLink(folder.resolve("costate"), root.resolve("costate"));
    Files.createSymbolicLink(folder.resolve("examples"), root.resolve("examples"));
    List<String> blocks = blocks(Files.readString(root.resolve("README.md")));
    assertTrue(blocks.contains(THIS_TEST), "the test command is there");
    assertTrue(blocks.contains("./costate demo\n"), "the first command is there");
    for (String block : blocks) {
      if (!block.equals(THIS_TEST)) {
        run(block);
      }
    }
    assertTrue(
        Files.exists(folder.resolve("runs/plain/report.html")), "the report that is told of");
    assertTrue(
        Files.exists(folder.resolve("runs/plain/model/config.json")), "the model that is told of");
  }

  private void run(String block) throws Exception {
    Path output = folder.resolve("output.txt");
    Process shell =
        new ProcessBuilder("bash", "-e", "-c", block)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    shell.getOutputStream().close();
    boolean ended = shell.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
    shell.descendants().forEach(ProcessHandle::destroyForcibly);
    assertTrue(ended, "hangs: " + block);
    assertEquals(0, shell.exitValue(), () -> block + read(output));
  }

  private static List<String> blocks(String text) {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }

  private static Path root() {
    Path path = Path.of("").toAbsolutePath();
    while (!Files.exists(path.resolve("costate"))) {
      path = path.getParent();
    }
    return path;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
