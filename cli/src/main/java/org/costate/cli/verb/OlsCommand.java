package org.costate.cli.verb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.cli.worlds.LeastSquaresReport;
import org.costate.cli.worlds.RegressionFile;
import org.costate.cli.worlds.WorldReport;
import org.costate.control.leastsquares.LearningStudy;
import org.costate.control.leastsquares.LearningStudy.Training;
import org.costate.control.leastsquares.LeastSquares;
import org.costate.control.leastsquares.LeastSquaresFit;
import org.costate.control.leastsquares.RegressionData;
import org.costate.control.train.RandomStreams;
import org.costate.model.InputException;
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
  private static final int SHOWN = 10;

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
    print(session, problem, fit, names, predictions);
    Optional<LeastSquaresReport.Learning> learning =
        file.isPresent()
            ? Optional.empty()
            : Optional.of(LeastSquaresReport.Learning.of(seed, session.kernels()));
    learning.ifPresent(found -> printLearning(session, found));
    Optional<Path> page =
        WorldReport.write(
            session,
            "ols",
            fit.rows()
                + " rows, "
                + names.size()
                + " features: R² = "
                + WorldReport.number(fit.r2()),
            LeastSquaresReport.sections(problem, fit, names, predictions, learning),
            seed,
            inputs());
    boolean arrived =
        learning.stream().flatMap(l -> l.trainings().stream()).allMatch(Training::arrived);
    return Outcome.of(
        result(problem, fit, names, predictions, page), fit.agreement().pass() && arrived);
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
    } catch (LeastSquares.ConstantFeature e) {
      String name = names.get(e.feature());
      throw new InputException(
          data + ": found the column `" + name + "` constant",
          "a feature that varies" + (noIntercept ? "" : ", beside the intercept"),
          "Maybe --ignore " + name + (noIntercept ? "?" : " or --no-intercept?"),
          e);
    }
  }

  private static void print(
      Session session,
      LeastSquares problem,
      LeastSquaresFit fit,
      List<String> names,
      double[] predictions) {
    var out = session.text();
    out.printf("%-24s %14s %14s %14s%n", "feature", "attention", "std. error", "QR");
    if (problem.intercept()) {
      out.printf("%-24s %14s%n", "intercept", WorldReport.number(fit.intercept()));
    }
    for (int j = 0; j < names.size(); j++) {
      out.printf(
          "%-24s %14s %14s %14s%n",
          names.get(j),
          WorldReport.number(fit.coefficients()[j]),
          WorldReport.number(fit.standardErrors()[j]),
          WorldReport.number(fit.reference()[j]));
    }
    out.printf(
        Locale.ROOT,
        "%nrows        %d%nR²          %s%nrank        %d of %d%ncondition   %s%n",
        fit.rows(),
        WorldReport.number(fit.r2()),
        fit.rank(),
        names.size(),
        WorldReport.number(fit.condition()));
    if (collinear(fit)) {
      out.println(
          "warning: features are collinear: single coefficients mean little, fitted values stand");
    }
    out.printf(
        Locale.ROOT,
        "%-5s attention and QR agree: %.2e of at most %.0e (%s)%n",
        fit.agreement().pass() ? "ok" : "FAILS",
        fit.agreement().violation(),
        fit.agreement().tolerance(),
        fit.agreement().witness());
    for (int i = 0; i < Math.min(SHOWN, predictions.length); i++) {
      out.printf("prediction %6d  %s%n", i + 1, WorldReport.number(predictions[i]));
    }
    if (predictions.length > SHOWN) {
      out.printf("… %d predictions in all, in the JSON%n", predictions.length);
    }
  }

  private static void printLearning(Session session, LeastSquaresReport.Learning learning) {
    for (Training t : learning.trainings()) {
      session
          .text()
          .printf(
              Locale.ROOT,
              "%-5s gradient descent reaches the map of %d features: %.2e of at most %.0e after %d"
                  + " epochs%n",
              t.arrived() ? "ok" : "FAILS",
              t.features(),
              t.distances()[t.epochs()],
              LearningStudy.ARRIVED,
              t.epochs());
    }
  }

  private static boolean collinear(LeastSquaresFit fit) {
    return fit.condition() > LeastSquares.COLLINEAR;
  }

  private static Result result(
      LeastSquares problem,
      LeastSquaresFit fit,
      List<String> names,
      double[] predictions,
      Optional<Path> page) {
    Map<String, Double> coefficients = new LinkedHashMap<>();
    Map<String, Double> errors = new LinkedHashMap<>();
    if (problem.intercept()) {
      coefficients.put("intercept", fit.intercept());
    }
    for (int j = 0; j < names.size(); j++) {
      coefficients.put(names.get(j), fit.coefficients()[j]);
      errors.put(names.get(j), fit.standardErrors()[j]);
    }
    return new Result(
        coefficients,
        fit.intercept(),
        errors,
        fit.r2(),
        fit.rank(),
        fit.condition(),
        fit.rows(),
        problem.ridge(),
        collinear(fit),
        new Agreement(
            fit.agreement().violation(),
            fit.agreement().tolerance(),
            fit.agreement().witness(),
            fit.agreement().pass()),
        predictions,
        page.map(Path::toString));
  }

  /// What `--json` writes.
  record Result(
      Map<String, Double> coefficients,
      double intercept,
      Map<String, Double> standardErrors,
      double r2,
      int rank,
      double condition,
      long rows,
      double ridge,
      boolean collinear,
      Agreement agreement,
      double[] predictions,
      Optional<String> report) {}

  /// Agreement with QR.
  record Agreement(double violation, double tolerance, String witness, boolean pass) {}
}
