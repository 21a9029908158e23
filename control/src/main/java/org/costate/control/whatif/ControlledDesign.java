package org.costate.control.whatif;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.SchemeVariants;
import org.costate.model.scheme.Step;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.PiecewiseConstant;

/// The same model with its continuous design parameters among its controls, so that adjoint sweeps
/// give derivatives with respect to them.
///
/// Step size and residual weight are blocks of their own, one number per step. The scale of the
/// norms and the temperature are factors of controls that are there: their directions are these
/// controls themselves.
///
/// @param model the model
/// @param controls its controls at the design as it stands
/// @param parameters the parameters
/// @param directions how the controls change with each
record ControlledDesign(
    Model model, double[] controls, List<DesignParameter> parameters, List<double[]> directions) {
  private static final String STEP_SIZE = "step-size";
  private static final String RESIDUAL = "residual-weight";

  static ControlledDesign of(Design design) {
    Architecture architecture = design.architecture();
    Model plain = architecture.model();
    Scheme scheme =
        SchemeVariants.controlled(plain.step().scheme(), plain.stateWidth(), STEP_SIZE, RESIDUAL);
    Step step = new Step(scheme, plain.stateWidth());
    int steps = plain.grid().steps();
    PiecewiseConstant layers = new PiecewiseConstant(steps, plain.grid().end());
    ControlLayout.Builder builder = ControlLayout.builder();
    plain.layout().blocks().forEach(b -> builder.block(b.name(), b.parameters(), b.basis()));
    ControlLayout layout = builder.blocksOf(step, layers).build();
    Model model = new Model(plain.entry(), step, plain.grid(), layout, plain.exit());
    double[] c = carried(design.controls(), plain.layout(), layout);
    double[] dStep = new double[c.length];
    double[] dResidual = new double[c.length];
    for (int n = 0; n < steps; n++) {
      set(layout, STEP_SIZE, n, plain.grid().step(n), c);
      set(layout, STEP_SIZE, n, 1, dStep);
      set(layout, RESIDUAL, n, design.residual(), c);
      set(layout, RESIDUAL, n, 1, dResidual);
    }
    List<DesignParameter> parameters = new ArrayList<>();
    List<double[]> directions = new ArrayList<>();
    parameters.add(DesignParameter.STEP_SIZE);
    directions.add(dStep);
    if (architecture.block().norm().gain()) {
      parameters.add(DesignParameter.NORM_SCALE);
      directions.add(part(ScaledControls.NORM, design, plain, layout));
    }
    parameters.add(DesignParameter.INVERSE_TEMPERATURE);
    directions.add(part(ScaledControls.QUERIES, design, plain, layout));
    if (layout.blocks().stream().anyMatch(b -> b.name().equals(RESIDUAL))) {
      parameters.add(DesignParameter.RESIDUAL);
      directions.add(dResidual);
    }
    return new ControlledDesign(model, c, parameters, directions);
  }

  private static double[] part(
      ScaledControls which, Design design, Model plain, ControlLayout layout) {
    double[] part = which.part(design.architecture(), design.controls());
    return carried(part, plain.layout(), layout);
  }

  /// `c` in another layout that has all its blocks; the rest is zero.
  private static double[] carried(double[] c, ControlLayout from, ControlLayout to) {
    double[] all = new double[to.size()];
    for (ControlLayout.Block block : from.blocks()) {
      ControlLayout.Block target = to.block(block.name());
      for (int k = 0; k < block.basis().count(); k++) {
        System.arraycopy(c, block.at(k), all, target.at(k), block.size());
      }
    }
    return all;
  }

  private static void set(ControlLayout layout, String block, int n, double value, double[] c) {
    c[layout.block(block).at(n)] = value;
  }
}
