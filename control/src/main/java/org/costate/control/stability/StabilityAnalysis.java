package org.costate.control.stability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.costate.adjoint.LinearMap;
import org.costate.adjoint.sweep.Linearisation;
import org.costate.model.Model;
import org.costate.model.kernel.Kernels;
import org.costate.model.state.Batch;

/// Computes a [Stability]: pieces of work that do not depend on each other, by threads that have
/// each a view of one trajectory.
///
/// States of at most [StabilityOptions#MIDDLE] numbers leave one thread free: their analysis is
/// over before the compiler of the JVM is done, which needs one itself.
final class StabilityAnalysis implements AutoCloseable {
  private static final int COVARIANT = 8;

  /// Substeps and parts of the depth are looked at, not compared with anything: a value is off by
  /// about the square of its residual.
  private static final double LOOSE = 1e-6;

  private final Model model;
  private final double[] c;
  private final Batch batch;
  private final Kernels kernels;
  private final StabilityOptions options;
  private final boolean hasFinalNorm;
  private final Linearisation trajectory;
  private final TangentSpaces spaces;
  private final int dimension;
  private final GolubKahan one;
  private final ThreadLocal<Linearisation> views;
  private final Tasks tasks;

  /// The largest singular values of the whole map.
  private record Leading(double[] values, double[][] right, boolean converged) {}

  StabilityAnalysis(
      Model model,
      double[] c,
      Batch batch,
      Kernels kernels,
      StabilityOptions options,
      int threads) {
    this.model = Stability.upToFinalNorm(model);
    this.c = c;
    this.batch = batch;
    this.kernels = kernels;
    this.options = options;
    this.hasFinalNorm = !this.model.exit().isEmpty();
    this.trajectory = Linearisation.sharing(this.model, c, batch, kernels);
    this.spaces = new TangentSpaces(this.model, c, trajectory, kernels);
    this.dimension = trajectory.stateShape().size(model.stateWidth());
    this.one = solver(1);
    require("exponents", options.exponents(dimension));
    require("singular values", options.singularValues(dimension));
    options.stretch().ifPresent(this::require);
    this.views = ThreadLocal.withInitial(trajectory::forAnotherThread);
    this.tasks =
        new Tasks(dimension <= StabilityOptions.MIDDLE ? Math.max(1, threads - 1) : threads);
  }

  private void require(String what, int count) {
    if (count < 1 || count > dimension) {
      throw new IllegalArgumentException(
          "stability: found %d %s, expected 1 to %d".formatted(count, what, dimension));
    }
  }

  private void require(Stretch.Request request) {
    if (request.to() > trajectory.steps()) {
      throw new IllegalArgumentException(
          "stretch: found layers up to %d, expected at most %d"
              .formatted(request.to(), trajectory.steps()));
    }
  }

  /// Longest chains first: the adversary and the Lyapunov functions wait for the singular vectors.
  /// The exponents are looked at before them: a tangent that is not finite is named with its step.
  Stability run() {
    var leading = begin(this::leading);
    var spectrum = begin(view -> LyapunovSpectrum.of(maps(view), start(exponents())));
    var covariant = begin(this::covariant);
    var gains = beginAll(n -> view -> StepGain.of(view, n, one));
    LyapunovSpectrum found = spectrum.result();
    Leading most = leading.result();
    double[] direction = most.right()[0];
    boolean bounds = options.witnesses(dimension);
    var adversary = bounds ? Optional.of(begin(v -> adversary(v, direction))) : noPromise();
    var lyapunov = begin(view -> lyapunov(view, most.right()));
    var anatomy = bounds ? beginAll(n -> view -> anatomy(view, n)) : noPromises();
    var passages = begin(v -> Passage.of(model, c, batch, v, kernels, direction));
    var growth = begin(view -> transientGrowth(view, most.values()[0]));
    var entropy = begin(view -> AttentionEntropy.of(model, c, batch, view, kernels));
    var finalNorm = begin(this::finalNormGain);
    var tangent = begin(this::tangent);
    var local = begin(this::local);
    var stretch = begin(this::stretch);
    return new Stability(
        dimension,
        trajectory.steps(),
        exponents(found),
        found.running(),
        spaces.structural(),
        tangent.result(),
        most.values(),
        most.converged(),
        results(gains),
        finalNorm.result(),
        worst(direction),
        passages.result(),
        growth.result(),
        adversary.map(a -> witnesses(results(anatomy), a.result())),
        local.result(),
        covariant.result(),
        TokenGeometry.along(trajectory),
        entropy.result(),
        lyapunov.result(),
        stretch.result());
  }

  /// Begins something on the view of the trajectory that belongs to the thread which does it.
  private <T> Tasks.Promise<T> begin(Function<Linearisation, T> work) {
    return tasks.begin(() -> work.apply(views.get()));
  }

  private <T> List<Tasks.Promise<T>> beginAll(
      Function<Integer, Function<Linearisation, T>> ofStep) {
    List<Tasks.Promise<T>> all = new ArrayList<>();
    for (int n = 0; n < trajectory.steps(); n++) {
      all.add(begin(ofStep.apply(n)));
    }
    return all;
  }

  private static Optional<Tasks.Promise<AdversarialGain>> noPromise() {
    return Optional.empty();
  }

  private static List<Tasks.Promise<StepAnatomy>> noPromises() {
    return List.of();
  }

  private static <T> List<T> results(List<Tasks.Promise<T>> promises) {
    return promises.stream().map(Tasks.Promise::result).toList();
  }

  private GolubKahan solver(int count) {
    return StabilityOptions.solver(dimension, count, options.seed());
  }

  private GolubKahan loose() {
    return new GolubKahan(LOOSE, one.steps(), options.seed());
  }

  /// From the whole matrix where many values are wanted.
  private Leading leading(Linearisation view) {
    int wanted = options.singularValues(dimension);
    LinearMap whole = view.propagator(0, view.steps());
    if (wanted > dimension / 4 && dimension > 1) {
      double[] all = Assembled.singularValues(Assembled.matrix(whole));
      return new Leading(Arrays.copyOf(all, wanted), one.leading(whole, 1).right(), true);
    }
    GolubKahan.Triplets found = solver(wanted).leading(whole, wanted);
    return new Leading(found.values(), found.right(), found.converged());
  }

  /// @param known leading right singular vectors of the whole map, as many as there are
  private Optional<LyapunovFunctions> lyapunov(Linearisation view, double[][] known) {
    int count = Math.min(options.directions(dimension), spaces.dimension());
    if (count == 0) {
      return Optional.empty();
    }
    LinearMap whole = view.propagator(0, view.steps());
    double[][] directions =
        known.length >= count ? known : solver(count).leading(whole, count).right();
    return Optional.of(LyapunovFunctions.of(maps(view), new Frame(directions).first(count)));
  }

  private int exponents() {
    return options.exponents(dimension);
  }

  /// Directions beyond the dimension of the tangent space are structural: nothing is computed for
  /// them, and those before do not depend on them.
  private Frame start(int wanted) {
    int count = Math.min(wanted, spaces.dimension());
    return options
        .start()
        .map(frame -> frame.first(count))
        .orElseGet(() -> spaces.frame(count, options.seed()));
  }

  private static List<LinearMap> maps(Linearisation view) {
    List<LinearMap> maps = new ArrayList<>();
    for (int n = 0; n < view.steps(); n++) {
      maps.add(view.propagator(n, n + 1));
    }
    return maps;
  }

  private CovariantMap covariant(Linearisation view) {
    Frame start = start(Math.min(COVARIANT, exponents()));
    return CovariantMap.of(maps(view), start, view.stateShape().tokens());
  }

  private double[] exponents(LyapunovSpectrum spectrum) {
    double[] all = new double[exponents()];
    Arrays.fill(all, Double.NEGATIVE_INFINITY);
    double[] found = spectrum.exponents();
    double[] ordered = options.start().isPresent() ? found : TangentSpectrum.descending(found);
    System.arraycopy(ordered, 0, all, 0, ordered.length);
    return all;
  }

  private Optional<TangentSpectrum> tangent(Linearisation view) {
    return exponents() < spaces.dimension()
        ? Optional.empty()
        : TangentSpectrum.of(view, new TangentSpaces(model, c, view, kernels));
  }

  private StepAnatomy anatomy(Linearisation view, int n) {
    return StepAnatomy.of(model, c, batch, view, n, kernels, loose());
  }

  private AdversarialGain adversary(Linearisation view, double[] direction) {
    return Witnesses.adversary(model, c, batch, view, kernels, direction, options.seed());
  }

  private Witnesses witnesses(List<StepAnatomy> anatomy, AdversarialGain adversary) {
    return Witnesses.of(anatomy, adversary, Witnesses.radius(trajectory));
  }

  private Optional<TransientGrowth> transientGrowth(Linearisation view, double whole) {
    if (dimension > StabilityOptions.MIDDLE) {
      return Optional.empty();
    }
    return Optional.of(TransientGrowth.of(view, whole, loose()));
  }

  private Optional<LocalDynamics> local(Linearisation view) {
    return dimension <= StabilityOptions.SMALL
        ? Optional.of(LocalDynamics.of(view, model.grid()))
        : Optional.empty();
  }

  private Optional<Stretch> stretch(Linearisation view) {
    int wanted = options.singularValues(dimension);
    return options.stretch().map(request -> Stretch.of(view, request, wanted, one));
  }

  private OptionalDouble finalNormGain(Linearisation view) {
    return hasFinalNorm
        ? OptionalDouble.of(one.leading(view.toOutput(view.steps()), 1).values()[0])
        : OptionalDouble.empty();
  }

  private double[][] worst(double[] direction) {
    double[][] norms = new double[trajectory.steps() + 1][];
    double[] v = direction.clone();
    norms[0] = tokenNorms(v);
    for (int n = 0; n < trajectory.steps(); n++) {
      double[] image = new double[dimension];
      trajectory.propagator(n, n + 1).apply(v, image);
      norms[n + 1] = tokenNorms(image);
      v = image;
    }
    return norms;
  }

  private double[] tokenNorms(double[] v) {
    return Stretch.tokenNorms(v, trajectory.stateShape().tokens());
  }

  @Override
  public void close() {
    tasks.close();
  }
}
