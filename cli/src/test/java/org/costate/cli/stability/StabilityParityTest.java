package org.costate.cli.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.costate.cli.evaluate.SharedCases;
import org.costate.control.stability.Frame;
import org.costate.control.stability.Stability;
import org.costate.control.stability.StabilityOptions;
import org.costate.control.stability.TangentSpectrum;
import org.costate.interop.folder.LoadedModel;
import org.costate.interop.folder.ModelFolder;
import org.costate.interop.weights.LoadProgress;
import org.costate.model.kernel.PlainKernels;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ojalgo.matrix.decomposition.QR;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.RawStore;

/// The stability of imported models agrees with dense matrices in dual numbers, decomposed by a
/// library.
class StabilityParityTest {
  private static final double TOLERANCE = 1e-8;

  @ParameterizedTest
  @CsvSource({
    "hf_gpt2, 40, 0, 576",
    "hf_llama, 40, 0, 576",
    "hf_gptneox, 40, 0, 576",
    "hf_vit, 40, 0, 816",
    "hf_bert, 560, 24, 576",
    "torch_encoder_postln_relu, 168, 14, 168",
    "torch_encoder_preln_gelu, 168, 0, 168",
  })
  void exponentsSingularValuesAndGainsAgree(
      String name, int directions, int structural, int dimension) {
    Path folder = SharedCases.folder(name);
    LoadedModel model = ModelFolder.read(folder, LoadProgress.NONE);
    Subject subject =
        Subject.of(
            model,
            folder.resolve("io.safetensors"),
            Optional.empty(),
            1 % sequences(name),
            OptionalInt.empty());
    double[][] frame = frame(dimension, directions);
    Stability found =
        Stability.of(
            model.model(),
            model.coefficients(),
            subject.batch(),
            new PlainKernels(),
            new StabilityOptions(
                OptionalInt.empty(),
                OptionalInt.of(dimension),
                Optional.of(Frame.spanning(frame)),
                Optional.empty(),
                OptionalInt.of(0),
                Optional.empty(),
                7));
    DenseSteps dense = DenseSteps.of(model, subject.batch());
    assertEquals(dimension, found.stateDimension());
    assertEquals(dimension, dense.dimension());
    assertEquals(structural, found.structural());
    assertExponents(exponents(dense, frame), found, Math.min(directions, dimension - structural));
    double[] sigma = singularValues(dense.product());
    for (int i = 0; i < dimension; i++) {
      assertEquals(sigma[i], found.singular()[i], TOLERANCE * sigma[0]);
    }
    double[] gains = dense.matrices().stream().mapToDouble(a -> singularValues(a)[0]).toArray();
    for (int n = 0; n < gains.length; n++) {
      assertEquals(gains[n], found.gains().get(n).gain(), TOLERANCE * gains[n]);
    }
    boolean all = directions >= dimension - structural;
    assertEquals(all, found.tangent().isPresent());
    found
        .tangent()
        .ifPresent(
            t -> {
              assertTrue(t.violation() <= TangentSpectrum.TOLERANCE, t.toString());
              assertEquals(dimension - structural, t.exponents().length);
            });
  }

  private static int sequences(String name) {
    return name.startsWith("torch") ? 2 : 1;
  }

  private static void assertExponents(double[] expected, Stability found, int regular) {
    for (int i = 0; i < regular; i++) {
      assertEquals(expected[i], found.exponents()[i], TOLERANCE, "exponent " + i);
    }
    for (int i = regular; i < found.exponents().length; i++) {
      assertEquals(Double.NEGATIVE_INFINITY, found.exponents()[i]);
      assertTrue(expected[i] < -4, "a structural direction is lost in the dense matrices too");
    }
  }

  private static double[][] frame(int dimension, int count) {
    Random random = new Random(12);
    double[][] columns = new double[count][dimension];
    for (double[] column : columns) {
      java.util.Arrays.setAll(column, i -> random.nextGaussian());
    }
    return columns;
  }

  private static double[] exponents(DenseSteps dense, double[][] frame) {
    MatrixStore<Double> q = orthogonal(RawStore.wrap(frame).transpose());
    double[] sum = new double[frame.length];
    for (MatrixStore<Double> a : dense.matrices()) {
      QR<Double> qr = QR.R064.make(true);
      qr.decompose(a.multiply(q));
      for (int i = 0; i < sum.length; i++) {
        sum[i] += Math.log(Math.abs(qr.getR().doubleValue(i, i))) / dense.matrices().size();
      }
      q = qr.getQ();
    }
    return sum;
  }

  private static MatrixStore<Double> orthogonal(MatrixStore<Double> matrix) {
    QR<Double> qr = QR.R064.make(true);
    qr.decompose(matrix);
    return qr.getQ();
  }

  private static double[] singularValues(MatrixStore<Double> matrix) {
    SingularValue<Double> svd = SingularValue.R064.make(matrix);
    svd.decompose(matrix);
    return svd.getSingularValues().toRawCopy1D();
  }
}
