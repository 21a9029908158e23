package org.costate.cli.stability;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.costate.control.stability.Stability;
import org.costate.control.stability.TokenGeometry;
import org.costate.reports.Block;

/// How the tokens lie to each other over depth.
final class GeometryBlocks {
  private GeometryBlocks() {}

  static List<Block> of(Stability s) {
    return List.of(
        plot(
            "Cosines: between tokens (mean), and of the state to the first one",
            "cosine",
            List.of(
                curve("between tokens", s, TokenGeometry::meanCosine),
                curve("to the first state", s, TokenGeometry::inputCosine))),
        ranks(s),
        plot(
            "Interaction energy of the tokens: it rose in "
                + s.energyIncreases()
                + " of "
                + s.steps()
                + " layers",
            "interaction energy",
            List.of(curve("E", s, TokenGeometry::interactionEnergy))),
        plot(
            "Drift from the first state",
            "relative distance",
            List.of(curve("drift", s, TokenGeometry::drift))));
  }

  static List<Block> brief(Stability s) {
    return List.of(ranks(s));
  }

  private static Block ranks(Stability s) {
    return plot(
        "How many tokens count: effective rank, and clusters of directions",
        "number",
        List.of(
            curve("effective rank", s, TokenGeometry::effectiveRank),
            curve("clusters", s, TokenGeometry::clusters)));
  }

  private static Block.Curve curve(String name, Stability s, ToDoubleFunction<TokenGeometry> of) {
    return Block.Curve.counted(name, s.tokens().stream().mapToDouble(of).toArray());
  }

  private static Block plot(String title, String axis, List<Block.Curve> curves) {
    return new Block.Lines(title, Block.Axis.linear("layer"), Block.Axis.linear(axis), curves);
  }
}
