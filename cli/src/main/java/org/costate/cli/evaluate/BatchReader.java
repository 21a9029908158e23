package org.costate.cli.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.model.InputException;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Entry;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// Makes the batch that a model reads out of the tensors of a file.
public final class BatchReader {
  private final InputTensors tensors;
  private final Entry entry;

  BatchReader(InputTensors tensors, Architecture architecture) {
    this.tensors = tensors;
    this.entry = architecture.entry();
  }

  /// The batch that `model` reads out of `file`.
  ///
  /// @param variant of two tensors `P.NAME` and `NAME`, the former is chosen for `P`
  /// @throws InputException if an input is missing, has another shape, or an identity or position
  ///     outside the tables of the model
  public static Batch read(SafetensorsFile file, Optional<String> variant, NamedModel model) {
    return read(new InputTensors(file, variant), model);
  }

  /// @throws InputException if an input is missing, has another shape, or an identity or position
  ///     outside the tables of the model
  static Batch read(InputTensors tensors, NamedModel model) {
    return new BatchReader(tensors, model.architecture()).read();
  }

  private Batch read() {
    return switch (entry) {
      case Entry.Tokens e -> tokens(e);
      case Entry.Patches e -> pixels(e);
      case Entry.Features e -> sequences(e.inputs(), e.positions());
      case Entry.State e -> sequences(e.width(), 0);
    };
  }

  private Batch tokens(Entry.Tokens e) {
    List<Integer> shape = tensors.shape("input_ids", "batch", "tokens");
    requirePositions("input_ids", shape.get(1), e.positions(), e.positionOffset());
    int[] ids = tensors.integers("input_ids", shape, 0, e.vocabulary());
    Batch batch = Batch.ofIds(new Shape(shape.get(0), shape.get(1)), ids);
    if (tensors.has("token_type_ids")) {
      if (e.types() == 0) {
        throw new InputException(
            tensors.where("token_type_ids") + "found token types",
            "none, for a model without a table of them",
            "Maybe leave the tensor out.");
      }
      batch = batch.withTypes(tensors.integers("token_type_ids", shape, 0, e.types()));
    }
    return weighted(batch, shape);
  }

  private Batch sequences(int width, int positions) {
    List<Integer> shape = tensors.shape("input", "batch", "tokens", "features");
    requirePositions("input", shape.get(1), positions, 0);
    if (shape.get(2) != width) {
      throw new InputException(
          tensors.where("input") + "found " + shape.get(2) + " features",
          width + ", as the model reads",
          "");
    }
    double[] values = tensors.doubles("input", shape);
    Batch batch = Batch.ofInput(new Shape(shape.get(0), shape.get(1)), values);
    return weighted(batch, shape.subList(0, 2));
  }

  /// Files hold images channel by channel; the model reads pixels with all their channels.
  private Batch pixels(Entry.Patches e) {
    List<Integer> shape = tensors.shape("pixel_values", "batch", "channels", "height", "width");
    List<Integer> image = List.of(e.channels(), e.height(), e.columns());
    if (!shape.subList(1, 4).equals(image)) {
      throw new InputException(
          tensors.where("pixel_values") + "found images " + shape.subList(1, 4),
          image + ", channels, height and width of the model",
          "");
    }
    if (tensors.has("attention_mask") || tensors.has("token_weights")) {
      throw new InputException(
          tensors.where("attention_mask") + "found a mask", "none for images", "");
    }
    double[] values = tensors.doubles("pixel_values", shape);
    int count = e.height() * e.columns();
    return Batch.ofInput(
        new Shape(shape.get(0), count),
        PixelOrder.byPixel(values, shape.get(0), e.channels(), count));
  }

  /// A mask of 0 and 1 hides padding; weights are a quadrature rule on the tokens.
  private Batch weighted(Batch batch, List<Integer> shape) {
    Batch result = batch;
    if (tensors.has("token_weights")) {
      double[] weights = tensors.doubles("token_weights", shape);
      for (double weight : weights) {
        if (weight < 0) {
          throw new InputException(
              tensors.where("token_weights") + "found " + weight, "weights from 0 on", "");
        }
      }
      result = result.withTokenWeights(weights);
    }
    if (tensors.has("attention_mask")) {
      int[] mask = tensors.integers("attention_mask", shape, 0, 2);
      double[] weights = result.tokenWeights().orElseGet(() -> ones(mask.length));
      for (int i = 0; i < mask.length; i++) {
        weights[i] *= mask[i];
      }
      result = result.withTokenWeights(weights);
    }
    return result;
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private void requirePositions(String name, int tokens, int positions, int offset) {
    if (positions > 0 && tokens > positions - offset) {
      throw new InputException(
          tensors.where(name) + "found " + tokens + " tokens",
          "at most the " + (positions - offset) + " positions of the model",
          "");
    }
  }
}
