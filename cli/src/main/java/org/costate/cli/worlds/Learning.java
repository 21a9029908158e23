package org.costate.cli.worlds;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.costate.control.leastsquares.InContextStudy;
import org.costate.control.leastsquares.InContextStudy.Trained;
import org.costate.control.leastsquares.LearningStudy;
import org.costate.control.leastsquares.RecursiveStudy;
import org.costate.model.kernel.Kernels;
import org.costate.reports.Block;
import org.costate.reports.Report;

/// What training, the context, and networks trained to read contexts know of least squares.
///
/// @param trainings single layers trained on one table each
/// @param turn the layer of a table in turned weights
/// @param changes what a change of the context changes
/// @param courses recursive updates over a long table, with and without forgetting
/// @param inContext networks trained on random tables
public record Learning(
    List<LearningStudy.Training> trainings,
    LearningStudy.Turn turn,
    List<LearningStudy.Change> changes,
    List<RecursiveStudy.Course> courses,
    InContextStudy.Result inContext) {
  /// Largest relative difference of one trained layer from one step of gradient descent.
  static final double NEAR_STEP = 0.1;

  /// Largest difference of a coefficient for weights that are the same map.
  private static final double SAME_MAP = 1e-10;

  private static final List<Double> FORGETTING = List.of(1.0, 0.999, 0.98);
  private static final int ITERATIONS = 1000;
  private static final int JUDGED = 1000;
  private static final List<Integer> DEPTHS = List.of(1, 2, 3);
  private static final List<Integer> ROWS = List.of(8, 10, 12, 16, 20, 30, 40, 60, 80, 120, 160);

  public Learning {
    trainings = List.copyOf(trainings);
    changes = List.copyOf(changes);
    courses = List.copyOf(courses);
  }

  /// Studies tables of one and of eight features, and networks of one, two and three layers.
  public static Learning of(long seed, Kernels kernels) {
    LearningStudy study = new LearningStudy(seed, kernels);
    InContextStudy inContext = new InContextStudy(seed, ITERATIONS, JUDGED, kernels);
    return new Learning(
        List.of(study.train(1), study.train(8)),
        study.turn(),
        study.changes(),
        new RecursiveStudy(seed).follow(FORGETTING),
        inContext.compare(DEPTHS, ROWS));
  }

  /// Whether training reached least squares, and one layer one gradient step.
  public List<Block.Verdict> verdicts() {
    List<Block.Verdict> verdicts = new ArrayList<>();
    for (LearningStudy.Training t : trainings) {
      verdicts.add(
          new Block.Verdict(
              "gradient descent reaches the map of " + features(t),
              "largest difference of a coefficient",
              t.distances()[t.epochs()],
              LearningStudy.ARRIVED,
              t.epochs() + " epochs from " + WorldReport.number(t.distances()[0]),
              t.arrived()));
    }
    verdicts.add(
        new Block.Verdict(
            "weights turned by a rotation are the same map",
            "largest difference of a coefficient",
            turn.map(),
            SAME_MAP,
            "weights changed by " + WorldReport.number(turn.weights()),
            turn.map() <= SAME_MAP));
    for (RecursiveStudy.Course course : courses) {
      verdicts.add(
          new Block.Verdict(
              "recursive least squares, forgetting " + ParticleScenes.brief(course.forgetting()),
              "QR of all rows, largest difference of a coefficient",
              course.fromBatch(),
              RecursiveStudy.TOLERANCE,
              RecursiveStudy.ROWS + " rows of " + RecursiveStudy.FEATURES + " features",
              course.fromBatch() <= RecursiveStudy.TOLERANCE));
    }
    Trained one = inContext.models().getFirst();
    verdicts.add(
        new Block.Verdict(
            "one layer trained in context is one gradient step",
            "difference of predictions, relative",
            one.fromStep(),
            NEAR_STEP,
            "loss from %s to %s"
                .formatted(
                    WorldReport.number(one.losses()[0]),
                    WorldReport.number(one.losses()[one.losses().length - 1])),
            one.fromStep() <= NEAR_STEP));
    return verdicts;
  }

  /// What the page shows.
  List<Report.Section> sections() {
    return List.of(training(), memory(), inContext(inContext));
  }

  private static String features(LearningStudy.Training t) {
    return t.features() == 1 ? "1 feature" : t.features() + " features";
  }

  private Report.Section training() {
    List<Block.Curve> curves = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    for (LearningStudy.Training t : trainings) {
      curves.add(Block.Curve.counted(features(t), t.distances()));
      rows.add(
          List.of(
              String.valueOf(t.features()),
              String.valueOf(t.epochs()),
              WorldReport.number(t.distances()[t.epochs()]),
              WorldReport.number(t.rotation()),
              WorldReport.number(t.shifted())));
    }
    return new Report.Section(
        "Reached by training",
        "Gradient descent from random weights arrives at the least-squares map. The weights are"
            + " others than those built from the covariance: L and L R with a rotation R are the"
            + " same map. On rows with another spread and other coefficients the trained map is"
            + " wrong: it lives in the slow memory.",
        List.of(
            new Block.Lines(
                "Distance from least squares",
                Block.Axis.linear("epoch"),
                Block.Axis.log("largest difference of a coefficient"),
                curves),
            new Block.Table(
                "Trained layers",
                List.of(
                    "features",
                    "epochs",
                    "distance at the end",
                    "difference of weights",
                    "distance after a shift"),
                rows),
            new Block.Facts(
                List.of(
                    new Block.Fact(
                        "built weights turned by a random rotation: largest change of a weight",
                        WorldReport.number(turn.weights())),
                    new Block.Fact(
                        "largest change of a coefficient of the map",
                        WorldReport.number(turn.map()))))));
  }

  private Report.Section memory() {
    return new Report.Section(
        "Slow and fast memory",
        "Weights are the slow memory, the context is the fast one. Recursive least squares is the"
            + " exact update of the fast memory, a rank-one update for every row. With a forgetting"
            + " factor below 1 old rows fade: the memory is less exact, but follows a change.",
        List.of(
            new Block.Table(
                "What a change of the context changes",
                List.of("change", "weights", "context", "recursive update from a new fit"),
                changes.stream()
                    .map(
                        c ->
                            List.of(
                                c.change(),
                                WorldReport.number(c.slow()),
                                WorldReport.number(c.fast()),
                                WorldReport.number(c.recursive())))
                    .toList()),
            new Block.Lines(
                "Recursive updates of a table that changes half way",
                Block.Axis.linear("row"),
                Block.Axis.log("largest distance from the true coefficients"),
                courses.stream()
                    .map(
                        c ->
                            Block.Curve.joined(
                                "forgetting " + ParticleScenes.brief(c.forgetting()),
                                c.rows(),
                                c.distances()))
                    .toList())));
  }

  private static Report.Section inContext(InContextStudy.Result found) {
    double[] n = found.rows().stream().mapToDouble(rows -> rows).toArray();
    List<Block.Curve> errors = new ArrayList<>();
    List<Block.Curve> losses = new ArrayList<>();
    errors.add(Block.Curve.joined("least squares", n, found.leastSquares()));
    errors.add(Block.Curve.joined("best possible (ridge)", n, found.bayes()));
    errors.add(Block.Curve.joined("one gradient step", n, found.step()));
    for (Trained model : found.models()) {
      String name = model.layers() == 1 ? "1 layer" : model.layers() + " layers";
      errors.add(new Block.Curve(name, n, model.errors(), true));
      losses.add(medians(name, model.losses()));
    }
    return new Report.Section(
        "In-context regression",
        "Networks of linear attention alone, u := u + A(u), trained by adjoint gradients on random"
            + " tables of 8 to 40 rows, every one with other coefficients, to predict one more row."
            + " The weights learn how to fit, not what. One layer becomes one step of gradient"
            + " descent of the best size; with more layers the network comes near least squares, as"
            + " the context grows also beyond the lengths of the training.",
        List.of(
            new Block.Lines(
                "Error of the prediction",
                Block.Axis.log("rows of the context"),
                Block.Axis.log("mean square for each feature"),
                errors),
            new Block.Lines(
                "Training",
                Block.Axis.linear("iteration"),
                Block.Axis.log("loss, median of 20 iterations"),
                losses),
            errors(found)));
  }

  private static Block.Curve medians(String name, double[] losses) {
    int window = 20;
    double[] x = new double[losses.length / window];
    double[] y = new double[x.length];
    for (int k = 0; k < x.length; k++) {
      x[k] = (k + 1) * window;
      double[] sorted =
          DoubleStream.of(losses).skip((long) k * window).limit(window).sorted().toArray();
      y[k] = 0.5 * (sorted[(window - 1) / 2] + sorted[window / 2]);
    }
    return Block.Curve.joined(name, x, y);
  }

  private static Block errors(InContextStudy.Result found) {
    List<String> columns = new ArrayList<>();
    columns.addAll(List.of("rows", "least squares", "best possible"));
    columns.addAll(List.of("one step", "one step, theory"));
    found.models().forEach(m -> columns.add(m.layers() + (m.layers() == 1 ? " layer" : " layers")));
    List<List<String>> rows = new ArrayList<>();
    for (int k = 0; k < found.rows().size(); k++) {
      List<String> row = new ArrayList<>();
      row.add(String.valueOf(found.rows().get(k)));
      row.add(WorldReport.number(found.leastSquares()[k]));
      row.add(WorldReport.number(found.bayes()[k]));
      row.add(WorldReport.number(found.step()[k]));
      row.add(WorldReport.number(found.stepTheory()[k]));
      for (Trained model : found.models()) {
        row.add(WorldReport.number(model.errors()[k]));
      }
      rows.add(row);
    }
    return new Block.Table("Errors", columns, rows);
  }
}
