package org.costate.cli.stability;

import java.util.ArrayList;
import java.util.List;
import org.costate.adjoint.reference.Place;
import org.costate.adjoint.reference.Plain;
import org.costate.interop.folder.LoadedModel;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.hipparchus.analysis.differentiation.Gradient;
import org.hipparchus.analysis.differentiation.GradientField;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/// The matrices `∂u_{n+1}/∂u_n` of all steps on one sequence in dual numbers by the reference
/// interpreter: nothing of the operators' actions or of the sweeps is used.
record DenseSteps(List<MatrixStore<Double>> matrices, int dimension) {

  /// `∂u_N/∂u_0`.
  MatrixStore<Double> product() {
    MatrixStore<Double> product = matrices.getFirst();
    for (MatrixStore<Double> next : matrices.subList(1, matrices.size())) {
      product = next.multiply(product).collect(R064Store.FACTORY);
    }
    return product;
  }

  static DenseSteps of(LoadedModel loaded, Batch batch) {
    Model model = loaded.model();
    Shape shape = model.stateShape(batch.shape());
    double[] u = firstState(loaded, batch);
    List<MatrixStore<Double>> matrices = new ArrayList<>();
    for (int n = 0; n < model.grid().steps(); n++) {
      Place p = new Place(model.grid().time(n), model.grid().step(n), shape, batch);
      double[] theta = controls(loaded, n);
      R064Store matrix = R064Store.FACTORY.make(u.length, u.length);
      double[] next = u;
      for (int from = 0; from < u.length; from += model.stateWidth()) {
        next = columns(model, p, u, theta, from, matrix);
      }
      matrices.add(matrix);
      u = next;
    }
    return new DenseSteps(matrices, u.length);
  }

  /// The columns that belong to one token; returns the state behind the step.
  private static double[] columns(
      Model model, Place p, double[] u, double[] theta, int from, R064Store matrix) {
    int width = model.stateWidth();
    Plain<Gradient> plain = new Plain<>(GradientField.getField(width));
    Gradient[] x = plain.arithmetic().numbers(u);
    for (int k = 0; k < width; k++) {
      x[from + k] = Gradient.variable(width, k, u[from + k]);
    }
    Gradient[] y = plain.apply(model.step(), p, x, plain.arithmetic().numbers(theta));
    double[] next = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      next[i] = y[i].getValue();
      for (int k = 0; k < width; k++) {
        matrix.set(i, from + k, y[i].getPartialDerivative(k));
      }
    }
    return next;
  }

  private static double[] firstState(LoadedModel loaded, Batch batch) {
    Model model = loaded.model();
    Plain<Gradient> plain = new Plain<>(GradientField.getField(1));
    Shape shape = batch.shape();
    Gradient[] u = plain.arithmetic().numbers(batch.input().orElse(new double[0]));
    Workspace w = new Workspace(new PlainKernels(), loaded.coefficients().length);
    for (Stage stage : model.entry()) {
      Slice theta = model.layout().stageAt(loaded.coefficients(), stage.blocks(), w);
      Place p = new Place(model.grid().time(0), 0, shape, batch);
      u = plain.apply(stage.operator(), p, u, plain.arithmetic().numbers(theta.toArray()));
      shape = stage.operator().outputShape(shape);
    }
    double[] values = new double[u.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = u[i].getValue();
    }
    return values;
  }

  private static double[] controls(LoadedModel loaded, int n) {
    Model model = loaded.model();
    Workspace w = new Workspace(new PlainKernels(), model.step().controlSize());
    return model
        .layout()
        .at(
            loaded.coefficients(),
            model.step().slots(),
            model.grid().time(n),
            model.grid().step(n),
            w)
        .toArray();
  }
}
