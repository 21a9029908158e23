package org.costate.model.operator;

import java.util.ArrayList;
import java.util.List;
import org.costate.model.operator.Parameter.Role;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// Patch embedding of images: a convolution whose stride is its kernel. The input is
/// `[batch, imageHeight · imageWidth, channels]`, pixels row by row; every square patch of
/// `patch × patch` pixels becomes a token `y = x W + b` of its `patch² · channels` numbers `x`,
/// which are taken channel by channel, in each row by row. With a class token, a learned vector
/// comes before the patches.
///
/// Controls in order: `weight` `[channels · patch², width]` (the convolution kernel
/// `[width, channels, patch, patch]`, transposed), `bias` if `bias`, `class.token` if `classToken`.
///
/// @param imageHeight rows of pixels, a multiple of `patch`
/// @param imageWidth pixels in a row, a multiple of `patch`
/// @param channels numbers of a pixel
/// @param patch pixels along an edge of a patch
/// @param width features of a token
/// @param classToken whether a learned token is put first
/// @param bias whether there is a `b`
public record PatchEmbedding(
    int imageHeight,
    int imageWidth,
    int channels,
    int patch,
    int width,
    boolean classToken,
    boolean bias)
    implements Operator {
  /// @throws IllegalArgumentException if a size is out of range or the patches do not fill the
  /// image
  public PatchEmbedding {
    Widths.requirePositive("patch embedding", "image height", imageHeight);
    Widths.requirePositive("patch embedding", "image width", imageWidth);
    Widths.requirePositive("patch embedding", "number of channels", channels);
    Widths.requirePositive("patch embedding", "patch edge", patch);
    Widths.requirePositive("patch embedding", "width", width);
    if (imageHeight % patch != 0 || imageWidth % patch != 0) {
      throw new IllegalArgumentException(
          "patch embedding: found an image of "
              + imageHeight
              + " x "
              + imageWidth
              + " pixels, expected multiples of the patch edge "
              + patch);
    }
    Widths.requireSize("patch embedding", imageHeight * imageWidth, channels);
    Widths.requireSize("patch embedding", patch * patch * channels, width);
  }

  @Override
  public String name() {
    return "patch embedding";
  }

  @Override
  public int inputWidth() {
    return channels;
  }

  @Override
  public int outputWidth() {
    return width;
  }

  int patchSize() {
    return patch * patch * channels;
  }

  int patches() {
    return imageHeight / patch * (imageWidth / patch);
  }

  private int firstPatch() {
    return classToken ? 1 : 0;
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    all.add(new Parameter("weight", Role.WEIGHT, patchSize(), width));
    if (bias) {
      all.add(new Parameter("bias", Role.BIAS, 1, width));
    }
    if (classToken) {
      all.add(new Parameter("class.token", Role.EMBEDDING, 1, width));
    }
    return List.copyOf(all);
  }

  private int weightSize() {
    return patchSize() * width;
  }

  private int classAt() {
    return weightSize() + (bias ? width : 0);
  }

  @Override
  public int controlSize() {
    return classAt() + (classToken ? width : 0);
  }

  /// One token a patch, and the class token.
  ///
  /// @throws IllegalArgumentException if `s` has not one position a pixel
  @Override
  public Shape outputShape(Shape s) {
    if (s.tokens() != imageHeight * imageWidth) {
      throw new IllegalArgumentException(
          "patch embedding: found "
              + s.tokens()
              + " pixels, expected "
              + imageHeight
              + " x "
              + imageWidth);
    }
    return new Shape(s.batch(), patches() + firstPatch());
  }

  @Override
  public int workSize(Shape s) {
    return patches() * patchSize();
  }

  @Override
  public int recordSize(Shape s) {
    return 0;
  }

  private Slice weight(Workspace w, Slice theta) {
    return Dense.part(w, theta, 0, weightSize());
  }

  private Slice bias(Workspace w, Slice theta) {
    return Dense.part(w, theta, weightSize(), bias ? width : 0);
  }

  private Slice classToken(Workspace w, Slice theta) {
    return Dense.part(w, theta, classAt(), classToken ? width : 0);
  }

  /// The tokens of the patches of image `b` in an output.
  private Slice tokens(Workspace w, Slice y, int b) {
    int first = b * (patches() + firstPatch()) + firstPatch();
    return Dense.rows(w, y, first, patches(), width);
  }

  private Slice firstToken(Workspace w, Slice y, int b) {
    return Dense.rows(w, y, b * (patches() + 1), 1, width);
  }

  /// @throws IllegalArgumentException if the state has not one position a pixel
  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    if (p.shape().tokens() != imageHeight * imageWidth) {
      outputShape(p.shape());
    }
    y.fill(0);
    addTokens(p, p.u(), p.theta(), y, w);
    addVectors(p, p.theta(), y, w);
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    dy.fill(0);
    addTokens(p, v.u(), p.theta(), dy, w);
    addTokens(p, p.u(), v.theta(), dy, w);
    addVectors(p, v.theta(), dy, w);
  }

  /// `y := y + x W` for all patches `x` of `u`.
  private void addTokens(Point p, Slice u, Slice theta, Slice y, Workspace w) {
    if (u.isNone() || theta.isNone()) {
      return;
    }
    for (int b = 0; b < p.shape().batch(); b++) {
      w.enter();
      Slice x = w.take(patches() * patchSize());
      Patches.gather(this, u, b, x);
      Dense.addMultiply(w.kernels(), patches(), x, weight(w, theta), tokens(w, y, b));
      w.leave();
    }
  }

  private void addVectors(Point p, Slice theta, Slice y, Workspace w) {
    for (int b = 0; b < p.shape().batch() && !theta.isNone(); b++) {
      w.enter();
      Dense.addBias(w.kernels(), patches(), bias(w, theta), tokens(w, y, b));
      if (classToken) {
        Tables.add(w.kernels(), classToken(w, theta), firstToken(w, y, b));
      }
      w.leave();
    }
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    addAdjoint(p, p.u(), p.theta(), lambda, bar, w);
    for (int b = 0; b < p.shape().batch() && !bar.theta().isNone(); b++) {
      w.enter();
      Dense.addBiasAdjoint(w.kernels(), patches(), tokens(w, lambda, b), bias(w, bar.theta()));
      if (classToken) {
        Tables.add(w.kernels(), firstToken(w, lambda, b), classToken(w, bar.theta()));
      }
      w.leave();
    }
  }

  /// `ū := ū + λ Wᵀ`, `W̄ := W̄ + xᵀ λ` with the patches `x` of `u`.
  private void addAdjoint(Point p, Slice u, Slice theta, Slice lambda, Variation bar, Workspace w) {
    for (int b = 0; b < p.shape().batch(); b++) {
      w.enter();
      Slice x = w.take(patches() * patchSize());
      Slice lambdaTokens = tokens(w, lambda, b);
      if (!u.isNone() && !bar.theta().isNone()) {
        Patches.gather(this, u, b, x);
        Dense.addOuter(w.kernels(), patches(), x, lambdaTokens, weight(w, bar.theta()));
      }
      if (!theta.isNone() && !bar.u().isNone()) {
        Dense.multiplyTransposed(w.kernels(), patches(), lambdaTokens, weight(w, theta), x);
        Patches.scatter(this, x, b, bar.u());
      }
      w.leave();
    }
  }

  @Override
  public void secondAdjoint(
      Point p,
      Slice record,
      Variation v,
      Slice lambda,
      Slice dLambda,
      Variation bar,
      Variation barDot,
      Workspace w) {
    adjoint(p, record, lambda, bar, w);
    adjoint(p, record, dLambda, barDot, w);
    addAdjoint(p, v.u(), v.theta(), lambda, barDot, w);
  }
}
