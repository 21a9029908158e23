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

    LoadingProgress(Session session) {
      this.session = session;
    }

    void reach(long done, long total) {
      if (total < WORTH_TELLING) {
        return;
      }
      if (progress == null) {
        progress = session.progress("load (MB)", total >> 20);
      }
      progress.reach(done >> 20, "");
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
