package org.costate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// What runs: the version of Costate, and the JVM and machine under it.
final class Version implements IVersionProvider {
  /// The version of Costate, as the build wrote it.
  static String costate() throws IOException {
    try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
      Properties build = new Properties();
      build.load(in);
      return build.getProperty("version");
    }
  }

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {
      "costate %s · %s %s · %s %s"
          .formatted(
              costate(),
              System.getProperty("java.vm.name"),
              Runtime.version(),
              System.getProperty("os.name"),
              System.getProperty("os.arch"))
    };
  }
}
