package org.costate.cli.worlds;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.costate.control.particles.ClusterLimits;
import org.costate.control.particles.PhaseDiagram;
import org.costate.control.particles.Plateaus;
import org.costate.model.kernel.Kernels;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// What the page of the particles shows behind a run: time against temperature, plateaus, and
/// limits for other value matrices.
///
/// @param phases diagrams over time and temperature
/// @param plateaus waits at rising temperatures
/// @param limits pages of the limits
public record ParticleStudies(
    List<PhaseDiagram> phases, List<Plateaus> plateaus, List<Report.Section> limits) {
  private static final int PARTICLES = 24;
  private static final double WAIT = 3000;
  private static final int WAIT_TIMES = 90;

  public ParticleStudies {
    phases = List.copyOf(phases);
    plateaus = List.copyOf(plateaus);
    limits = List.copyOf(limits);
  }

  /// Diagrams for 24 particles in dimensions 2, 3 and 16, `β` from 0 to 9, times to 40; plateaus on
  /// the circle to time 3000; limits.
  public static ParticleStudies of(long seed, Kernels kernels) {
    List<Double> times = List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0);
    List<Double> betas = List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0);
    return new ParticleStudies(
        IntStream.of(2, 3, 16)
            .mapToObj(d -> PhaseDiagram.of(PARTICLES, d, times, betas, seed, kernels))
            .toList(),
        DoubleStream.of(1, 4, 9, 16)
            .mapToObj(beta -> Plateaus.of(PARTICLES, beta, WAIT, WAIT_TIMES, seed, kernels))
            .toList(),
        LimitsReport.sections(new ClusterLimits(seed, kernels)));
  }

  /// What the page shows.
  public List<Report.Section> sections() {
    List<Report.Section> sections = new ArrayList<>();
    sections.add(diagrams());
    sections.add(waits());
    sections.addAll(limits);
    return sections;
  }

  private Report.Section diagrams() {
    List<Block> blocks = new ArrayList<>();
    for (PhaseDiagram diagram : phases) {
      blocks.add(
          new Block.HeatMap(
              "d = " + diagram.dimension() + ": part of the pairs that have met",
              "t",
              diagram.times().stream().map(ParticleScenes::brief).toList(),
              "beta",
              diagram.betas().stream().map(ParticleScenes::brief).toList(),
              diagram.together(),
              false));
    }
    return new Report.Section(
        "Time against temperature",
        PARTICLES
            + " random particles. At small beta all meet soon. At large beta they gather in a few"
            + " clusters and then wait: plateaus that look like an end and are none.",
        blocks);
  }

  private Report.Section waits() {
    List<Block.Curve> clusters = new ArrayList<>();
    List<Block.Curve> energies = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    for (Plateaus p : plateaus) {
      String name = "beta = " + ParticleScenes.brief(p.beta());
      double[] t = p.times().stream().mapToDouble(at -> at).toArray();
      double[] number = IntStream.of(p.clusters()).asDoubleStream().toArray();
      clusters.add(Block.Curve.joined(name, t, number));
      energies.add(Block.Curve.joined(name, t, p.energies()));
      rows.add(
          List.of(
              ParticleScenes.brief(p.beta()),
              String.valueOf(p.clusters()[p.clusters().length - 1]),
              p.longestWait() > 1 ? "× " + ParticleScenes.brief(p.longestWait()) : "none"));
    }
    Block.Axis time = Block.Axis.log("t");
    return new Report.Section(
        "Metastable plateaus",
        PARTICLES
            + " particles on the circle. At large beta clusters form fast and then hardly move;"
            + " the number of clusters falls, and the energy rises, in steps. A wait at a gap of"
            + " angle a between clusters lasts about e^(beta (1 - cos a)): evenly spread on this"
            + " axis of time. (Geshkovski, Koubbi, Polyanskiy, Rigollet, arXiv 2410.06833)",
        List.of(
            new Block.Lines("Clusters", time, Block.Axis.linear("number"), clusters),
            new Block.Lines("Energy", time, Block.Axis.linear("ln E - beta"), energies),
            new Block.Table(
                "Waits",
                List.of("beta", "clusters at t = 3000", "longest wait, end over beginning"),
                rows)));
  }
}
