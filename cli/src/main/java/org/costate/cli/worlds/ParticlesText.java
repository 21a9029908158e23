package org.costate.cli.worlds;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.costate.control.particles.Observation;
import org.costate.control.particles.ParticleFlow;
import org.costate.control.particles.Trajectory;
import org.costate.reports.Block;

/// What a run of particles prints.
public final class ParticlesText {
  private ParticlesText() {}

  /// What is seen at the chosen times, and the checks.
  public static void print(
      PrintStream out, ParticleFlow flow, Trajectory run, List<Block.Verdict> verdicts) {
    out.printf(
        Locale.ROOT,
        "%d particles on the sphere of R^%d, beta %s, %s%n%n%10s %12s %12s %9s %13s %13s%n",
        flow.particles(),
        flow.dimension(),
        WorldReport.number(flow.interaction().beta()),
        flow.scheme().label(),
        "t",
        "min <x,y>",
        "mean <x,y>",
        "clusters",
        "energy",
        "log energy");
    for (Observation o : run.observations()) {
      out.printf(
          Locale.ROOT,
          "%10.4g %12.6f %12.6f %9d %13s %13s%n",
          o.t(),
          o.minInnerProduct(),
          o.meanInnerProduct(),
          o.clusters(),
          WorldReport.number(o.energy()),
          WorldReport.number(o.logEnergy()));
    }
    out.println();
    WorldReport.print(out, verdicts);
  }

  /// When the smallest inner product reached a level.
  public static void print(PrintStream out, double level, OptionalDouble crossing) {
    String text = "level       " + WorldReport.number(level);
    out.println(
        crossing.isPresent()
            ? String.format(Locale.ROOT, "%s reached at t = %.6f", text, crossing.getAsDouble())
            : text + " not reached");
  }
}
