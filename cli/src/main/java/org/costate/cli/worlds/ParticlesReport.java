package org.costate.cli.worlds;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.costate.control.particles.Observation;
import org.costate.control.particles.OrthogonalStart;
import org.costate.control.particles.ParticleFlow;
import org.costate.control.particles.PhaseDiagram;
import org.costate.control.particles.Trajectory;
import org.costate.model.kernel.Kernels;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// The page of a run of particles.
public final class ParticlesReport {
  private static final int PIXELS = 72;

  private ParticlesReport() {}

  /// What the page shows.
  ///
  /// @param phases diagrams over time and temperature, or none
  /// @param orthogonal whether the particles began orthogonal, where there is a theory for the
  /// curve
  public static List<Report.Section> sections(
      ParticleFlow flow,
      Trajectory run,
      List<Block.Verdict> verdicts,
      boolean orthogonal,
      List<PhaseDiagram> phases) {
    List<Report.Section> sections = new ArrayList<>();
    sections.add(result(flow, run, verdicts));
    sections.add(curves(flow, run, orthogonal));
    if (flow.dimension() <= 3) {
      sections.add(film(flow, run));
    }
    if (!phases.isEmpty()) {
      sections.add(phases(phases));
    }
    return sections;
  }

  /// Diagrams for 24 particles in dimensions 2, 3 and 16, `β` from 0 to 9, times to 40.
  public static List<PhaseDiagram> phases(long seed, Kernels kernels) {
    List<Double> times = List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0);
    List<Double> betas = List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0);
    return IntStream.of(2, 3, 16)
        .mapToObj(d -> PhaseDiagram.of(24, d, times, betas, seed, kernels))
        .toList();
  }

  private static Report.Section phases(List<PhaseDiagram> diagrams) {
    List<Block> blocks = new ArrayList<>();
    for (PhaseDiagram diagram : diagrams) {
      blocks.add(
          new Block.HeatMap(
              "d = " + diagram.dimension() + ": part of the pairs that have met",
              "t",
              diagram.times().stream().map(ParticlesReport::brief).toList(),
              "beta",
              diagram.betas().stream().map(ParticlesReport::brief).toList(),
              diagram.together(),
              false));
    }
    return new Report.Section(
        "Time against temperature",
        "24 random particles. At small beta all meet soon. At large beta they gather in a few"
            + " clusters and then wait: plateaus that look like an end and are none.",
        blocks);
  }

  private static String brief(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  private static Report.Section result(
      ParticleFlow flow, Trajectory run, List<Block.Verdict> verdicts) {
    Observation last = run.observations().getLast();
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Block.Figures(
            List.of(
                new Block.Figure(String.valueOf(last.clusters()), "clusters at the end"),
                new Block.Figure(
                    WorldReport.number(last.minInnerProduct()), "smallest inner product"),
                new Block.Figure(
                    WorldReport.number(last.meanInnerProduct()), "mean inner product"))));
    List<List<String>> rows =
        run.observations().stream()
            .map(
                o ->
                    List.of(
                        WorldReport.number(o.t()),
                        WorldReport.number(o.minInnerProduct()),
                        WorldReport.number(o.meanInnerProduct()),
                        String.valueOf(o.clusters()),
                        WorldReport.number(o.energy()),
                        WorldReport.number(o.logEnergy())))
            .toList();
    blocks.add(
        new Block.Table(
            "What is seen at the chosen times",
            List.of("t", "min <x, y>", "mean <x, y>", "clusters", "E", "ln E"),
            rows));
    blocks.add(
        new Block.Facts(
            List.of(
                new Block.Fact(
                    "particles", flow.particles() + " on the sphere of R^" + flow.dimension()),
                new Block.Fact("beta", WorldReport.number(flow.interaction().beta())),
                new Block.Fact(
                    "attention", flow.interaction().normalised() ? "normalised" : "not normalised"),
                new Block.Fact(
                    "probability of a start in one hemisphere",
                    WorldReport.number(
                        PhaseDiagram.hemisphere(flow.particles(), flow.dimension()))),
                new Block.Fact(
                    "rate at which the last meet, 1 - min <x, y> ~ e^(-rt)",
                    WorldReport.number(run.rate())),
                new Block.Fact("scheme", flow.scheme().label() + ", " + run.steps() + " steps"))));
    blocks.add(new Block.Verdicts("Checks", verdicts));
    return new Report.Section(
        "Particles",
        "Tokens under self-attention and layer normalisation alone: points on a sphere that attract"
            + " each other.",
        blocks);
  }

  private static Report.Section curves(ParticleFlow flow, Trajectory run, boolean orthogonal) {
    List<Observation> seen = run.observations();
    double[] t = seen.stream().mapToDouble(Observation::t).toArray();
    List<Block.Curve> products = new ArrayList<>();
    products.add(
        Block.Curve.joined(
            "smallest", t, seen.stream().mapToDouble(Observation::minInnerProduct).toArray()));
    products.add(
        Block.Curve.joined(
            "mean", t, seen.stream().mapToDouble(Observation::meanInnerProduct).toArray()));
    if (orthogonal) {
      OrthogonalStart theory = new OrthogonalStart(flow.particles(), flow.interaction().beta());
      double[] fine = new double[101];
      double[] g = new double[101];
      for (int i = 0; i <= 100; i++) {
        fine[i] = t[t.length - 1] * i / 100;
        g[i] = theory.at(fine[i]);
      }
      products.add(Block.Curve.joined("theory g(t)", fine, g));
    }
    Block.Axis time = Block.Axis.linear("t");
    return new Report.Section(
        "Along time",
        "Inner products rise to 1 where all particles meet; the energy never falls when queries,"
            + " keys and values are the particles themselves.",
        List.of(
            new Block.Lines("Inner products", time, Block.Axis.linear("<x, y>"), products),
            new Block.Lines(
                "Interaction energy",
                time,
                Block.Axis.linear("ln E"),
                List.of(
                    Block.Curve.joined(
                        "ln E", t, seen.stream().mapToDouble(Observation::logEnergy).toArray()))),
            new Block.Lines(
                "Clusters",
                time,
                Block.Axis.linear("number"),
                List.of(
                    Block.Curve.joined(
                        "clusters",
                        t,
                        seen.stream().mapToDouble(Observation::clusters).toArray())))));
  }

  private static Report.Section film(ParticleFlow flow, Trajectory run) {
    int d = flow.dimension();
    List<Block.Picture> pictures = new ArrayList<>();
    int stride = Math.max(1, (run.times().size() + 11) / 12);
    for (int k = 0; k < run.times().size(); k += stride) {
      pictures.add(
          new Block.Picture(
              String.format(Locale.ROOT, "t = %.3g", run.times().get(k)),
              PIXELS,
              PIXELS,
              picture(run.positions().get(k), d)));
    }
    return new Report.Section(
        "Film strip",
        d == 2
            ? "The circle at the chosen times."
            : "The sphere at the chosen times, seen along the third axis: particles on the near"
                + " half are dark, those on the far half pale.",
        List.of(new Block.Pictures("Positions", pictures)));
  }

  /// The outline of the sphere and a dot for every particle; 1 is ink.
  static double[] picture(double[] x, int d) {
    double[] pixels = new double[PIXELS * PIXELS];
    double radius = PIXELS / 2.0 - 4;
    for (int a = 0; a < 720; a++) {
      double angle = Math.toRadians(a / 2.0);
      dot(pixels, radius * Math.cos(angle), radius * Math.sin(angle), 0, 0.2);
    }
    for (int i = 0; i < x.length / d; i++) {
      double ink = d == 2 || x[i * d + 2] >= 0 ? 1 : 0.45;
      dot(pixels, radius * x[i * d], radius * x[i * d + 1], 1, ink);
    }
    return pixels;
  }

  private static void dot(double[] pixels, double x, double y, int size, double ink) {
    int column = (int) Math.round(PIXELS / 2.0 + x);
    int row = (int) Math.round(PIXELS / 2.0 - y);
    for (int r = row - size; r <= row + size; r++) {
      for (int c = column - size; c <= column + size; c++) {
        if (r >= 0 && c >= 0 && r < PIXELS && c < PIXELS) {
          pixels[r * PIXELS + c] = Math.max(ink, pixels[r * PIXELS + c]);
        }
      }
    }
  }
}
