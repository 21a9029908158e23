package org.costate.cli.verb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.costate.cli.run.CommonOptions;
import org.costate.cli.run.Outcome;
import org.costate.cli.run.Session;
import org.costate.cli.worlds.ParticleChecks;
import org.costate.cli.worlds.ParticleStart;
import org.costate.cli.worlds.ParticleStudies;
import org.costate.cli.worlds.ParticlesReport;
import org.costate.cli.worlds.ParticlesText;
import org.costate.cli.worlds.TensorPlace;
import org.costate.cli.worlds.WorldReport;
import org.costate.control.particles.IntegrationScheme;
import org.costate.control.particles.Interaction;
import org.costate.control.particles.Observation;
import org.costate.control.particles.ParticleFlow;
import org.costate.control.particles.Trajectory;
import org.costate.interop.safetensors.SafetensorsWriter;
import org.costate.interop.safetensors.Tensor;
import org.costate.model.InputException;
import org.costate.reports.Block;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `particles`: tokens under attention and normalisation alone, as particles on the sphere.
@Command(
    name = "particles",
    mixinStandardHelpOptions = true,
    description =
        "Follow tokens under self-attention as interacting particles on the unit sphere; without"
            + " options, 32 random particles in three dimensions.")
public final class ParticlesCommand implements Callable<Integer> {
  private static final long DEFAULT_SEED = 1;
  private static final List<Double> DEFAULT_TIMES =
      List.of(0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 25.0, 30.0);

  @Option(
      names = "--points",
      paramLabel = "FILE:TENSOR",
      description = "Start positions [n, d], unit vectors, in a safetensors file.")
  private String points;

  @Option(names = "--n", paramLabel = "N", description = "Number of particles (default: 32).")
  private Integer n;

  @Option(names = "--d", paramLabel = "D", description = "Dimension (default: 3).")
  private Integer d;

  @Option(
      names = "--start",
      paramLabel = "START",
      description = "uniform (default) or orthogonal, where d is n unless given.")
  private String start = "uniform";

  @Option(
      names = "--beta",
      paramLabel = "B",
      description = "Inverse temperature (default: ${DEFAULT-VALUE}).")
  private double beta = 1;

  @Option(
      names = "--times",
      split = ",",
      paramLabel = "T",
      description = "Times to stop at, hit exactly (default: 0,0.5,1,2,3,5,7,10,15,20,25,30).")
  private List<Double> times;

  @Option(
      names = "--scheme",
      paramLabel = "S",
      description = "rk4 (default), midpoint-tangent, lie-projected or dp853.")
  private String scheme = "rk4";

  @Option(
      names = "--step",
      paramLabel = "H",
      description = "Largest step (default: halved until the error is estimated below 1e-9).")
  private Double step;

  @Option(names = "--query", paramLabel = "FILE:TENSOR", description = "Q [d, d].")
  private String query;

  @Option(names = "--key", paramLabel = "FILE:TENSOR", description = "K [d, d].")
  private String key;

  @Option(names = "--value", paramLabel = "FILE:TENSOR", description = "V [d, d].")
  private String value;

  @Option(names = "--unnormalised", description = "Divide by n instead of the softmax sum.")
  private boolean unnormalised;

  @Option(
      names = "--level",
      paramLabel = "G",
      description = "Also find when the smallest inner product first reaches this level.")
  private Double level;

  @Option(
      names = "--studies",
      description =
          "Time against temperature, plateaus, and limits for other value matrices on the page"
              + " (the default shows them).")
  private boolean studies;

  @Option(
      names = "--tensors",
      paramLabel = "OUT.safetensors",
      description = "Write the positions as `x` [times, n, d].")
  private Path tensors;

  @Mixin private CommonOptions common;

  private final List<Path> inputs = new ArrayList<>();

  @Override
  public Integer call() {
    return common.run(this::follow);
  }

  private Outcome follow(Session session) {
    long seed = session.seed().orElse(DEFAULT_SEED);
    List<Double> chosen = times == null ? DEFAULT_TIMES : times;
    ParticleStart begin = start(seed);
    ParticleFlow flow =
        new ParticleFlow(
            begin.n(),
            begin.d(),
            interaction(begin.d()),
            IntegrationScheme.named(scheme),
            session.kernels());
    Trajectory run =
        step == null
            ? Trajectory.refined(flow, begin.x(), chosen, Observation.TOGETHER)
            : Trajectory.of(flow, begin.x(), chosen, step, Observation.TOGETHER);
    OptionalDouble crossing = crossing(flow, begin.x(), run);
    if (tensors != null) {
      SafetensorsWriter.write(tensors, List.of(positions(run, begin)), Map.of());
    }
    List<Block.Verdict> verdicts = ParticleChecks.of(flow, run, begin);
    ParticlesText.print(session.text(), flow, run, verdicts);
    if (level != null) {
      ParticlesText.print(session.text(), level, crossing);
    }
    Optional<Path> page =
        WorldReport.write(
            session,
            "particles",
            begin.n() + " particles on the sphere of R^" + begin.d() + ".",
            ParticlesReport.sections(
                flow, run, verdicts, begin.orthogonal(), studies(session, seed)),
            seed,
            inputs);
    boolean pass = verdicts.stream().allMatch(Block.Verdict::pass);
    Result result =
        new Result(
            run.observations(),
            begin.n(),
            begin.d(),
            beta,
            flow.scheme().label(),
            run.step(),
            run.error(),
            crossing,
            verdicts,
            page.map(Path::toString));
    return Outcome.of(result, pass);
  }

  private ParticleStart start(long seed) {
    if (points == null) {
      return ParticleStart.of(start, n, d, seed);
    }
    if (n != null || d != null || !start.equals("uniform")) {
      throw new InputException(
          "--points: found --n, --d or --start beside it", "the points alone", "");
    }
    return ParticleStart.of(read("--points", points), points);
  }

  private Interaction interaction(int dimension) {
    return new Interaction(
        beta,
        matrix("--query", query, dimension),
        matrix("--key", key, dimension),
        matrix("--value", value, dimension),
        !unnormalised);
  }

  private Optional<double[]> matrix(String option, String place, int dimension) {
    if (place == null) {
      return Optional.empty();
    }
    TensorPlace tensor = read(option, place);
    if (tensor.rows() != dimension || tensor.columns() != dimension) {
      throw new InputException(
          option + ": found shape [" + tensor.rows() + ", " + tensor.columns() + "]",
          "[" + dimension + ", " + dimension + "] as the points say",
          "");
    }
    return Optional.of(tensor.values());
  }

  private TensorPlace read(String option, String place) {
    TensorPlace tensor = TensorPlace.read(option, place);
    inputs.add(tensor.path());
    return tensor;
  }

  private OptionalDouble crossing(ParticleFlow flow, double[] x, Trajectory run) {
    if (level == null) {
      return OptionalDouble.empty();
    }
    if (!(level > -1 && level < 1) || flow.scheme() == IntegrationScheme.DP853) {
      throw new InputException(
          "--level: found " + level + " with --scheme " + scheme,
          "a number between -1 and 1 and a scheme with steps of its own",
          "");
    }
    return flow.firstTime(x, level, run.times().getLast(), run.step())
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }

  /// Studies where they are asked for, and on the page of the embedded default.
  private Optional<ParticleStudies> studies(Session session, long seed) {
    boolean isDefault = points == null && n == null && d == null && times == null;
    return (studies || isDefault) && session.report()
        ? Optional.of(ParticleStudies.of(seed, session.kernels()))
        : Optional.empty();
  }

  private static Tensor positions(Trajectory run, ParticleStart begin) {
    double[] all = new double[run.times().size() * begin.x().length];
    for (int k = 0; k < run.times().size(); k++) {
      System.arraycopy(run.positions().get(k), 0, all, k * begin.x().length, begin.x().length);
    }
    return Tensor.ofDoubles("x", List.of(run.times().size(), begin.n(), begin.d()), all);
  }

  /// What `--json` writes.
  record Result(
      List<Observation> times,
      int n,
      int d,
      double beta,
      String scheme,
      double step,
      double error,
      OptionalDouble crossing,
      List<Block.Verdict> checks,
      Optional<String> report) {}
}
