package org.costate.cli.data;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.cli.experiment.DataConfig;
import org.costate.cli.experiment.ModelConfig;
import org.costate.control.cost.CrossEntropy;
import org.costate.control.train.Dataset;
import org.costate.control.train.Sequences;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.data.PointClouds;
import org.costate.interop.data.PointClouds.Solid;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.file.FileHash;
import org.costate.model.operator.Mask;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;

/// Generated clouds of points on solids: classification of a set. The tokens are the points, and
/// nothing tells them apart but where they are.
///
/// @param config what was asked for
/// @param train clouds to learn from
/// @param heldOut clouds of another seed
public record ShapeData(DataConfig config, Sequences train, Sequences heldOut)
    implements ExperimentData {
  private static final int CLASSES = Solid.values().length;

  /// The clouds of an experiment: `samples` to learn from, `heldOut` (half as many where it is
  /// absent) to judge by.
  public static ShapeData generate(DataConfig config, long seed) {
    int judged = config.heldOut().orElse(Math.max(1, config.samples() / 2));
    long other = new SplittableRandom(seed).nextLong();
    return new ShapeData(
        config, clouds(config, config.samples(), seed), clouds(config, judged, other));
  }

  private static Sequences clouds(DataConfig config, int count, long seed) {
    PointClouds clouds = PointClouds.generate(count, config.context(), config.noise(), seed);
    Shape shape = new Shape(count, config.context());
    return new Sequences(Batch.ofInput(shape, clouds.coordinates()).withLabels(clouds.labels()));
  }

  @Override
  public Entry entry(ModelConfig model) {
    return new Entry.Features(3, model.width(), 0);
  }

  @Override
  public Exit exit(ModelConfig model) {
    return ImageData.classification(model, CLASSES);
  }

  @Override
  public Mask mask(ModelConfig model) {
    return new Mask.Full();
  }

  @Override
  public TerminalCost cost() {
    return CrossEntropy.classification(CLASSES);
  }

  @Override
  public Conventions.Output output(int exitStages) {
    return new Conventions.Output("logits", exitStages, "labels", true);
  }

  @Override
  public Conventions.Loss loss() {
    return Conventions.Loss.CROSS_ENTROPY;
  }

  @Override
  public Map<String, String> notes() {
    return Map.of("classes", names(","));
  }

  @Override
  public Dataset training() {
    return train;
  }

  @Override
  public int stride() {
    return 1;
  }

  @Override
  public Shape shape(int count) {
    return new Shape(count, config.context());
  }

  @Override
  public Batch validation() {
    return heldOut.all();
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("solids", names(", "));
    facts.put("points of a cloud", String.valueOf(config.context()));
    facts.put("noise", String.valueOf(config.noise()));
    facts.put("clouds for training", String.valueOf(train.size()));
    facts.put("clouds held out", String.valueOf(heldOut.size()));
    return facts;
  }

  @Override
  public List<FileHash> files() {
    return List.of();
  }

  private static String names(String between) {
    return Arrays.stream(Solid.values())
        .map(solid -> solid.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(between));
  }
}
