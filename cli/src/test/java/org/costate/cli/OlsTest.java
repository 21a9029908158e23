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

class OlsTest {
  private static final String DATA =
      "a,kind,b,y\n1,u,2,6\n2,v,1,15\n3,u,0,8\n4,v,5,23\n5,u,3,15\n6,v,4,26\n";

  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  private int run(String... args) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of(args));
    all.addFirst("ols");
    return commandLine.execute(all.toArray(String[]::new));
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(Files.readString(folder.resolve("r.json")));
  }

  /// `y = 2 + 2 a + b + 8 [kind = v]`.
  @Test
  void columnsAreFittedByName() throws IOException {
    int code =
        run(
            "--data",
            file("d.csv", DATA),
            "--target",
            "y",
            "--one-hot",
            "kind",
            "--predict",
            file("new.csv", "b,extra,kind,a\n1,?,v,10\n1,?,u,0\n"),
            "--out",
            folder.resolve("run").toString(),
            "--json",
            folder + "/r.json");
    assertEquals(0, code, err.toString());
    JsonNode json = json();
    assertEquals(2, json.at("/coefficients/intercept").asDouble(), 1e-12);
    assertEquals(2, json.at("/coefficients/a").asDouble(), 1e-12);
    assertEquals(1, json.at("/coefficients/b").asDouble(), 1e-12);
    assertEquals(8, json.at("/coefficients/kind=v").asDouble(), 1e-12);
    assertEquals(1, json.get("r2").asDouble(), 1e-12);
    assertEquals(3, json.get("rank").asInt());
    assertTrue(json.at("/agreement/violation").asDouble() <= 1e-10);
    assertEquals(31, json.at("/predictions/0").asDouble(), 1e-11);
    assertEquals(3, json.at("/predictions/1").asDouble(), 1e-11);
    assertTrue(Files.readString(folder.resolve("run/report.html")).contains("Coefficients"));
  }

  /// The table of the examples was made with 2.4 for the area, 6 for a room, −0.35 for a year and
  /// 35 between districts: each within three standard errors.
  @Test
  void theExampleIsFitted() throws IOException {
    Path examples = Path.of("..", "examples");
    int code =
        run(
            "--data",
            examples.resolve("houses.csv").toString(),
            "--target",
            "price",
            "--one-hot",
            "district",
            "--predict",
            examples.resolve("new-houses.csv").toString(),
            "--no-report",
            "--json",
            folder + "/r.json");
    assertEquals(0, code, err.toString());
    assertNear(2.4, "area");
    assertNear(6, "rooms");
    assertNear(-0.35, "age");
    assertNear(35, "district=hill");
    assertNear(70, "district=old town");
    assertEquals(243, json().at("/predictions/0").asDouble(), 15);
    assertEquals(401, json().at("/predictions/1").asDouble(), 15);
  }

  private void assertNear(double made, String name) throws IOException {
    double error = json().at("/standard_errors/" + name).asDouble();
    assertTrue(error > 0, name);
    assertEquals(made, json().at("/coefficients/" + name).asDouble(), 3 * error, name);
  }

  @Test
  void dependentColumnsAreReported() throws IOException {
    String twice = "a,b,y\n1,2,3\n2,4,5\n3,6,8\n4,8,8\n";
    assertEquals(0, fitted("twice", twice), err.toString());
    assertEquals(1, json().get("rank").asInt());
    assertTrue(json().get("collinear").asBoolean());
    assertTrue(json().at("/standard_errors/intercept").asDouble() > 0);
    assertTrue(page("twice").contains("rank 1 of 2"));
    String near = "a,b,y\n1,2,3\n2,4.001,5\n3,6,8\n4,8,8\n5,10.001,9\n";
    assertEquals(0, fitted("near", near), err.toString());
    assertEquals(2, json().get("rank").asInt());
    assertTrue(json().get("condition").asDouble() > 1e4);
    assertTrue(page("near").contains("collinear (condition number"));
  }

  private int fitted(String name, String csv) throws IOException {
    String out = folder.resolve(name).toString();
    String json = folder + "/r.json";
    return run("--data", file("d.csv", csv), "--target", "y", "--out", out, "--json", json);
  }

  private String page(String name) throws IOException {
    return Files.readString(folder.resolve(name + "/report.html"));
  }

  @Test
  void badInputNamesRowAndColumn() throws IOException {
    String d = file("d.csv", DATA);
    assertRefused("found no --target", "--data", d);
    assertRefused("--data FILE.csv", "--target", "y");
    assertRefused("Maybe \"y\"?", "--data", d, "--target", "yy", "--ignore", "kind");
    assertRefused("row 1, column `kind`: found `u`", "--data", d, "--target", "y");
    assertRefused("--one-hot", "--data", d, "--target", "y");
    String nan = file("nan.csv", "a,y\n1,2\nNaN,3\n4,5\n");
    assertRefused("row 2, column `a`: found `NaN`", "--data", nan, "--target", "y");
    String constant = file("c.csv", "a,c,y\n1,0.1,2\n2,0.1,3\n4,0.1,5\n");
    assertRefused("column `c` constant", "--data", constant, "--target", "y");
    String huge = file("h.csv", "a,y\n1e300,2\n2e300,3\n4e300,5\n");
    assertRefused("column `a`: found the magnitude 1.0E300", "--data", huge, "--target", "y");
    assertRefused("column `a`: found the magnitude", "--data", huge, "--target", "a");
    assertRefused("from 0 to 1.0E100", "--ridge", "1e308");
    String few = file("few.csv", "a,b,c,y\n1,2,3,4\n2,3,5,5\n");
    assertRefused("rows: found 2 for 4 coefficients", "--data", few, "--target", "y");
    assertRefused("ridge", "--ridge", "-1");
    assertRefused("missing.csv", "--data", folder + "/missing.csv", "--target", "y");
    String other = file("new.csv", "a,b,kind\n1,2,w\n");
    assertRefused(
        "found `w`", "--data", d, "--target", "y", "--one-hot", "kind", "--predict", other);
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
