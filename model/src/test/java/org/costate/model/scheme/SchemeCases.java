package org.costate.model.scheme;

import java.util.List;
import java.util.Optional;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.equation.Sphere;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.FieldLayer;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Mask;
import org.costate.model.operator.OperatorCase;
import org.costate.model.operator.Padding;
import org.costate.model.operator.Pointwise;
import org.costate.model.operator.TangentField;
import org.costate.model.state.Shape;

/// Steps of all schemes on small equations, and the operators made for them: entries of the
/// operator catalogue.
public final class SchemeCases {
  private static final int WIDTH = 4;
  private static final Shape SHAPE = new Shape(2, 3);

  private SchemeCases() {}

  /// All entries.
  public static List<OperatorCase> all() {
    FeedForward smooth = new FeedForward(WIDTH, 5, Activation.TANH, false, true);
    return List.of(
        OperatorCase.of("padding", new Padding(3, 5), SHAPE),
        OperatorCase.of("restriction", new Padding(5, 3), SHAPE),
        OperatorCase.of("tangent field", new TangentField(smooth, 0, false), SHAPE),
        OperatorCase.of("tangent field: floor", new TangentField(smooth, 0.1, false), SHAPE),
        OperatorCase.of("tangent field: moving", new TangentField(smooth, 0, true), SHAPE),
        OperatorCase.of(
            "tangent field: attention", new TangentField(attention(), 0.01, true), SHAPE),
        step(Schemes.lie(free())),
        step(Schemes.preNormLie(preNorm())),
        step(Schemes.lieProjected(constrained())),
        step(Schemes.strang(free())),
        step(Schemes.strangProjected(constrained())),
        step(Schemes.strangTangent(constrained())),
        step(Schemes.macaron(preNorm())),
        step(Schemes.parallelResidual(preNorm())),
        step(Schemes.additive(free())),
        step(Schemes.stack(List.of(Schemes.macaron(preNorm()), Schemes.additive(free())))),
        step(Schemes.stack(List.of(Schemes.rk4(free())))),
        step(Schemes.additiveProjected(constrained())),
        step(Schemes.midpoint(preNorm())),
        step(Schemes.rk4(free())),
        step(Schemes.rk4Tangent(constrained())),
        step(Schemes.postNorm(postNorm(WIDTH), 0.5)).withKinks(),
        step(Schemes.postNorm(postNorm(7), 0.3)).withKinks(),
        step(Schemes.postNormConsistent(postNorm(7))).withKinks());
  }

  private static OperatorCase step(Scheme scheme) {
    Step step = new Step(scheme, WIDTH);
    return OperatorCase.of("scheme: " + scheme.name() + " " + step.controlSize(), step, SHAPE);
  }

  private static Attention attention() {
    return Attention.standard(WIDTH, 2, new Mask.Full());
  }

  static ContinuousEquation free() {
    FeedForward feedForward = new FeedForward(WIDTH, 5, Activation.TANH, false, true);
    return ContinuousEquation.of(
        Field.of(Controlled.of(attention(), "attention")),
        Field.of(Controlled.of(feedForward, "feed-forward")));
  }

  static ContinuousEquation preNorm() {
    Controlled first = Controlled.of(LayerNorm.standard(WIDTH, 1e-5), "norm1");
    Controlled second = Controlled.of(LayerNorm.standard(WIDTH, 1e-5), "norm2");
    List<Field> fields = free().fields();
    return ContinuousEquation.of(fields.get(0).reading(first), fields.get(1).reading(second));
  }

  static ContinuousEquation constrained() {
    return free().on(new Sphere(LayerNorm.projection(WIDTH, 0.01), "sphere", 0.01, true));
  }

  static ContinuousEquation postNorm(int hidden) {
    LayerNorm norm = LayerNorm.standard(WIDTH, 1e-3);
    LayerNorm closing = LayerNorm.standard(WIDTH, 1e-3 / 4);
    FieldLayer layer = new FieldLayer(hidden, Activation.IDENTITY, true);
    Field attention = Field.of(Controlled.of(attention(), "attention"));
    return new ContinuousEquation(
        List.of(
            attention.followedBy(Controlled.of(norm, "norm1")),
            Field.of(Controlled.of(layer, "layer1")),
            Field.of(Controlled.of(layer, "layer2")).followedBy(Controlled.of(closing, "norm2"))),
        Optional.empty(),
        Optional.of(new Pointwise(hidden, Activation.RELU)));
  }
}
