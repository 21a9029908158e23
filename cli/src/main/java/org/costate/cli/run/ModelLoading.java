package org.costate.cli.run;

import java.nio.file.Path;
import org.costate.interop.folder.LoadedModel;
import org.costate.interop.folder.ModelFolder;

/// Loads a model folder, and tells how far it is where that takes a while.
public final class ModelLoading {
  private ModelLoading() {}

  /// The model in `folder`.
  ///
  /// @throws org.costate.model.InputException if it cannot be used
  public static LoadedModel read(Path folder, Session session) {
    try (LoadingProgress progress = new LoadingProgress(session)) {
      return ModelFolder.read(folder, progress::reach);
    }
  }

  private static final class LoadingProgress implements AutoCloseable {
    private static final long WORTH_TELLING = 32L << 20;

    private final Session session;
    private Progress progress;
    private long told;

    LoadingProgress(Session session) {
      this.session = session;
    }

    /// Numbers read become megabytes in memory; every one of them is told once.
    void reach(long done, long total) {
      long megabytes = (8 * done) >> 20;
      if (8 * total < WORTH_TELLING || megabytes == told) {
        return;
      }
      if (progress == null) {
        progress = session.progress("load (MB)", (8 * total) >> 20);
      }
      progress.reach(megabytes, "");
      told = megabytes;
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
