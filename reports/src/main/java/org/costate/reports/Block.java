package org.costate.reports;

import java.util.List;

/// One piece of a section of a [Report]. Numbers that are not finite are shown as gaps and written
/// as `null`.
public sealed interface Block {
  /// A paragraph.
  record Text(String text) implements Block {}

  /// Names and values, a line each.
  record Facts(List<Fact> facts) implements Block {
    public Facts {
      facts = List.copyOf(facts);
    }
  }

  /// One line of [Facts].
  record Fact(String name, String value) {}

  /// A headline number in large type, with what it means.
  record Figures(List<Figure> figures) implements Block {
    public Figures {
      figures = List.copyOf(figures);
    }
  }

  /// One headline number.
  record Figure(String value, String meaning) {}

  /// A table; a cell is shown as it is.
  record Table(String title, List<String> columns, List<List<String>> rows) implements Block {
    public Table {
      columns = List.copyOf(columns);
      rows = rows.stream().map(List::copyOf).toList();
    }
  }

  /// Checks with their verdicts.
  record Verdicts(String title, List<Verdict> verdicts) implements Block {
    public Verdicts {
      verdicts = List.copyOf(verdicts);
    }
  }

  /// One check: what was violated by how much against which tolerance, and a witness that it was
  /// not vacuous.
  record Verdict(
      String name,
      String method,
      double violation,
      double tolerance,
      String witness,
      boolean pass) {}

  /// Curves over a common axis.
  record Lines(String title, Axis x, Axis y, List<Curve> curves) implements Block {
    public Lines {
      curves = List.copyOf(curves);
    }
  }

  /// One curve of [Lines].
  ///
  /// @param marks whether its points are drawn and not joined by a line
  record Curve(String name, double[] x, double[] y, boolean marks) {
    /// A joined curve.
    public static Curve joined(String name, double[] x, double[] y) {
      return new Curve(name, x, y, false);
    }

    /// A joined curve over `0, 1, 2, …`.
    public static Curve counted(String name, double[] y) {
      return counted(name, 0, y);
    }

    /// A joined curve over `first, first + 1, …`.
    public static Curve counted(String name, int first, double[] y) {
      double[] x = new double[y.length];
      java.util.Arrays.setAll(x, i -> first + i);
      return new Curve(name, x, y, false);
    }
  }

  /// Bars side by side, a group for every category.
  record Bars(String title, List<String> categories, Axis y, List<Bar> bars) implements Block {
    public Bars {
      categories = List.copyOf(categories);
      bars = List.copyOf(bars);
    }
  }

  /// One colour of bars.
  record Bar(String name, double[] values) {}

  /// A field of colours; `values[row][column]`, row 0 at the bottom.
  ///
  /// @param logarithmic whether colours follow the logarithm of the values
  record HeatMap(
      String title,
      String columnName,
      List<String> columns,
      String rowName,
      List<String> rows,
      double[][] values,
      boolean logarithmic)
      implements Block {
    public HeatMap {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }
  }

  /// Grey pictures side by side; `pixels` row-major in 0 … 1.
  record Pictures(String title, List<Picture> pictures) implements Block {
    public Pictures {
      pictures = List.copyOf(pictures);
    }
  }

  /// One grey picture.
  record Picture(String caption, int rows, int columns, double[] pixels) {}

  /// Drawings in the plane side by side, one unit as long to the right as upwards.
  record Scenes(String title, List<Scene> scenes) implements Block {
    public Scenes {
      scenes = List.copyOf(scenes);
    }
  }

  /// One drawing.
  ///
  /// @param reach what is shown: `[−reach, reach]` in both directions
  /// @param layers from the back to the front
  record Scene(String caption, double reach, List<Layer> layers) {
    public Scene {
      layers = List.copyOf(layers);
    }
  }

  /// Some points of a [Scene], drawn in one way. A number that is not finite ends a line; the next
  /// point begins another.
  record Layer(Form form, Tone tone, double[] x, double[] y) {}

  /// How points are drawn.
  enum Form {
    /// A dot at every point.
    DOTS,
    /// Lines from point to point.
    LINE,
    /// A closed line, its inside tinted.
    AREA
  }

  /// A colour that suits the page, by light and by dark.
  enum Tone {
    /// That of text.
    INK,
    /// That of what matters less.
    FAINT,
    /// The colour of the page.
    ACCENT,
    /// A second colour.
    WARM
  }

  /// An axis.
  ///
  /// @param name what it shows, with its unit
  /// @param logarithmic whether it is scaled by the logarithm
  record Axis(String name, boolean logarithmic) {
    /// A linear axis.
    public static Axis linear(String name) {
      return new Axis(name, false);
    }

    /// A logarithmic axis.
    public static Axis log(String name) {
      return new Axis(name, true);
    }
  }
}
