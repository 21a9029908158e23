package org.costate.cli.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/// What the build wrote about itself.
public final class Build {
  private Build() {}

  /// The version of Costate.
  public static String version() {
    try (InputStream in = Build.class.getResourceAsStream("/org/costate/cli/build.properties")) {
      Properties build = new Properties();
      build.load(in);
      return build.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException("build.properties: cannot be read", e);
    }
  }
}
