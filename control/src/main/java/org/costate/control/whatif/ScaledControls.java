package org.costate.control.whatif;

import java.util.List;
import org.costate.model.InputException;
import org.costate.model.architecture.Architecture;
import org.costate.model.operator.Parameter;
import org.costate.model.time.ControlLayout;

/// Parts of the controls that a design parameter multiplies, in all their coefficients in time.
enum ScaledControls {
  /// The queries of attention: scores are linear in them.
  QUERIES {
    @Override
    boolean covers(Architecture a, Parameter p, int column) {
      boolean projection = p.name().equals("qkv.weight") || p.name().equals("qkv.bias");
      int queries = a.block().attention().heads() * a.block().attention().headWidth();
      return projection && column < queries;
    }
  },

  /// The gains of the norms of a step: `gain ∘ σ2 z + bias`.
  NORM {
    @Override
    boolean covers(Architecture a, Parameter p, int column) {
      return p.role() == Parameter.Role.GAIN;
    }

    @Override
    void require(Architecture a) {
      if (!a.block().norm().gain()) {
        throw new InputException(
            "--parameter sigma2: found norms without a gain", "norms whose gain can be scaled", "");
      }
    }
  };

  private List<String> blocks() {
    return switch (this) {
      case QUERIES -> List.of(Architecture.ATTENTION);
      case NORM -> List.of(Architecture.ATTENTION_NORM, Architecture.FEED_FORWARD_NORM);
    };
  }

  abstract boolean covers(Architecture a, Parameter p, int column);

  void require(Architecture a) {}

  /// The covered part of `c` alone, zero elsewhere: the derivative with respect to the factor.
  double[] part(Architecture a, double[] c) {
    require(a);
    ControlLayout layout = a.model().layout();
    double[] part = new double[c.length];
    for (ControlLayout.Block block : layout.blocks()) {
      if (blocks().contains(withoutNumber(block.name()))) {
        addPart(a, block, c, part);
      }
    }
    return part;
  }

  private void addPart(Architecture a, ControlLayout.Block block, double[] c, double[] part) {
    for (int k = 0; k < block.basis().count(); k++) {
      int at = block.at(k);
      for (Parameter p : block.parameters()) {
        for (int i = 0; i < p.size(); i++) {
          part[at + i] = covers(a, p, i % p.cols()) ? c[at + i] : 0;
        }
        at += p.size();
      }
    }
  }

  /// The blocks of a stack end in `-1`, `-2`, ….
  private static String withoutNumber(String block) {
    return block.replaceFirst("-\\d+$", "");
  }

  /// `c` with the covered part multiplied by `factor`.
  double[] scaled(Architecture a, double[] c, double factor) {
    double[] part = part(a, c);
    double[] scaled = c.clone();
    for (int i = 0; i < c.length; i++) {
      if (part[i] != 0) {
        scaled[i] *= factor;
      }
    }
    return scaled;
  }
}
