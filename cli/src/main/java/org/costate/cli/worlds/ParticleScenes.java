package org.costate.cli.worlds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.costate.control.particles.Trajectory;
import org.costate.reports.Block;

/// Drawings of tokens in the plane and on the sphere.
final class ParticleScenes {
  private static final int MOST_FRAMES = 12;
  private static final int OUTLINE = 72;
  private static final double MARGIN = 1.08;

  private ParticleScenes() {}

  /// A film strip of particles on the circle (`d = 2`) or the sphere seen along its third axis
  /// (`d = 3`): those on the far half are pale.
  static Block film(Trajectory run, int d) {
    List<Block.Scene> frames = new ArrayList<>();
    int stride = Math.max(1, (run.times().size() + MOST_FRAMES - 1) / MOST_FRAMES);
    for (int k = 0; k < run.times().size(); k += stride) {
      double[] x = run.positions().get(k);
      List<Block.Layer> layers = new ArrayList<>();
      layers.add(circle());
      if (d == 3) {
        layers.add(half(x, false));
      }
      layers.add(d == 3 ? half(x, true) : dots(Block.Tone.ACCENT, x, 2));
      frames.add(new Block.Scene(time(run.times().get(k)), MARGIN, layers));
    }
    return new Block.Scenes("Positions", frames);
  }

  static String time(double t) {
    return String.format(Locale.ROOT, "t = %s", brief(t));
  }

  /// A number without zeros behind it.
  static String brief(double value) {
    String text = String.format(Locale.ROOT, "%.3g", value);
    return text.contains(".") && !text.contains("e")
        ? text.replaceAll("0+$", "").replaceAll("\\.$", "")
        : text;
  }

  private static Block.Layer circle() {
    DoubleUnaryOperator angle = i -> 2 * Math.PI * i / OUTLINE;
    double[] x = new double[OUTLINE];
    double[] y = new double[OUTLINE];
    Arrays.setAll(x, i -> rounded(Math.cos(angle.applyAsDouble(i)), 1));
    Arrays.setAll(y, i -> rounded(Math.sin(angle.applyAsDouble(i)), 1));
    return new Block.Layer(Block.Form.AREA, Block.Tone.FAINT, x, y);
  }

  private static Block.Layer half(double[] x, boolean near) {
    double[] some = new double[2 * x.length / 3];
    int count = 0;
    for (int i = 0; i < x.length / 3; i++) {
      if (x[3 * i + 2] >= 0 == near) {
        some[count++] = x[3 * i];
        some[count++] = x[3 * i + 1];
      }
    }
    Block.Tone tone = near ? Block.Tone.ACCENT : Block.Tone.FAINT;
    return dots(tone, Arrays.copyOf(some, count), 1);
  }

  /// A dot for every row of `[n, 2]`.
  ///
  /// @param reach size of the drawing, which says how many digits are kept
  static Block.Layer dots(Block.Tone tone, double[] points, double reach) {
    return layer(Block.Form.DOTS, tone, points, reach);
  }

  /// Rows of `[n, 2]` drawn in one way; a number that is not finite parts lines.
  static Block.Layer layer(Block.Form form, Block.Tone tone, double[] points, double reach) {
    double[] x = new double[points.length / 2];
    double[] y = new double[points.length / 2];
    for (int i = 0; i < x.length; i++) {
      x[i] = rounded(points[2 * i], reach);
      y[i] = rounded(points[2 * i + 1], reach);
    }
    return new Block.Layer(form, tone, x, y);
  }

  /// To a two-thousandth of the drawing: finer than can be seen.
  static double rounded(double value, double reach) {
    double scale = Math.pow(10, 3 - Math.floor(Math.log10(reach)));
    return Double.isFinite(value) ? Math.rint(value * scale) / scale : value;
  }
}
