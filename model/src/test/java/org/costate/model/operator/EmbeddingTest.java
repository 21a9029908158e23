package org.costate.model.operator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
  private static final Shape SHAPE = new Shape(2, 3);
  private final Draw draw = new Draw(5);

  private static double[] apply(
      Operator operator, Shape shape, Batch batch, double[] u, double[] theta) {
    OperatorCase entry = OperatorCase.of(operator.name(), operator, shape).with(batch);
    return new Probe(entry, new PlainKernels()).apply(new Pair(u, theta));
  }

  private static String refusal(Operator operator, Batch batch) {
    double[] u = new double[SHAPE.size(operator.inputWidth())];
    double[] theta = new double[operator.controlSize()];
    return assertThrows(
            IllegalArgumentException.class, () -> apply(operator, SHAPE, batch, u, theta))
        .getMessage();
  }

  /// Logits of a tied readout are the inner products with the rows of the table.
  @Test
  void readoutSharesTheTableOfTheEmbedding() {
    int vocabulary = 5;
    int width = 4;
    TokenEmbedding embedding = new TokenEmbedding(vocabulary, width);
    Affine readout = new Affine(width, vocabulary, false, true);
    Parameter table = embedding.parameters().getFirst();
    Parameter weight = readout.parameters().getFirst();
    assertEquals(table.rows(), weight.rows());
    assertEquals(table.cols(), weight.cols());
    double[] theta = draw.normal(vocabulary * width);
    int[] ids = {4, 0, 3, 1, 2, 4};
    Batch batch = Batch.ofIds(SHAPE, ids);
    double[] u = apply(embedding, SHAPE, batch, new double[0], theta);
    double[] logits = apply(readout, SHAPE, batch, u, theta);
    for (int i = 0; i < ids.length; i++) {
      double[] row = Arrays.copyOfRange(theta, ids[i] * width, (ids[i] + 1) * width);
      assertArrayEquals(row, Arrays.copyOfRange(u, i * width, (i + 1) * width));
      assertEquals(Pair.dot(row, row), logits[i * vocabulary + ids[i]], 1e-14);
    }
  }

  @Test
  void transposedAffineIsTheAffineOfTheTransposedWeight() {
    double[] weight = draw.normal(12);
    double[] transposed = new double[12];
    for (int i = 0; i < 12; i++) {
      transposed[i % 3 * 4 + i / 3] = weight[i];
    }
    double[] u = draw.normal(SHAPE.size(4));
    Batch none = Batch.empty(SHAPE);
    assertArrayEquals(
        apply(new Affine(4, 3, false, false), SHAPE, none, u, weight),
        apply(new Affine(4, 3, false, true), SHAPE, none, u, transposed),
        1e-15);
  }

  @Test
  void idsOutsideTheTableAreRefused() {
    TokenEmbedding embedding = new TokenEmbedding(5, 4);
    String high = refusal(embedding, Batch.ofIds(SHAPE, new int[] {0, 1, 2, 3, 5, 0}));
    assertTrue(high.contains("found index 5 at sequence 1, token 1, expected 0 to 4"), high);
    assertTrue(high.contains("Maybe"), high);
    refusal(embedding, Batch.ofIds(SHAPE, new int[] {0, 1, -1, 3, 4, 0}));
    assertTrue(refusal(embedding, Batch.empty(SHAPE)).contains("without ids"));
    refusal(embedding, Batch.empty(SHAPE).withIds(new int[] {0}));
    Batch types = Batch.empty(SHAPE).withTypes(new int[] {0, 1, 2, 0, 0, 0});
    refusal(new TypeEmbedding(2, 4), types);
    String position = refusal(new PositionEmbedding(4, 2, 2), Batch.empty(SHAPE));
    assertTrue(position.contains("found 3 tokens, expected at most 2"), position);
    assertThrows(IllegalArgumentException.class, () -> new PositionEmbedding(4, 2, 4));
  }

  @Test
  void patchEmbeddingIsAConvolution() {
    int height = 6;
    int breadth = 9;
    int channels = 2;
    int patch = 3;
    int width = 4;
    PatchEmbedding embedding =
        new PatchEmbedding(height, breadth, channels, patch, width, true, true);
    Shape pixels = new Shape(2, height * breadth);
    double[] u = draw.normal(pixels.size(channels));
    double[] theta = draw.normal(embedding.controlSize());
    double[] y = apply(embedding, pixels, Batch.empty(pixels), u, theta);
    int biasAt = channels * patch * patch * width;
    int tokens = embedding.outputShape(pixels).tokens();
    assertEquals(1 + 2 * 3, tokens);
    for (int b = 0; b < 2; b++) {
      for (int f = 0; f < width; f++) {
        assertEquals(theta[biasAt + width + f], y[b * tokens * width + f]);
        for (int py = 0; py < height / patch; py++) {
          for (int px = 0; px < breadth / patch; px++) {
            double sum = theta[biasAt + f];
            for (int c = 0; c < channels; c++) {
              for (int i = 0; i < patch; i++) {
                for (int j = 0; j < patch; j++) {
                  int pixel = (b * height + py * patch + i) * breadth + px * patch + j;
                  int row = (c * patch + i) * patch + j;
                  sum += u[pixel * channels + c] * theta[row * width + f];
                }
              }
            }
            int token = b * tokens + 1 + py * (breadth / patch) + px;
            assertEquals(sum, y[token * width + f], 1e-13);
          }
        }
      }
    }
  }

  @Test
  void patchesMustFillTheImage() {
    assertThrows(
        IllegalArgumentException.class, () -> new PatchEmbedding(5, 6, 1, 2, 3, true, true));
    refusal(new PatchEmbedding(2, 2, 1, 2, 3, false, false), Batch.empty(SHAPE));
  }

  @Test
  void poolingTakesWhatItSays() {
    double[] u = {1, 2, 3, 10, 20, 30};
    Batch weighted = Batch.empty(SHAPE).withTokenWeights(new double[] {1, 1, 2, 3, 1, 0});
    double[] none = {};
    Pooling first = new Pooling(1, Pooling.Kind.FIRST);
    Pooling mean = new Pooling(1, Pooling.Kind.MEAN);
    Pooling last = new Pooling(1, Pooling.Kind.LAST);
    assertArrayEquals(new double[] {1, 10}, apply(first, SHAPE, weighted, u, none));
    assertArrayEquals(new double[] {2.25, 12.5}, apply(mean, SHAPE, weighted, u, none), 1e-14);
    assertArrayEquals(new double[] {3, 20}, apply(last, SHAPE, weighted, u, none));
    assertArrayEquals(new double[] {2, 20}, apply(mean, SHAPE, Batch.empty(SHAPE), u, none), 1e-14);
    assertArrayEquals(new double[] {3, 30}, apply(last, SHAPE, Batch.empty(SHAPE), u, none));
    Batch padding = Batch.empty(SHAPE).withTokenWeights(new double[] {1, 1, 1, 0, 0, 0});
    assertTrue(refusal(mean, padding).contains("sequence 1"));
    refusal(last, padding);
    refusal(mean, Batch.empty(SHAPE).withTokenWeights(new double[] {1}));
  }
}
