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

class ConvergeTest {
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  private int run(String... args) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("converge"));
    all.addAll(List.of(args));
    return commandLine.execute(all.toArray(String[]::new));
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(Files.readString(folder.resolve("r.json")));
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void ordersComeUnderTheKeysOfTheContract() throws IOException {
    assertEquals(0, run("--json", file("r.json"), "--out", file("run")), err.toString());
    JsonNode rows = json().get("rows");
    for (JsonNode row : rows) {
      assertTrue(row.get("scheme").isTextual());
      assertEquals(row.get("steps").size(), row.get("errors").size());
      if (row.get("claimed").asInt() > 0) {
        assertTrue(row.get("measured").asDouble() > row.get("claimed").asInt() - 0.25);
      }
    }
    String page = Files.readString(folder.resolve("run/report.html"));
    assertTrue(page.contains("strang, tangent"));
  }

  @Test
  void anExperimentIsRefined() throws IOException {
    Path experiment = folder.resolve("e.json");
    Files.writeString(
        experiment,
        """
        {"data": {"kind": "shapes", "samples": 10, "heldOut": 5, "context": 8},
         "model": {"width": 8, "heads": 2}, "time": {"steps": 2}}
        """);
    int code = run(experiment.toString(), "--json", file("r.json"), "--out", file("run"));
    assertEquals(0, code, err.toString());
    assertEquals(2, json().get("rows").size());
    assertEquals(4, json().get("rows").get(0).get("movement").size());
    assertEquals(4, json().get("weight_variation").size());
    assertEquals(2, json().get("velocity").size());
    assertTrue(json().get("sentence").asText().startsWith("This model"));
    String page = Files.readString(folder.resolve("run/report.html"));
    assertTrue(page.contains("Depth refined"));
    assertTrue(page.contains("Which substep does it"), "a section on stability");
  }

  @Test
  void gradientsAtInitialisationHaveTheirSlopes() throws IOException {
    int code = run("--growth", "--json", file("r.json"), "--out", file("run"));
    assertEquals(0, code, err.toString());
    JsonNode rows = json().get("rows");
    assertEquals("pre-norm", rows.get(0).get("arrangement").asText());
    assertEquals(-0.5, rows.get(0).get("last_slope").asDouble(), 0.2);
    assertTrue(rows.get(1).get("last_slope").asDouble() > -0.1);
    assertEquals(6, rows.get(1).get("last_layer").size());
    assertTrue(Files.readString(folder.resolve("run/report.html")).contains("Slopes"));
  }

  @Test
  void badInputIsRefused() {
    assertEquals(2, run("--growth", file("none"), "--out", file("run")));
    assertTrue(err.toString().contains("--growth"), err.toString());
    assertEquals(2, run("--input", file("none"), "--out", file("run")));
    assertTrue(err.toString().contains("--input"), err.toString());
    assertEquals(2, run(file("none"), "--out", file("run")), err.toString());
    assertTrue(Files.notExists(folder.resolve("run")));
  }
}
