package org.costate.cli.worlds;

import java.util.ArrayList;
import java.util.List;
import org.costate.control.particles.Observation;
import org.costate.control.particles.OrthogonalStart;
import org.costate.control.particles.ParticleFlow;
import org.costate.control.particles.Trajectory;
import org.costate.reports.Block;

/// What is checked in every run of particles.
public final class ParticleChecks {
  private static final double POSITION_TOLERANCE = 1e-6;
  private static final double ENERGY_TOLERANCE = 1e-12;

  private ParticleChecks() {}

  /// The verdicts that apply to the run.
  public static List<Block.Verdict> of(ParticleFlow flow, Trajectory run, ParticleStart start) {
    List<Block.Verdict> verdicts = new ArrayList<>();
    if (Double.isFinite(run.error())) {
      verdicts.add(positions(run));
    }
    if (flow.interaction().raisesEnergy()) {
      verdicts.add(energy(flow.interaction().beta(), run));
      if (start.orthogonal() && flow.interaction().normalised()) {
        verdicts.add(curve(new OrthogonalStart(start.n(), flow.interaction().beta()), run));
      }
    }
    return verdicts;
  }

  private static Block.Verdict positions(Trajectory run) {
    return new Block.Verdict(
        "positions",
        "steps twice as large (Richardson)",
        run.error(),
        POSITION_TOLERANCE,
        run.steps() + " steps of " + WorldReport.number(run.step()),
        run.error() <= POSITION_TOLERANCE);
  }

  private static Block.Verdict energy(double beta, Trajectory run) {
    double tolerance = ENERGY_TOLERANCE * Math.max(1, beta);
    List<Observation> seen = run.observations();
    double rise = seen.getLast().logEnergy() - seen.getFirst().logEnergy();
    return new Block.Verdict(
        "energy never falls",
        "largest fall of ln E over a step",
        run.energyFall(),
        tolerance,
        "it rose by " + WorldReport.number(rise),
        run.energyFall() <= tolerance);
  }

  private static Block.Verdict curve(OrthogonalStart theory, Trajectory run) {
    double gap = 0;
    for (Observation o : run.observations()) {
      gap = Math.max(gap, Math.abs(o.meanPairInnerProduct() - theory.at(o.t())));
    }
    double last = run.observations().getLast().meanPairInnerProduct();
    return new Block.Verdict(
        "g(t) from an orthogonal start",
        "scalar equation, Dormand-Prince 8(5,3)",
        gap,
        POSITION_TOLERANCE,
        "g = " + WorldReport.number(last),
        gap <= POSITION_TOLERANCE);
  }
}
