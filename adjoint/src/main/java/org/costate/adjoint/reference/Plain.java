package org.costate.adjoint.reference;

import org.costate.model.operator.Affine;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.FieldLayer;
import org.costate.model.operator.L2Attention;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.LinearAttention;
import org.costate.model.operator.LinearSystem;
import org.costate.model.operator.Operator;
import org.costate.model.operator.Padding;
import org.costate.model.operator.PatchEmbedding;
import org.costate.model.operator.Pointwise;
import org.costate.model.operator.Pooling;
import org.costate.model.operator.PositionEmbedding;
import org.costate.model.operator.RmsNorm;
import org.costate.model.operator.TangentField;
import org.costate.model.operator.TokenEmbedding;
import org.costate.model.operator.TypeEmbedding;
import org.costate.model.scheme.Scaling;
import org.costate.model.scheme.Step;
import org.hipparchus.CalculusFieldElement;
import org.hipparchus.Field;

/// The value of every operator of the suite in plain loops over the numbers of a field: the second,
/// independent implementation that derivatives and values are checked against.
public final class Plain<T extends CalculusFieldElement<T>> {
  private final Arithmetic<T> a;
  private final PlainAttention<T> attention;
  private final PlainLayers<T> layers;
  private final PlainNorms<T> norms;
  private final PlainEmbeddings<T> embeddings;

  public Plain(Field<T> field) {
    a = new Arithmetic<>(field);
    attention = new PlainAttention<>(a);
    layers = new PlainLayers<>(a);
    norms = new PlainNorms<>(a);
    embeddings = new PlainEmbeddings<>(a);
  }

  /// The numbers it works with.
  public Arithmetic<T> arithmetic() {
    return a;
  }

  /// `F(t, h, u, θ; batch)`.
  ///
  /// @param u `[batch, tokens, inputWidth]`
  /// @param theta `controlSize()` numbers
  /// @return `[batch, tokens, outputWidth]`
  /// @throws IllegalArgumentException if the operator is not known here
  public T[] apply(Operator f, Place p, T[] u, T[] theta) {
    return switch (f) {
      case Attention g -> attention.softmax(g, p, u, theta);
      case LinearAttention g -> attention.linear(g, p, u, theta);
      case L2Attention g -> attention.distances(g, p, u, theta);
      case FeedForward g -> layers.feedForward(g, p, u, theta);
      case FieldLayer g -> layers.fieldLayer(g, p, u, theta);
      case LinearSystem g -> layers.linearSystem(g, p, u, theta);
      case Affine g -> layers.affine(g, p, u, theta);
      case Pointwise g -> layers.activate(g.activation(), u);
      case Padding g -> layers.pad(g, p, u);
      case LayerNorm g -> norms.layerNorm(g, p, u, theta);
      case RmsNorm g -> norms.rmsNorm(g, p, u, theta);
      case TangentField g -> tangentField(g, p, u, theta);
      case TokenEmbedding g -> embeddings.tokens(g, p, theta);
      case PositionEmbedding g -> embeddings.positions(g, p, u, theta);
      case TypeEmbedding g -> embeddings.types(g, p, u, theta);
      case PatchEmbedding g -> embeddings.patches(g, p, u, theta);
      case Pooling g -> embeddings.pool(g, p, u);
      case Step g -> step(g, p, u, theta);
      case Scaling g -> layers.scale(g, u, theta);
      case PlainOperator g -> g.plain(this, p, u, theta);
      default ->
          throw new IllegalArgumentException(
              "reference interpreter: found the unknown operator "
                  + f.name()
                  + " ("
                  + f.getClass().getSimpleName()
                  + "), expected one of the suite. Maybe let it implement PlainOperator");
    };
  }

  private T[] tangentField(TangentField g, Place p, T[] u, T[] theta) {
    int inner = g.field().controlSize();
    T[] field = apply(g.field(), p, u, a.part(theta, 0, inner));
    return norms.tangentPart(g, p, field, u, a.part(theta, inner, theta.length - inner));
  }

  private T[] step(Step g, Place p, T[] u, T[] theta) {
    return new PlainStep<>(this).apply(g.scheme(), p, u, new GivenControls<>(a, g.slots(), theta));
  }
}
