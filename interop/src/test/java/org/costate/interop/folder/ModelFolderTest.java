package org.costate.interop.folder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.huggingface.Gpt2Export;
import org.costate.interop.huggingface.TinyFolder;
import org.costate.interop.safetensors.ElementType;
import org.costate.interop.weights.LoadProgress;
import org.costate.model.InputException;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Pooling;
import org.costate.model.operator.Rotary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFolderTest {
  private static final Norm LAYER = Norm.layer(1e-5);

  @TempDir private Path root;

  private static List<NamedModel> models() {
    Attention windowed =
        new Attention(
            8,
            4,
            2,
            3,
            0.7,
            new Mask.Window(2, 1),
            Optional.of(new Rotary(2, 50, false)),
            false,
            true,
            false);
    FeedForward gated = new FeedForward(8, 5, Activation.SILU, true, false);
    Attention causal = Attention.standard(8, 2, new Mask.Causal());
    FeedForward plain = new FeedForward(8, 16, Activation.GELU_TANH, false, true);
    return List.of(
        named(
            new Architecture(
                new Entry.Tokens(7, 8, 6, 1, 2, Optional.of(LAYER)),
                new Block(Arrangement.POST_NORM, windowed, gated, Norm.rms(0.1)),
                new Depth(6, 1.5, Depth.Basis.LEGENDRE, 3),
                new Exit(
                    Optional.of(LAYER),
                    Optional.of(Pooling.Kind.MEAN),
                    true,
                    Optional.of(new Exit.Readout(3, true, false))))),
        named(
            new Architecture(
                new Entry.Patches(4, 6, 2, 2, 8, true, true, false),
                new Block(Arrangement.MACARON, causal, plain, LAYER),
                new Depth(4, 4, Depth.Basis.PIECEWISE_LINEAR, 3),
                Exit.NONE)),
        named(
            new Architecture(
                new Entry.Features(3, 8, 0),
                new Block(Arrangement.RUNGE_KUTTA, causal, plain, LAYER),
                new Depth(5, 1, Depth.Basis.CONSTANT, 1),
                Exit.NONE)),
        named(language(2, 1, LAYER, Depth.layers(3))));
  }

  private static NamedModel named(Architecture architecture) {
    return NamedModel.of(
        "costate",
        architecture,
        Conventions.of("output", architecture.model().exit().size(), Conventions.Loss.MSE, 0));
  }

  private static Architecture language(int heads, int tied, Norm norm, Depth depth) {
    return new Architecture(
        new Entry.Tokens(7, 8, 6, 0, 0, Optional.empty()),
        new Block(
            Arrangement.PRE_NORM,
            Attention.standard(8, heads, new Mask.Causal()),
            new FeedForward(8, 16, Activation.GELU_TANH, false, true),
            norm),
        depth,
        new Exit(
            Optional.of(norm),
            Optional.empty(),
            false,
            Optional.of(new Exit.Readout(7, false, tied == 1))));
  }

  private static double[] controls(NamedModel model) {
    SplittableRandom random = new SplittableRandom(1);
    return random.doubles(model.model().layout().size(), -1, 1).toArray();
  }

  @Test
  void modelsComeBackToTheBit() {
    int i = 0;
    for (NamedModel model : models()) {
      Path folder = root.resolve("model" + i++);
      double[] c = controls(model);
      ModelFolder.write(folder, model, c, Map.of("vocabulary", "\n aé𝄞\""));
      LoadedModel again = ModelFolder.read(folder, LoadProgress.NONE);
      assertArrayEquals(c, again.coefficients());
      assertEquals(model.architecture(), again.named().architecture());
      assertEquals(model.conventions(), again.named().conventions());
      assertEquals("\n aé𝄞\"", again.notes().get("vocabulary"));
      assertTrue(again.weights().covers(c.length));
    }
  }

  @Test
  void writingIsDeterministicAndWritesNothingOver() throws IOException {
    NamedModel model = models().getFirst();
    double[] c = controls(model);
    Path one = root.resolve("deep/one");
    Path two = root.resolve("two");
    ModelFolder.write(one, model, c, Map.of());
    ModelFolder.write(two, model, c, Map.of());
    for (String name : List.of("config.json", "model.safetensors")) {
      assertArrayEquals(
          Files.readAllBytes(one.resolve(name)), Files.readAllBytes(two.resolve(name)));
    }
    assertThrows(InputException.class, () -> ModelFolder.write(two, model, c, Map.of()));
    try (Stream<Path> left = Files.list(root)) {
      assertEquals(2, left.count(), "nothing is left beside the folders");
    }
  }

  @Test
  void progressEndsAtTheTotal() {
    NamedModel model = models().getFirst();
    Path folder = root.resolve("told");
    ModelFolder.write(folder, model, controls(model), Map.of());
    AtomicLong last = new AtomicLong();
    ModelFolder.read(
        folder,
        (done, total) -> {
          assertTrue(done > last.getAndSet(done) && done <= total);
          assertEquals(model.model().layout().size(), total);
        });
    assertEquals(model.model().layout().size(), last.get());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\" : 1|\"format\" : 2|newer version",
        "\"steps\" : 6|\"steps\" : 2000000000|at most the",
        "\"controls\" : 3|\"controls\" : 4|no tensor",
        "\"controls\" : 3|\"controls\" : 2|only weights that this model has",
        "\"arrangement\" : \"post-norm\"|\"arrangement\" : \"post\"|post-norm",
        "\"heads\" : 4|\"heads\" : 3|do not fit together",
        "\"vocabulary\" : 7|\"vocabulary\" : 8|found shape [7, 8], expected [8, 8]",
        "\"vocabulary\" : 7|\"vocabulry\" : 7|no vocabulary",
        "\"gated\" : true|\"gated\" : 1|true or false",
        "\"gated\" : true|\"gated\" : true, \"gatd\" : true|Maybe gated?",
        "\"loss\" : \"mse\"|\"loss\" : \"mae\"|loss",
        "\"outputs\" : 3|\"outputs\" : 2147483647|",
      })
  void brokenDescriptionsAreRefused(String before, String after, String expected)
      throws IOException {
    NamedModel model = models().getFirst();
    Path folder = root.resolve("broken");
    ModelFolder.write(folder, model, controls(model), Map.of());
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    assertTrue(text.contains(before), text);
    Files.writeString(config, text.replace(before, after));
    InputException e =
        assertThrows(InputException.class, () -> ModelFolder.read(folder, LoadProgress.NONE));
    assertTrue(expected == null || e.getMessage().contains(expected), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void exportToGpt2ComesBackTensorForTensor(int tied) throws IOException {
    NamedModel model = named(language(2, tied, LAYER, Depth.layers(3)));
    double[] c = controls(model);
    Path folder = root.resolve("gpt2");
    Gpt2Export.Written written =
        Gpt2Export.write(folder, model, c, Optional.of("abcdefg"), ElementType.F64);
    assertEquals(0, written.maxAbs());
    assertEquals(3, written.files().size());
    LoadedModel again = ModelFolder.read(folder, LoadProgress.NONE);
    assertEquals("gpt2", again.named().type());
    assertEquals(model.architecture(), again.named().architecture());
    assertArrayEquals(c, again.coefficients());
    Path single = root.resolve("single");
    double rounding =
        Gpt2Export.write(single, model, c, Optional.empty(), ElementType.F32).maxAbs();
    assertTrue(rounding > 0 && rounding < 1e-7, "single precision rounds");
  }

  @Test
  void anImportedModelIsExportedWithItsOwnBytes() throws IOException {
    Path folder = TinyFolder.of("gpt2", TinyFolder.Sizes.SMALL).write(root.resolve("in"));
    LoadedModel in = ModelFolder.read(folder, LoadProgress.NONE);
    Gpt2Export.write(
        root.resolve("out"), in.named(), in.coefficients(), Optional.empty(), ElementType.F64);
    LoadedModel out = ModelFolder.read(root.resolve("out"), LoadProgress.NONE);
    assertEquals(in.weights().names(), out.weights().names());
    assertArrayEquals(in.coefficients(), out.coefficients());
  }

  @Test
  void whatGpt2CannotSayIsRefused() {
    for (NamedModel model : models().subList(0, 3)) {
      assertThrows(
          InputException.class,
          () ->
              Gpt2Export.write(
                  root.resolve("no"), model, controls(model), Optional.empty(), ElementType.F64));
    }
    NamedModel rms = named(language(2, 0, Norm.rms(1e-5), Depth.layers(2)));
    InputException e =
        assertThrows(
            InputException.class,
            () ->
                Gpt2Export.write(
                    root.resolve("no"), rms, controls(rms), Optional.empty(), ElementType.F64));
    assertTrue(e.getMessage().contains("RMS norms"), e.getMessage());
    assertFalse(Files.exists(root.resolve("no")), "nothing is half-written");
  }
}
