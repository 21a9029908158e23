package org.costate.cli.worlds;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.costate.control.particles.Observation;
import org.costate.control.particles.OrthogonalStart;
import org.costate.control.particles.ParticleFlow;
import org.costate.control.particles.PhaseDiagram;
import org.costate.control.particles.Trajectory;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// The page of a run of particles.
public final class ParticlesReport {
  private ParticlesReport() {}

  /// What the page shows.
  ///
  /// @param orthogonal whether the particles began orthogonal, where there is a theory for the
  ///     curve
  /// @param studies what is shown behind the run itself, or nothing
  public static List<Report.Section> sections(
      ParticleFlow flow,
      Trajectory run,
      List<Block.Verdict> verdicts,
      boolean orthogonal,
      Optional<ParticleStudies> studies) {
    List<Report.Section> sections = new ArrayList<>();
    sections.add(result(flow, run, verdicts));
    sections.add(curves(flow, run, orthogonal));
    if (flow.dimension() <= 3) {
      sections.add(film(flow, run));
    }
    studies.ifPresent(found -> sections.addAll(found.sections()));
    return sections;
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
    List<Observation> seen = run.course();
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
    return new Report.Section(
        "Film strip",
        flow.dimension() == 2
            ? "The circle at the chosen times."
            : "The sphere at the chosen times, seen along the third axis: particles on the far half"
                + " are pale.",
        List.of(ParticleScenes.film(run, flow.dimension())));
  }
}
