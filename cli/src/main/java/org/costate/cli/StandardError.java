package org.costate.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/// The launcher starts the JVM with a filter on standard error, which takes out the one line that
/// announces the incubator module, and keeps the real standard error under another number. Here the
/// real one takes its place again, so that what the program writes goes nowhere but there.
final class StandardError {
  private StandardError() {}

  /// Undoes the filter of the launcher, if there is one. Where that fails, messages pass through
  /// the filter: late, but unchanged.
  static void restore() {
    Integer real = Integer.getInteger("costate.stderr");
    if (real == null) {
      return;
    }
    try {
      Linker linker = Linker.nativeLinker();
      var dup2 =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("dup2"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      int unused = (int) dup2.invokeExact((int) real, 2);
    } catch (Throwable e) {
      if (e instanceof Error error && !(e instanceof LinkageError)) {
        throw error;
      }
    }
  }
}
