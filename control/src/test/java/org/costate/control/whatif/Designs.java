package org.costate.control.whatif;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Parameter;
import org.costate.model.operator.Rotary;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.time.ControlLayout;

/// Small designs with random weights, and one sequence for them.
final class Designs {
  static final int TOKENS = 4;
  static final int WIDTH = 8;
  static final int STEPS = 3;

  private Designs() {}

  /// Four heads that share two key heads, rotated, causal.
  static Attention attention() {
    return new Attention(
        WIDTH,
        4,
        2,
        2,
        1 / Math.sqrt(2),
        new Mask.Causal(),
        Optional.of(new Rotary(2, 100, true)),
        true,
        true,
        true);
  }

  static Design of(Arrangement arrangement, Depth depth, Norm norm) {
    FeedForward feedForward = new FeedForward(WIDTH, 12, Activation.GELU_ERF, false, true);
    Block block = new Block(arrangement, attention(), feedForward, norm);
    return random(new Architecture(new Entry.State(WIDTH), block, depth, Exit.NONE));
  }

  static Design of(Arrangement arrangement) {
    return of(arrangement, new Depth(STEPS, 2.4, Depth.Basis.PIECEWISE_CONSTANT, STEPS), NORM);
  }

  /// Steps whose velocity is two blocks.
  static Design stacked(Arrangement arrangement) {
    Block one = of(arrangement).architecture().block();
    Block two = new Block(arrangement, one.attention(), one.feedForward(), one.norm(), 2);
    Depth depth = new Depth(2, 1, Depth.Basis.PIECEWISE_CONSTANT, 2);
    return random(new Architecture(new Entry.State(WIDTH), two, depth, Exit.NONE));
  }

  static final Norm NORM = Norm.layer(1e-5);

  static Design random(Architecture architecture) {
    ControlLayout layout = architecture.model().layout();
    Random random = new Random(3);
    double[] c = new double[layout.size()];
    Arrays.setAll(c, i -> 0.4 * random.nextGaussian());
    for (ControlLayout.Block block : layout.blocks()) {
      for (int k = 0; k < block.basis().count(); k++) {
        int at = block.at(k);
        for (Parameter p : block.parameters()) {
          for (int i = 0; i < p.size(); i++) {
            c[at + i] += p.role() == Parameter.Role.GAIN ? 1 : 0;
          }
          at += p.size();
        }
      }
    }
    return Design.of(architecture, c);
  }

  static Batch batch() {
    double[] input = new Random(7).doubles(TOKENS * WIDTH, -1.5, 1.5).toArray();
    double[] target = new Random(8).doubles(TOKENS * WIDTH, -1, 1).toArray();
    return Batch.ofInput(new Shape(1, TOKENS), input).withTarget(target);
  }
}
