package org.costate.cli.run;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.costate.model.kernel.Kernels;

/// What one call of the command works with.
///
/// @param text where everything for people goes: standard output, or standard error while JSON
/// takes the former
/// @param kernels the arithmetic of this process
/// @param sweepKernels the same in the precision that was chosen for sweeps
/// @param threads worker threads
/// @param seed what replaces the seed of the experiment
/// @param overrides `a.b.c=value` from the command line
/// @param out the chosen run folder
/// @param report whether pages are written
/// @param quiet whether progress is kept back
/// @param interruption tells when to end early
public record Session(
    PrintStream text,
    Kernels kernels,
    Kernels sweepKernels,
    int threads,
    OptionalLong seed,
    List<String> overrides,
    Optional<Path> out,
    boolean report,
    boolean quiet,
    Interruption interruption) {

  /// The same with another run folder.
  public Session into(Path folder) {
    return new Session(
        text,
        kernels,
        sweepKernels,
        threads,
        seed,
        overrides,
        Optional.of(folder),
        report,
        quiet,
        interruption);
  }

  /// Creates the run folder, `runs/NAME-…` unless one was chosen.
  public RunFolder folder(String name) {
    return RunFolder.create(out, name);
  }

  /// Begins to tell about the progress of `task`.
  public Progress progress(String task, long total) {
    return Progress.begin(task, total, quiet);
  }
}
