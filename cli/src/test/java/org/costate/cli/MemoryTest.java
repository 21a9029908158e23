package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MemoryTest {
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  private int run(String... args) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of(args));
    all.addFirst("memory");
    return commandLine.execute(all.toArray(String[]::new));
  }

  @Test
  void capacitiesAndCompletedImagesAreShown() throws IOException {
    Path csv =
        Files.writeString(
            folder.resolve("images.csv"),
            "a,b,c,d,label\n0,16,0,16,one\n16,0,16,0,two\n0,15,0,16,one\n");
    int code =
        run(
            "--seeds",
            "2",
            "--data",
            csv.toString(),
            "--out",
            folder.resolve("run").toString(),
            "--json",
            folder.resolve("r.json").toString(),
            "--quiet");
    assertEquals(0, code, err.toString());
    JsonNode json = new ObjectMapper().readTree(Files.readString(folder.resolve("r.json")));
    for (JsonNode row : json.get("rows")) {
      assertTrue(row.get("capacity").asDouble() >= 1, row.toString());
      assertTrue(row.get("low").asDouble() <= row.get("capacity").asDouble(), row.toString());
      assertTrue(row.get("high").asDouble() >= row.get("capacity").asDouble(), row.toString());
      assertTrue(row.get("theory").asDouble() > 0, row.toString());
      assertTrue(row.get("d").asInt() >= 6 && row.get("energy").isTextual(), row.toString());
    }
    assertEquals(5, json.get("exponents").size());
    assertEquals(2, json.at("/images/3/images").asInt());
    assertEquals(2, json.at("/images/3/found").asInt());
    assertTrue(Files.readString(folder.resolve("run/report.html")).contains("Completing images"));
  }

  @Test
  void badInputIsNamedAndNothingIsWritten() throws IOException {
    Path three = Files.writeString(folder.resolve("three.csv"), "a,b,c,label\n1,2,3,x\n");
    assertRefused("from 2 to 1000", "--seeds", "1");
    assertRefused("square image", "--data", three.toString());
    assertRefused("found no column `class`", "--data", three.toString(), "--label", "class");
  }

  private void assertRefused(String found, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--out", folder + "/none", "--json", folder + "/none.json"));
    err.getBuffer().setLength(0);
    assertEquals(2, run(all.toArray(String[]::new)), err.toString());
    assertTrue(err.toString().contains(found), err.toString());
    assertTrue(Files.notExists(folder.resolve("none")));
    assertTrue(Files.notExists(folder.resolve("none.json")));
  }
}
