package org.costate.control.diagnose;

import java.util.Optional;
import java.util.random.RandomGenerator;
import org.costate.model.state.Batch;

/// Random disturbances of an input whose targets stay as they are: how a trained model is judged on
/// data that it did not see the like of.
public sealed interface Disturbance {
  /// What the level means, for people.
  String name();

  /// Why `level` is none of this disturbance, if it is not.
  Optional<String> refusal(double level);

  /// A disturbed copy of `batch`; labels and targets are those of `batch`.
  ///
  /// @param level size of the disturbance; 0 changes nothing
  /// @param random drawn from in the order of the entries
  Batch applied(Batch batch, double level, RandomGenerator random);

  /// Every token is replaced with probability `level` by another one, all others equally likely.
  ///
  /// @param vocabulary number of tokens, at least 2
  record Replacement(int vocabulary) implements Disturbance {
    @Override
    public String name() {
      return "part of the tokens replaced at random";
    }

    @Override
    public Optional<String> refusal(double level) {
      boolean fits = level >= 0 && level <= 1 && (level == 0 || vocabulary > 1);
      return fits ? Optional.empty() : Optional.of("a probability between 0 and 1");
    }

    @Override
    public Batch applied(Batch batch, double level, RandomGenerator random) {
      int[] ids = batch.ids().orElseThrow().clone();
      for (int i = 0; i < ids.length; i++) {
        if (random.nextDouble() < level) {
          int other = random.nextInt(vocabulary - 1);
          ids[i] = other < ids[i] ? other : other + 1;
        }
      }
      return new Batch(
          batch.shape(),
          Optional.of(ids),
          batch.types(),
          batch.input(),
          batch.tokenWeights(),
          batch.labels(),
          batch.target());
    }
  }

  /// Independent Gaussian noise of standard deviation `level` is added to every entry of the input.
  record GaussianNoise() implements Disturbance {
    @Override
    public String name() {
      return "standard deviation of Gaussian noise on the input";
    }

    @Override
    public Optional<String> refusal(double level) {
      boolean fits = level >= 0 && Double.isFinite(level);
      return fits ? Optional.empty() : Optional.of("a standard deviation of at least 0");
    }

    @Override
    public Batch applied(Batch batch, double level, RandomGenerator random) {
      double[] input = batch.input().orElseThrow().clone();
      for (int i = 0; i < input.length; i++) {
        input[i] += level * random.nextGaussian();
      }
      return new Batch(
          batch.shape(),
          batch.ids(),
          batch.types(),
          Optional.of(input),
          batch.tokenWeights(),
          batch.labels(),
          batch.target());
    }
  }
}
