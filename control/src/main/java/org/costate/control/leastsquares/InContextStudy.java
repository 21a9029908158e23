package org.costate.control.leastsquares;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.costate.adjoint.cost.Costs;
import org.costate.adjoint.sweep.Outputs;
import org.costate.adjoint.sweep.SweepOptions;
import org.costate.control.cost.Tracking;
import org.costate.control.leastsquares.RandomTasks.Task;
import org.costate.control.optimise.AdamW;
import org.costate.control.optimise.RateSchedule;
import org.costate.control.train.Initialisation;
import org.costate.control.train.IterationRecord;
import org.costate.control.train.Limits;
import org.costate.control.train.MiniBatches;
import org.costate.control.train.ModelProblem;
import org.costate.control.train.Training;
import org.costate.control.train.TrainingState;
import org.costate.model.Model;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.LinearAttention;
import org.costate.model.operator.Mask;
import org.costate.model.scheme.Schemes;
import org.costate.model.scheme.Step;
import org.costate.model.state.Batch;
import org.costate.model.time.ControlLayout;
import org.costate.model.time.PiecewiseConstant;
import org.costate.model.time.TimeGrid;

/// In-context regression: a residual network of linear attention alone is trained on [RandomTasks],
/// a new one in every sequence, to predict the query from the context. Its weights learn how to
/// fit, not what: with one layer the best it can do is one step of gradient descent; more layers do
/// better. Compared with least squares and that step as the context grows.
///
/// Source: von Oswald et al. (arXiv 2212.07677); Ahn, Cheng, Daneshmand, Sra (arXiv 2306.00297).
///
/// @param seed where tasks and starts come from
/// @param iterations of a training
/// @param judged tasks that predictions are judged on, for every length
public record InContextStudy(long seed, int iterations, int judged, Kernels kernels) {
  /// Features of a row.
  public static final int FEATURES = 5;

  /// Deviation of the noise.
  public static final double NOISE = 0.5;

  /// Fewest rows of a context in training.
  public static final int LEAST_ROWS = 8;

  /// Most rows of a context in training.
  public static final int MOST_ROWS = 40;

  private static final int WIDTH = FEATURES + 1;
  private static final int SEQUENCES = 64;
  private static final double RATE = 0.04;
  private static final double CLIP = 1;
  private static final double STEP = Predictors.bestStep(FEATURES, LEAST_ROWS, MOST_ROWS, NOISE);
  private static final String BLOCK = "attention";

  /// A trained model.
  ///
  /// @param layers number of layers
  /// @param losses half the mean square error of every mini-batch
  /// @param errors mean square error for each feature, for every length of context
  /// @param fromStep root mean square difference of its predictions from those of one gradient step
  ///     of the best size, over that of the step's, on contexts as in training
  public record Trained(int layers, double[] losses, double[] errors, double fromStep) {}

  /// What was found. All errors are mean squares of `prediction − <w, x>` for each feature: 1 for
  /// the prediction 0.
  ///
  /// @param rows lengths of contexts
  /// @param leastSquares errors of exact least squares
  /// @param bayes errors of the best prediction there is: ridge with `μ = σ²`
  /// @param step errors of one gradient step of the size that is best for the trained contexts
  /// @param stepTheory what they are by theory
  /// @param models the trained models
  public record Result(
      List<Integer> rows,
      double[] leastSquares,
      double[] bayes,
      double[] step,
      double[] stepTheory,
      List<Trained> models) {
    public Result {
      rows = List.copyOf(rows);
      models = List.copyOf(models);
    }
  }

  /// Trains a model of each depth and judges all on contexts of each length.
  public Result compare(List<Integer> depths, List<Integer> rows) {
    List<Trained> models = depths.stream().map(depth -> train(depth, rows)).toList();
    return new Result(
        rows,
        errors(rows, Predictors::leastSquares),
        errors(rows, task -> Predictors.bayes(task, NOISE)),
        errors(rows, task -> Predictors.step(task, STEP)),
        rows.stream().mapToDouble(n -> Predictors.stepError(FEATURES, n, NOISE, STEP)).toArray(),
        models);
  }

  private Trained train(int layers, List<Integer> rows) {
    Model model = model(layers);
    double[] weights = new double[(MOST_ROWS + 1) * WIDTH];
    weights[weights.length - 1] = 1;
    RandomTasks tasks = tasks(LEAST_ROWS, MOST_ROWS, iterations * SEQUENCES, "trained");
    AdamW optimiser = new AdamW(0.9, 0.99, 1e-8, 0, List.of(), CLIP);
    double[] start =
        new Initialisation(new Initialisation.Weights.FanIn(1 / Math.sqrt(2 * layers)), 0, false)
            .controls(model.layout(), model.step(), model.grid(), seed);
    double rate = RATE / Math.sqrt(layers);
    try (ModelProblem problem =
        new ModelProblem(
            model,
            Costs.of(new Tracking(weights)),
            new MiniBatches(tasks, SEQUENCES, 1, seed),
            Optional.empty(),
            SweepOptions.with(kernels))) {
      Training training =
          new Training(
              problem,
              optimiser,
              new RateSchedule.WarmUpCosine(rate, 0, iterations / 20, iterations),
              Limits.of(iterations),
              TrainingState.start(start, optimiser),
              () -> 0);
      training.run();
      double[] losses = training.history().stream().mapToDouble(IterationRecord::value).toArray();
      return judge(model, training.controls(), losses, rows);
    }
  }

  private Trained judge(Model model, double[] c, double[] losses, List<Integer> rows) {
    double[] errors = new double[rows.size()];
    for (int k = 0; k < errors.length; k++) {
      RandomTasks tasks = tasks(rows.get(k), rows.get(k), judged, "judged");
      double[] found = predictions(model, c, tasks);
      for (int i = 0; i < judged; i++) {
        double off = found[i] - tasks.task(i).truth();
        errors[k] += off * off / judged / FEATURES;
      }
    }
    return new Trained(model.grid().steps(), losses, errors, fromStep(model, c));
  }

  private double fromStep(Model model, double[] c) {
    RandomTasks tasks = tasks(LEAST_ROWS, MOST_ROWS, judged, "judged");
    double[] found = predictions(model, c, tasks);
    double apart = 0;
    double size = 0;
    for (int i = 0; i < judged; i++) {
      double step = Predictors.step(tasks.task(i), STEP);
      apart += (found[i] - step) * (found[i] - step);
      size += step * step;
    }
    return Math.sqrt(apart / size);
  }

  private double[] predictions(Model model, double[] c, RandomTasks tasks) {
    Batch batch = tasks.every(1);
    double[] out = Outputs.of(model, c, batch, kernels);
    int each = (tasks.most() + 1) * WIDTH;
    double[] found = new double[tasks.size()];
    Arrays.setAll(found, i -> out[(i + 1) * each - 1]);
    return found;
  }

  private double[] errors(List<Integer> rows, ToDoubleFunction<Task> predictor) {
    List<Double> errors = new ArrayList<>();
    for (int n : rows) {
      RandomTasks tasks = tasks(n, n, judged, "judged");
      double sum = 0;
      for (int i = 0; i < judged; i++) {
        Task task = tasks.task(i);
        double off = predictor.applyAsDouble(task) - task.truth();
        sum += off * off;
      }
      errors.add(sum / judged / FEATURES);
    }
    return errors.stream().mapToDouble(e -> e).toArray();
  }

  private RandomTasks tasks(int least, int most, int size, String name) {
    String stream = "in context " + name + " " + least + " " + most;
    return new RandomTasks(FEATURES, least, most, NOISE, size, seed, stream);
  }

  /// `u := u + A(u)`, `layers` times, with weights of their own.
  static Model model(int layers) {
    LinearAttention attention =
        new LinearAttention(WIDTH, 1, WIDTH, 1, new Mask.Full(), false, false, false);
    ContinuousEquation equation = ContinuousEquation.of(Field.of(Controlled.of(attention, BLOCK)));
    TimeGrid grid = TimeGrid.uniform(layers, layers);
    ControlLayout layout =
        ControlLayout.builder()
            .blocks(equation.blocks(), new PiecewiseConstant(layers, layers))
            .build();
    return new Model(List.of(), new Step(Schemes.euler(equation), WIDTH), grid, layout, List.of());
  }
}
