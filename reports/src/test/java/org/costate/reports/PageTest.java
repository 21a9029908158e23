package org.costate.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PageTest {
  private static final Report REPORT =
      new Report(
          "A run </script><b>",
          "Trained & checked.",
          List.of(
              new Report.Section(
                  "Everything",
                  "One block of each kind.",
                  List.of(
                      new Block.Text("A paragraph with <markup> in it."),
                      new Block.Figures(
                          List.of(
                              new Block.Figure("1.72", "best validation loss"),
                              new Block.Figure("−34 %", "error against persistence"))),
                      new Block.Facts(List.of(new Block.Fact("seed", "1"))),
                      new Block.Table(
                          "Table", List.of("layer", "gain"), List.of(List.of("first", "1.25"))),
                      new Block.Verdicts(
                          "Checks",
                          List.of(
                              new Block.Verdict(
                                  "dot product",
                                  "⟨Jv,w⟩ = ⟨v,Jᵀw⟩",
                                  1e-17,
                                  1e-14,
                                  "‖Jv‖ 3.1",
                                  true),
                              new Block.Verdict(
                                  "taylor", "slope 2", 1.2, 1.95, "13 steps", false))),
                      new Block.Lines(
                          "Loss",
                          Block.Axis.linear("iteration"),
                          Block.Axis.log("loss"),
                          List.of(
                              Block.Curve.counted(
                                  "training", new double[] {3, 2, Double.NaN, 1.5, 1.2}),
                              Block.Curve.counted(
                                  "validation", new double[] {3, 2.2, 2, 1.9, 1.8}))),
                      new Block.Bars(
                          "Gain",
                          List.of("0", "1"),
                          Block.Axis.linear("σ"),
                          List.of(new Block.Bar("attention", new double[] {1, 2}))),
                      new Block.HeatMap(
                          "Costate",
                          "token",
                          List.of("0", "1", "2"),
                          "layer",
                          List.of("0", "1"),
                          new double[][] {{1, 10, 100}, {1000, 0, 1e-3}},
                          true),
                      new Block.Pictures(
                          "Digits",
                          List.of(new Block.Picture("stored", 2, 2, new double[] {0, 1, 1, 0}))),
                      new Block.Scenes(
                          "Plane",
                          List.of(
                              new Block.Scene(
                                  "triangle and a broken line",
                                  1.5,
                                  List.of(
                                      new Block.Layer(
                                          Block.Form.AREA,
                                          Block.Tone.ACCENT,
                                          new double[] {0, 1, -1},
                                          new double[] {1, -1, -1}),
                                      new Block.Layer(
                                          Block.Form.LINE,
                                          Block.Tone.FAINT,
                                          new double[] {0, 1, Double.NaN, -1, 0},
                                          new double[] {0, 1, Double.NaN, 0, 0}),
                                      new Block.Layer(
                                          Block.Form.DOTS,
                                          Block.Tone.WARM,
                                          new double[] {0, 1},
                                          new double[] {0, 1})))))))),
          Map.of("version", "0"));

  @Test
  void holdsTheReportAsDataThatCannotLeaveItsElement() throws Exception {
    String html = Page.html(REPORT);
    String open = "<script type=\"application/json\" id=\"report\">";
    int from = html.indexOf(open) + open.length();
    JsonNode data =
        new JsonMapper().readTree(html.substring(from, html.indexOf("</script>", from)));
    assertEquals(REPORT.title(), data.get("title").textValue());
    JsonNode curve = data.at("/sections/0/blocks/5/curves/0/y");
    assertTrue(curve.get(2).isNull(), "a number that is not finite is null");
    assertEquals(1.5, curve.get(3).doubleValue());
    assertEquals("heatmap", data.at("/sections/0/blocks/7/type").textValue());
    JsonNode layer = data.at("/sections/0/blocks/9/scenes/0/layers/1");
    assertEquals("line", layer.get("form").textValue());
    assertEquals("faint", layer.get("tone").textValue());
    assertTrue(layer.at("/x/2").isNull(), "a gap begins another stroke");
  }

  @Test
  void fetchesNothing() {
    String html = Page.html(REPORT);
    String own = html.substring(0, html.indexOf("application/json"));
    assertFalse(own.contains("<link") || own.contains("url("), "no style sheet from elsewhere");
    assertFalse(html.contains("<script src"), "no script from elsewhere");
    assertTrue(html.contains("echarts"), "the plotting library is inside");
    assertFalse(html.contains("@DATA@") || html.contains("@LIBRARY@") || html.contains("@STYLE@"));
  }

  @Test
  void writesAPageThatCanBeLookedAt() throws Exception {
    Path page = Path.of("target", "page-test.html");
    Files.createDirectories(page.getParent());
    Files.writeString(page, Page.html(REPORT));
    assertTrue(Files.size(page) > 1_000_000, "plotting library and data are inside");
  }
}
