package org.costate.reports;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Turns a [Report] into one self-contained page: style, scripts, the plotting library and the
/// report's JSON are all inside, nothing is fetched, so it opens offline, on a phone, and prints.
public final class Page {
  private static final String ECHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

  private Page() {}

  /// The page as HTML.
  public static String html(Report report) {
    return resource("page.html")
        .replace("@TITLE@", escaped(report.title()))
        .replace("@STYLE@", resource("page.css"))
        .replace("@DATA@", Json.compact(report).replace("<", "\\u003c"))
        .replace("@LIBRARY@", inert(resource(ECHARTS)))
        .replace("@CHARTS@", resource("charts.js"))
        .replace("@SCRIPT@", resource("page.js"));
  }

  /// A script that can stand inside a script element: nothing in it can close that element or open
  /// a comment.
  private static String inert(String script) {
    return script.replace("</script", "<\\/script").replace("<!--", "\\x3c!--");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "report page: found no resource " + name + ", expected it on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("report page: cannot read resource " + name, e);
    }
  }
}
