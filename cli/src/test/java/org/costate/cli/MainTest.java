package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    return commandLine.execute(args);
  }

  @Test
  void versionNamesTheProjectAndTheJvm() {
    assertEquals(0, run("--version"));
    String first = out.toString().lines().findFirst().orElseThrow();
    assertTrue(first.matches("costate \\d+\\.\\d+\\.\\d+\\S* · .*\\b25\\b.*"), first);
    assertEquals("", err.toString());
  }

  @Test
  void helpGoesToStandardOutput() {
    assertEquals(0, run("--help"));
    assertTrue(out.toString().contains("Usage: costate"), out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void noVerbIsWrongUsage() {
    assertEquals(2, run());
    assertEquals("", out.toString());
    assertTrue(err.toString().contains("Maybe costate --help?"), err.toString());
  }

  @Test
  void unknownOptionIsWrongUsage() {
    assertEquals(2, run("--verson"));
    assertEquals("", out.toString());
    assertTrue(err.toString().contains("--verson"), err.toString());
    assertTrue(err.toString().contains("--version"), err.toString());
  }
}
