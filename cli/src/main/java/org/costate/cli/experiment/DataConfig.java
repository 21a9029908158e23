package org.costate.cli.experiment;

import java.util.List;
import java.util.Optional;

/// What a model is trained on.
///
/// @param kind where the data come from
/// @param text UTF-8 file (kind `text`)
/// @param csv file with a header (kinds `images`, `series`)
/// @param context tokens that the model sees at once (kinds `text`, `series`, `lorenz`, `shapes`:
/// points)
/// @param horizon values to forecast (kinds `series`, `lorenz`)
/// @param columns columns to read, all numeric ones if empty (kind `series`)
/// @param textColumns columns that hold text, which are left out (kind `series`: the date)
/// @param label column with the class (kind `images`)
/// @param target column to forecast (kind `series`)
/// @param rows height of an image (kind `images`)
/// @param cols width of an image (kind `images`)
/// @param patch side of a square patch (kind `images`)
/// @param validation part that is held out
/// @param split which part: the end of the file, or rows drawn with the seed
/// @param heldOut number of rows held out instead of the part `validation`; number of further
/// clouds to judge by, half of `samples` if absent (kind `shapes`)
/// @param samples training samples to generate (kinds `lorenz`, `shapes`); points (kind `sine`)
/// @param interval time between samples (kind `lorenz`)
/// @param noise standard deviation of the noise on points (kind `shapes`)
/// @param system the system (kind `linear-quadratic`)
/// @param scale what pixel values are divided by (kind `images`)
/// @param limit characters of the text that are used, from its beginning; all if absent (kind
/// `text`)
public record DataConfig(
    Kind kind,
    Optional<String> text,
    Optional<String> csv,
    int context,
    int horizon,
    List<String> columns,
    List<String> textColumns,
    Optional<String> label,
    Optional<String> target,
    int rows,
    int cols,
    int patch,
    double validation,
    Split split,
    Optional<Integer> heldOut,
    int samples,
    double interval,
    double noise,
    double scale,
    Optional<Integer> limit,
    LinearSystemConfig system) {

  /// A linear control system and its costs.
  ///
  /// @param a matrix `A` of `u' = u A + θ B`, row by row
  /// @param b matrix `B`, a row per input
  /// @param start initial state
  /// @param terminal weight of `½ ‖u(T)‖²`
  /// @param running weight of `½ ‖u‖²` in time
  public record LinearSystemConfig(
      List<Double> a, List<Double> b, List<Double> start, double terminal, double running) {
    /// `u' = θ`, `u(0) = 1`, `J = ½ u(T)²`.
    public static final LinearSystemConfig DEFAULT =
        new LinearSystemConfig(List.of(0.0), List.of(1.0), List.of(1.0), 1, 0);
  }

  /// Kinds of data.
  public enum Kind {
    /// Characters of a text, next-character prediction.
    TEXT,
    /// Grey images in the rows of a CSV file, classification.
    IMAGES,
    /// Multivariate time series in a CSV file, forecast.
    SERIES,
    /// The Lorenz-63 system, forecast.
    LORENZ,
    /// Clouds of points on generated solids, classification.
    SHAPES,
    /// A linear control system with quadratic costs.
    LINEAR_QUADRATIC,
    /// The function sin x, by a continuous residual network.
    SINE
  }

  /// How the held-out part is chosen.
  public enum Split {
    /// The last part of the data.
    END,
    /// Drawn at random with the experiment's seed.
    RANDOM
  }

  /// What an experiment file may leave out.
  public static final DataConfig DEFAULT =
      new DataConfig(
          Kind.LORENZ,
          Optional.empty(),
          Optional.empty(),
          32,
          1,
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          8,
          8,
          2,
          0.1,
          Split.END,
          Optional.empty(),
          2000,
          0.05,
          0.03,
          1,
          Optional.empty(),
          LinearSystemConfig.DEFAULT);

  /// The same data at other places.
  public DataConfig at(Optional<String> newText, Optional<String> newCsv) {
    return new DataConfig(
        kind,
        newText,
        newCsv,
        context,
        horizon,
        columns,
        textColumns,
        label,
        target,
        rows,
        cols,
        patch,
        validation,
        split,
        heldOut,
        samples,
        interval,
        noise,
        scale,
        limit,
        system);
  }
}
