package org.costate.cli.stability;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.costate.control.stability.LyapunovFunctions;
import org.costate.control.stability.Stretch;
import org.costate.model.InputException;
import org.costate.model.state.Batch;
import picocli.CommandLine.Option;

/// What of a trajectory is looked at more closely: Lyapunov functions, a stretch of layers, the
/// least singular values, an ensemble of sequences.
public final class DepthOptions {
  @Option(
      names = "--lyapunov",
      paramLabel = "k",
      description =
          "Leading directions that one quadratic Lyapunov function of all layers is sought for,"
              + " 1 to 12, or 0 for none (default: 6 up to 4096 numbers; at most 16 numbers are"
              + " taken whole).")
  private Integer lyapunov;

  @Option(
      names = "--from",
      paramLabel = "a",
      description = "Singular values and vectors of the layers from a on as well.")
  private Integer from;

  @Option(
      names = "--to",
      paramLabel = "b",
      description = "The same of the layers before b (default: all behind a).")
  private Integer to;

  @Option(
      names = "--least",
      paramLabel = "k",
      description = "The k least singular values as well, of that stretch or of all layers.")
  private Integer least;

  @Option(
      names = "--ensemble",
      paramLabel = "m",
      description =
          "Means and deviations of exponents and gains over the first m sequences, or all.")
  private String ensemble;

  /// How many directions, where that was said.
  ///
  /// @throws InputException if it is out of range
  public OptionalInt lyapunov(Subject subject) {
    if (lyapunov == null) {
      return OptionalInt.empty();
    }
    int most = Math.min(LyapunovFunctions.MOST, subject.stateDimension());
    if (lyapunov < 0 || lyapunov > most) {
      throw new InputException(
          "--lyapunov: found " + lyapunov, "0 to " + most + " leading directions", "");
    }
    return OptionalInt.of(lyapunov);
  }

  /// The stretch, where one or least values were asked for.
  ///
  /// @throws InputException if it is not one of the model
  public Optional<Stretch.Request> stretch(Subject subject) {
    if (from == null && to == null && least == null) {
      return Optional.empty();
    }
    int layers = subject.loaded().model().grid().steps();
    int first = from == null ? 0 : from;
    int last = to == null ? layers : to;
    if (first < 0 || first >= layers) {
      throw new InputException("--from: found " + first, "0 to " + (layers - 1), "");
    }
    if (last <= first || last > layers) {
      throw new InputException(
          "--to: found " + last,
          "%d to %d, behind --from and within the %d layers".formatted(first + 1, layers, layers),
          "");
    }
    int count = least == null ? 0 : least;
    if (least != null && (count < 1 || count > subject.stateDimension())) {
      throw new InputException(
          "--least: found " + count, "1 to " + subject.stateDimension() + ", the state", "");
    }
    return Optional.of(new Stretch.Request(first, last, count));
  }

  /// The sequences of the ensemble; none if none was asked for.
  ///
  /// @throws InputException if it is neither `all` nor a number from 2 on that there are
  public List<Batch> ensemble(Subject subject) {
    if (ensemble == null) {
      return List.of();
    }
    int available = subject.all().shape().batch();
    int value = 0;
    try {
      value = ensemble.equals("all") ? available : Integer.parseInt(ensemble);
    } catch (NumberFormatException e) {
      // Not a number is out of range as well.
    }
    if (value < 2 || value > available) {
      throw new InputException(
          "--ensemble: found " + ensemble,
          available < 2
              ? "at least 2 sequences in " + subject.source() + ", which holds " + available
              : "2 to " + available + " sequences or all",
          "");
    }
    return subject.sequences(value);
  }
}
