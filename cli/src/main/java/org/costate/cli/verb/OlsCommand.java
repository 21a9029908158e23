package org.costate.cli.verb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.cli.worlds.Learning;
import org.costate.cli.worlds.LeastSquaresReport;
import org.costate.cli.worlds.LeastSquaresResult;
import org.costate.cli.worlds.LeastSquaresText;
import org.costate.cli.worlds.RegressionFile;
import org.costate.cli.worlds.WorldReport;
import org.costate.control.leastsquares.LeastSquares;
import org.costate.control.leastsquares.LeastSquaresFit;
import org.costate.control.leastsquares.RegressionData;
import org.costate.control.train.RandomStreams;
import org.costate.model.InputException;
import org.costate.reports.Block;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ols`: least squares in one forward pass of linear attention.
@Command(
    name = "ols",
    mixinStandardHelpOptions = true,
    description =
        "Least squares in one forward pass of linear attention, compared with QR; without options,"
            + " on 200 random rows of 8 features.")
public final class OlsCommand implements Callable<Integer> {
  private static final long DEFAULT_SEED = 1;

  @Option(names = "--data", paramLabel = "FILE.csv", description = "Rows with a header.")
  private Path data;

  @Option(names = "--target", paramLabel = "COLUMN", description = "The column to explain.")
  private String target;

  @Option(
      names = "--ridge",
      paramLabel = "MU",
      description = "Added to the covariance (default: 0).")
  private double ridge;

  @Option(names = "--no-intercept", description = "No constant; features are not centred.")
  private boolean noIntercept;

  @Option(
      names = "--predict",
      paramLabel = "NEW.csv",
      description = "Rows to predict, columns by name.")
  private Path predict;

  @Option(names = "--weights", paramLabel = "COLUMN", description = "Weights of the rows.")
  private String weights;

  @Option(
      names = "--one-hot",
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns of text to expand into a column for each level.")
  private List<String> categories;

  @Option(
      names = "--ignore",
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns to leave out.")
  private List<String> ignored;

  @Option(
      names = "--studies",
      description =
          "What training, the context, and networks trained in context know, on the page (the"
              + " default without data shows it).")
  private boolean studies;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    return common.run(this::fit);
  }

  private Outcome fit(Session session) {
    LeastSquares problem = new LeastSquares(!noIntercept, ridge, session.kernels());
    long seed = session.seed().orElse(DEFAULT_SEED);
    Optional<RegressionFile> file = file();
    RegressionData rows = file.map(RegressionFile::data).orElseGet(() -> example(seed));
    List<String> names =
        file.map(RegressionFile::names)
            .orElseGet(() -> IntStream.rangeClosed(1, 8).mapToObj(i -> "x" + i).toList());
    LeastSquaresFit fit = fitted(problem, rows, names);
    double[] predictions =
        predict == null ? new double[0] : fit.predict(file.orElseThrow().read(predict));
    LeastSquaresText.print(session.text(), problem, fit, names, predictions);
    Optional<Learning> learning =
        studies || file.isEmpty()
            ? Optional.of(Learning.of(seed, session.kernels()))
            : Optional.empty();
    List<Block.Verdict> checks = new ArrayList<>(List.of(LeastSquaresReport.verdict(fit)));
    learning.ifPresent(
        found -> {
          WorldReport.print(session.text(), found.verdicts());
          checks.addAll(found.verdicts());
        });
    Optional<Path> page =
        WorldReport.write(
            session,
            "ols",
            "%d rows, %d features: R² = %s"
                .formatted(fit.rows(), names.size(), WorldReport.number(fit.r2())),
            LeastSquaresReport.sections(problem, fit, names, predictions, learning),
            seed,
            inputs());
    LeastSquaresResult result =
        LeastSquaresResult.of(problem, fit, names, predictions, checks, learning, page);
    return Outcome.of(result, checks.stream().allMatch(Block.Verdict::pass));
  }

  private Optional<RegressionFile> file() {
    if (data == null) {
      if (target != null
          || predict != null
          || weights != null
          || categories != null
          || ignored != null) {
        throw new InputException(
            "ols: found options for columns but no --data", "--data FILE.csv", "");
      }
      return Optional.empty();
    }
    if (target == null) {
      throw new InputException("ols: found no --target", "the column to explain", "");
    }
    RegressionFile.Columns columns =
        new RegressionFile.Columns(
            target,
            Optional.ofNullable(weights),
            ignored == null ? Set.of() : Set.copyOf(ignored),
            categories == null ? Set.of() : Set.copyOf(categories));
    return Optional.of(RegressionFile.open(data, columns, !noIntercept));
  }

  private List<Path> inputs() {
    List<Path> inputs = new ArrayList<>();
    if (data != null) {
      inputs.add(data);
    }
    if (predict != null) {
      inputs.add(predict);
    }
    return inputs;
  }

  /// 200 rows of 8 Gaussian features, `y = Σ j x_j + ε`.
  private static RegressionData example(long seed) {
    RandomGenerator random = new RandomStreams(seed).stream("ols", 0);
    double[] x = new double[200 * 8];
    double[] y = new double[200];
    for (int i = 0; i < 200; i++) {
      for (int j = 0; j < 8; j++) {
        x[i * 8 + j] = random.nextGaussian();
        y[i] += (j + 1) * x[i * 8 + j];
      }
      y[i] += random.nextGaussian();
    }
    return RegressionData.of(x, 8, y);
  }

  private LeastSquaresFit fitted(LeastSquares problem, RegressionData rows, List<String> names) {
    try {
      return problem.fit(rows);
    } catch (LeastSquares.UnusableColumn e) {
      String name = e.column() < names.size() ? names.get(e.column()) : target;
      if (e.outOfRange().isPresent()) {
        throw new InputException(
            data + ": column `" + name + "`: found the magnitude " + e.outOfRange().getAsDouble(),
            "from %s to %s, so that squares can be added"
                .formatted(LeastSquares.SMALLEST, LeastSquares.LARGEST),
            "Maybe another unit?",
            e);
      }
      throw new InputException(
          data + ": found the column `" + name + "` constant",
          "a feature that varies" + (noIntercept ? "" : ", beside the intercept"),
          "Maybe --ignore " + name + (noIntercept ? "?" : " or --no-intercept?"),
          e);
    }
  }
}
