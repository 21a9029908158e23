package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.Map;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.safetensors.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ParticlesTest {
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  private int run(String... args) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of(args));
    all.addFirst("particles");
    return commandLine.execute(all.toArray(String[]::new));
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(Files.readString(folder.resolve("r.json")));
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void pointsFromAFileAreFollowedToTheChosenTimes() throws IOException {
    double[] x = {1, 0, 0, 1, -0.6, 0.8};
    SafetensorsWriter.write(
        folder.resolve("in.safetensors"),
        List.of(Tensor.ofDoubles("points", List.of(3, 2), x)),
        Map.of());
    int code =
        run(
            "--points",
            file("in.safetensors") + ":points",
            "--beta",
            "0",
            "--times",
            "0,1,50",
            "--tensors",
            file("out.safetensors"),
            "--json",
            file("r.json"),
            "--no-report");
    assertEquals(0, code, err.toString());
    try (SafetensorsFile out = SafetensorsFile.open(folder.resolve("out.safetensors"))) {
      assertEquals(List.of(3, 3, 2), out.require("x").shape());
      double[] all = out.doubles("x");
      assertArrayEquals(x, java.util.Arrays.copyOf(all, 6), 1e-15);
    }
    JsonNode times = json().get("times");
    assertEquals(3, times.size());
    assertEquals(-0.6, times.get(0).get("min_inner_product").asDouble(), 1e-15);
    assertEquals(3, times.get(0).get("clusters").asInt());
    JsonNode last = times.get(2);
    assertEquals(50, last.get("t").asDouble());
    assertEquals(1, last.get("mean_inner_product").asDouble(), 1e-9);
    assertEquals(1, last.get("clusters").asInt());
    assertEquals(last.get("mean_inner_product").asDouble() / 2, last.get("energy").asDouble());
  }

  @Test
  void anEnergyThatOverflowsIsNullBesideItsLogarithm() throws IOException {
    int code =
        run(
            "--n",
            "4",
            "--beta",
            "1e5",
            "--times",
            "0,0.1",
            "--json",
            file("r.json"),
            "--no-report");
    assertEquals(0, code, err.toString());
    JsonNode first = json().get("times").get(0);
    assertTrue(first.get("energy").isNull());
    assertTrue(first.get("log_energy").asDouble() > 9e4);
  }

  @Test
  void aPageShowsFilmAndChecks() throws IOException {
    int code =
        run(
            "--start",
            "orthogonal",
            "--n",
            "3",
            "--times",
            "0,1",
            "--level",
            "0.5",
            "--out",
            file("run"),
            "--json",
            file("r.json"));
    assertEquals(0, code, err.toString());
    String page = Files.readString(folder.resolve("run/report.html"));
    assertTrue(page.contains("Film strip"));
    assertTrue(page.contains("g(t) from an orthogonal start"));
    assertTrue(json().get("crossing").asDouble() > 0.1);
  }

  @Test
  void badInputIsNamedAndNothingIsWritten() {
    assertRefused("beta: found -1.0", "--beta", "-1");
    assertRefused("found n = 1", "--n", "1");
    assertRefused("found d = 1", "--d", "1");
    assertRefused("times", "--times", "2,1");
    assertRefused("step", "--step", "0");
    assertRefused("Maybe \"rk4\"", "--scheme", "rk");
    assertRefused("FILE:TENSOR", "--points", "x");
    assertRefused("--times", "--times", "a");
  }

  private void assertRefused(String found, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--out", file("none"), "--json", file("none.json")));
    all.addAll(List.of("--tensors", file("none.safetensors")));
    err.getBuffer().setLength(0);
    assertEquals(2, run(all.toArray(String[]::new)), err.toString());
    assertTrue(err.toString().contains(found), err.toString());
    assertTrue(Files.notExists(folder.resolve("none")));
    assertTrue(Files.notExists(folder.resolve("none.json")));
    assertTrue(Files.notExists(folder.resolve("none.safetensors")));
  }
}
