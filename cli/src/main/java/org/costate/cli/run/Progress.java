package org.costate.cli.run;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// Tells how far a long job is: a bar with rate and remaining time on a terminal, a plain line now
/// and then otherwise, nothing when quiet. Everything goes to standard error.
public final class Progress implements AutoCloseable {
  private static final long LINE_EVERY_NANOS = 5_000_000_000L;

  private final String task;
  private final long total;
  private final PrintStream lines;
  private final ProgressBar bar;
  private long done;
  private long lastLine;

  private Progress(String task, long total, PrintStream lines, ProgressBar bar) {
    this.task = task;
    this.total = total;
    this.lines = lines;
    this.bar = bar;
    this.lastLine = System.nanoTime();
  }

  /// Begins to tell about `total` units of `task`.
  public static Progress begin(String task, long total, boolean quiet) {
    if (quiet) {
      return new Progress(task, total, null, null);
    }
    if (!Boolean.getBoolean("costate.terminal")) {
      return new Progress(task, total, System.err, null);
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .showSpeed()
            .setConsumer(new ConsoleProgressBarConsumer(System.err))
            .build();
    return new Progress(task, total, System.err, bar);
  }

  /// `units` are done by now; `remark` says how it goes.
  public void reach(long units, String remark) {
    done = units;
    if (bar != null) {
      bar.stepTo(units).setExtraMessage(remark);
    } else if (lines != null && (due() || units == total)) {
      lines.println(task + " " + done + "/" + total + (remark.isEmpty() ? "" : "  " + remark));
    }
  }

  private boolean due() {
    long now = System.nanoTime();
    if (now - lastLine < LINE_EVERY_NANOS) {
      return false;
    }
    lastLine = now;
    return true;
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
