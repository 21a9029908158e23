package org.costate.cli.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.folder.LoadedModel;
import org.costate.interop.folder.ModelFolder;
import org.costate.interop.huggingface.Gpt2Export;
import org.costate.interop.huggingface.TinyFolder;
import org.costate.interop.safetensors.ElementType;
import org.costate.interop.safetensors.SafetensorsFile;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.safetensors.Tensor;
import org.costate.interop.weights.LoadProgress;
import org.costate.interop.weights.WeightPlace;
import org.costate.model.InputException;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Imported models of other shapes than the references have: one head, more layers than heads, one
/// token, one sequence; and what the evaluation says about inputs that do not fit.
class EvaluationTest {
  private static final EvaluationOptions FORWARD =
      EvaluationOptions.forward(SweepOptions.with(new PlainKernels()));

  @TempDir private Path root;

  @ParameterizedTest
  @ValueSource(strings = {"bert", "gpt2", "vit", "llama", "gpt_neox", "torch_encoder"})
  void gradientsOfAllShapesMatchCentralDifferences(String type) throws IOException {
    List<TinyFolder.Sizes> sizes =
        List.of(new TinyFolder.Sizes(8, 1, 5, 3), new TinyFolder.Sizes(12, 3, 7, 5));
    for (TinyFolder.Sizes s : sizes) {
      Path folder = TinyFolder.of(type, s).write(root.resolve("h" + s.heads()));
      LoadedModel model = ModelFolder.read(folder, LoadProgress.NONE);
      for (int[] shape : new int[][] {{1, 4}, {3, 2}}) {
        try (SafetensorsFile io = inputs(type, s.width(), shape[0], shape[1])) {
          requireDerivative(model, io);
        }
      }
    }
  }

  /// Along a random direction of all weights; the best of a ladder of step sizes.
  private static void requireDerivative(LoadedModel model, SafetensorsFile io) {
    Evaluation at = Evaluation.of(model, io, FORWARD.withGradients());
    double slope = 0;
    SplittableRandom random = new SplittableRandom(5);
    double[] direction = new double[model.coefficients().length];
    for (WeightPlace place : model.weights().places()) {
      double[] v = random.doubles(place.view().count(), -1, 1).toArray();
      double[] g = values(at, "grad." + place.name());
      for (int i = 0; i < v.length; i++) {
        slope += v[i] * g[i];
      }
      place.view().scatter(v, 0, v.length, direction);
    }
    double best = Double.MAX_VALUE;
    for (double h = 1e-3; h > 1e-7; h /= 4) {
      double quotient = (loss(model, io, direction, h) - loss(model, io, direction, -h)) / (2 * h);
      best = Math.min(best, Math.abs(quotient - slope) / Math.abs(slope));
    }
    assertTrue(best < 1e-7, "relative deviation " + best + " of slope " + slope);
  }

  private static double loss(LoadedModel model, SafetensorsFile io, double[] direction, double h) {
    double[] c = model.coefficients().clone();
    for (int i = 0; i < c.length; i++) {
      c[i] += h * direction[i];
    }
    return Evaluation.of(with(model, c), io, FORWARD).loss().orElseThrow();
  }

  private static LoadedModel with(LoadedModel m, double[] c) {
    return new LoadedModel(m.named(), c, m.weights(), m.files(), m.ignored(), m.notes());
  }

  private SafetensorsFile inputs(String type, int width, int batch, int tokens) {
    SplittableRandom random = new SplittableRandom(9);
    List<Tensor> tensors = new ArrayList<>();
    int[] ids = random.ints((long) batch * tokens, 0, 11).toArray();
    switch (type) {
      case "vit" -> {
        tensors.add(reals("pixel_values", random, batch, 3, 4, 4));
        int[] labels = random.ints(batch, 0, 5).toArray();
        tensors.add(Tensor.ofIntegers("labels", List.of(batch), labels));
      }
      case "torch_encoder" -> {
        tensors.add(reals("input", random, batch, tokens, width));
        tensors.add(reals("target", random, batch, tokens, width));
      }
      case "bert" -> {
        tensors.add(Tensor.ofIntegers("input_ids", List.of(batch, tokens), ids));
        int[] types = random.ints((long) batch * tokens, 0, 2).toArray();
        tensors.add(Tensor.ofIntegers("token_type_ids", List.of(batch, tokens), types));
        tensors.add(reals("target", random, batch, tokens, width));
        tensors.add(reals("target_pooled", random, batch, width));
      }
      default -> tensors.add(Tensor.ofIntegers("input_ids", List.of(batch, tokens), ids));
    }
    return open(tensors);
  }

  private static Tensor reals(String name, SplittableRandom random, Integer... shape) {
    long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return Tensor.ofDoubles(name, List.of(shape), random.doubles(count, -1, 1).toArray());
  }

  private SafetensorsFile open(List<Tensor> tensors) {
    Path path = root.resolve("io" + System.nanoTime() + ".safetensors");
    SafetensorsWriter.write(path, tensors, Map.of());
    return SafetensorsFile.open(path);
  }

  private static double[] values(Evaluation results, String name) {
    return results.tensors().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no result " + name))
        .values();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "gpt_neox"})
  void aCausalModelGivesAPrefixWhatItGivesTheWhole(String type) throws IOException {
    Path folder = TinyFolder.of(type, TinyFolder.Sizes.SMALL).write(root.resolve(type));
    LoadedModel model = ModelFolder.read(folder, LoadProgress.NONE);
    int[] ids = {3, 1, 4, 1, 5, 9};
    double[] whole = values(evaluate(model, ids), "logits");
    for (int n = 1; n <= ids.length; n++) {
      double[] prefix = values(evaluate(model, Arrays.copyOf(ids, n)), "logits");
      assertArrayEquals(Arrays.copyOf(whole, n * 11), prefix, 1e-13);
    }
    assertTrue(evaluate(model, new int[] {3}).loss().isEmpty(), "one token has no next one");
  }

  private Evaluation evaluate(LoadedModel model, int[] ids) {
    Tensor tensor = Tensor.ofIntegers("input_ids", List.of(1, ids.length), ids);
    try (SafetensorsFile io = open(List.of(tensor))) {
      return Evaluation.of(model, io, FORWARD);
    }
  }

  @Test
  void exportFoldsStepSizesAndEvaluatesControls() {
    NamedModel model = continuous();
    double[] c = new SplittableRandom(2).doubles(model.model().layout().size(), -1, 1).toArray();
    Path folder = root.resolve("gpt2");
    Gpt2Export.write(folder, model, c, Optional.empty(), ElementType.F64);
    Path own = root.resolve("own");
    ModelFolder.write(own, model, c, Map.of());
    int[] ids = {0, 6, 2, 2, 5};
    double[] before = values(evaluate(ModelFolder.read(own, LoadProgress.NONE), ids), "logits");
    double[] after = values(evaluate(ModelFolder.read(folder, LoadProgress.NONE), ids), "logits");
    assertArrayEquals(before, after, 1e-12);
  }

  /// Six steps of size 1/4 with controls that are linear between four nodes, and no biases.
  private static NamedModel continuous() {
    double scale = 0.5;
    Attention attention =
        new Attention(8, 2, 2, 4, scale, new Mask.Causal(), Optional.empty(), false, true, false);
    FeedForward feedForward = new FeedForward(8, 5, Activation.GELU_ERF, false, false);
    Norm norm = new Norm(Norm.Kind.LAYER, 1e-3, true, false);
    Architecture architecture =
        new Architecture(
            new Entry.Tokens(7, 8, 6, 0, 0, Optional.empty()),
            new Block(Arrangement.PRE_NORM, attention, feedForward, norm),
            new Depth(6, 1.5, Depth.Basis.PIECEWISE_LINEAR, 4),
            new Exit(
                Optional.of(norm),
                Optional.empty(),
                false,
                Optional.of(new Exit.Readout(7, false, true))));
    return NamedModel.of(
        "costate", architecture, Conventions.of("logits", 2, Conventions.Loss.NEXT_TOKEN, 1));
  }

  @Test
  void inputsThatDoNotFitAreNamed() throws IOException {
    Path folder = TinyFolder.of("gpt2", TinyFolder.Sizes.SMALL).write(root.resolve("gpt2"));
    LoadedModel model = ModelFolder.read(folder, LoadProgress.NONE);
    List<Integer> shape = List.of(1, 3);
    Tensor ids = Tensor.ofIntegers("input_ids", shape, new int[] {1, 2, 3});
    refused(model, List.of(Tensor.ofIntegers("input_id", shape, new int[3])), "`input_ids`");
    refused(
        model,
        List.of(Tensor.ofIntegers("input_ids", shape, new int[] {1, 11, 3})),
        "found 11 at place 1, expected from 0 to 10");
    refused(
        model,
        List.of(Tensor.ofIntegers("input_ids", List.of(3), new int[3])),
        "found shape [3], expected [batch, tokens]");
    refused(
        model,
        List.of(Tensor.ofIntegers("input_ids", List.of(1, 10), new int[10])),
        "at most the 9 positions");
    refused(
        model,
        List.of(ids, Tensor.ofIntegers("token_type_ids", shape, new int[3])),
        "without a table");
    refused(
        model,
        List.of(ids, Tensor.ofIntegers("attention_mask", shape, new int[] {1, 2, 0})),
        "`attention_mask`");
    refused(
        model,
        List.of(ids, Tensor.ofIntegers("attention_mask", List.of(1, 2), new int[2])),
        "expected [1, 3]");
    refused(model, List.of(Tensor.ofDoubles("input_ids", shape, new double[3])), "integers");
  }

  @Test
  void gradientsNeedSomethingToCompareTo() throws IOException {
    Path folder = TinyFolder.of("torch_encoder", TinyFolder.Sizes.SMALL).write(root.resolve("t"));
    LoadedModel model = ModelFolder.read(folder, LoadProgress.NONE);
    Tensor input = Tensor.ofDoubles("input", List.of(1, 2, 8), new double[16]);
    try (SafetensorsFile io = open(List.of(input))) {
      assertTrue(Evaluation.of(model, io, FORWARD).loss().isEmpty());
      assertThrows(InputException.class, () -> Evaluation.of(model, io, FORWARD.withGradients()));
      InputException e =
          assertThrows(
              InputException.class, () -> Evaluation.of(model, io, FORWARD.withVariant("x")));
      assertTrue(e.getMessage().contains("variant"), e.getMessage());
      Evaluation results = Evaluation.of(model, io, FORWARD);
      assertEquals(List.of("input"), results.inputs());
      assertThrows(InputException.class, () -> Parity.of(results, io, 1e-10, Optional.empty()));
    }
  }

  private void refused(LoadedModel model, List<Tensor> tensors, String expected) {
    try (SafetensorsFile io = open(tensors)) {
      InputException e =
          assertThrows(InputException.class, () -> Evaluation.of(model, io, FORWARD));
      assertTrue(e.getMessage().contains(expected), e.getMessage());
    }
  }
}
