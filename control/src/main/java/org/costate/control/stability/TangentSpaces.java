package org.costate.control.stability;

import java.util.Optional;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Slice;

/// Where the perturbations of the states of a trajectory can lie because of what the operators are.
///
/// A step that ends in layer normalisation puts every token on `S1`, or on its affine image where
/// there is a gain; perturbations of the mean and of the radius are lost: two *structural*
/// directions a token, one behind RMS normalisation. That is read off the operators, not off
/// numbers: a floor `ε` under the variance leaves a rest of about `ε` of the radius. A step that
/// ends otherwise has no structural directions.
public final class TangentSpaces {
  private final Model model;
  private final double[] c;
  private final Linearisation trajectory;
  private final Kernels kernels;
  private final Optional<ClosingNorm> norm;
  private final Optional<ClosingNorm> entry;

  /// @param c the controls, not modified
  /// @param trajectory of `model` for one sequence
  public TangentSpaces(Model model, double[] c, Linearisation trajectory, Kernels kernels) {
    this.model = model;
    this.c = c;
    this.trajectory = trajectory;
    this.kernels = kernels;
    this.norm = ClosingNorm.of(model.step());
    this.entry =
        ClosingNorm.ofEntry(model)
            .filter(e -> norm.isPresent() && e.normalsPerToken() == norm.get().normalsPerToken());
  }

  /// Directions that every step loses: 2 a token behind layer normalisation, 1 behind RMS
  /// normalisation, none where the step does not end in a norm.
  public int structural() {
    return norm.map(ClosingNorm::normalsPerToken).orElse(0) * trajectory.stateShape().positions();
  }

  /// The other directions.
  public int dimension() {
    return trajectory.stateShape().size(model.stateWidth()) - structural();
  }

  /// The first state that lies on the set; 0 where there is none to lie on.
  public int first() {
    return norm.isEmpty() || entry.isPresent() ? 0 : 1;
  }

  /// `count` random orthonormal directions at the first state, in its tangent space if it lies on
  /// the set.
  Frame frame(int count, long seed) {
    if (first() > 0 || norm.isEmpty() || basis(0).isEmpty()) {
      return Frame.random(dimension() + structural(), count, seed);
    }
    TangentBasis basis = basis(0).orElseThrow();
    double[][] columns = Frame.random(basis.cols(), count, seed).columns();
    for (int j = 0; j < count; j++) {
      double[] direction = new double[basis.rows()];
      basis.apply(columns[j], direction);
      columns[j] = direction;
    }
    return new Frame(columns);
  }

  /// An orthonormal basis of the tangent space at state `n ≥ first()`; absent where a gain is zero,
  /// which takes away a direction more.
  Optional<TangentBasis> basis(int n) {
    int tokens = trajectory.stateShape().positions();
    int width = model.stateWidth();
    if (norm.isEmpty()) {
      return Optional.of(TangentBasis.whole(tokens, width));
    }
    ClosingNorm closing = n == 0 ? entry.orElseThrow() : norm.get();
    double t = n == 0 ? model.grid().time(0) : model.grid().time(n - 1);
    double h = n == 0 ? 0 : model.grid().step(n - 1);
    double[][] affine = closing.affine(model, c, t, h, kernels);
    for (double gain : affine[0]) {
      if (gain == 0) {
        return Optional.empty();
      }
    }
    Slice state = trajectory.state(n);
    double[][][] normals = new double[tokens][][];
    for (int i = 0; i < tokens; i++) {
      normals[i] = closing.normals(affine, state, i * width);
    }
    return Optional.of(new TangentBasis(width, normals));
  }
}
