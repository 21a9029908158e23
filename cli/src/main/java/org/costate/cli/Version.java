package org.costate.cli;

import org.costate.cli.run.Build;
import org.costate.model.kernel.KernelTier;
import picocli.CommandLine.IVersionProvider;

/// What runs: the version of Costate, its kernels, and the JVM and machine under it.
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    KernelTier tier = KernelTier.fromEnvironment();
    return new String[] {
      "costate %s · kernels %s · %s %s · %s %s"
          .formatted(
              Build.version(),
              tier.kernels().tier(),
              System.getProperty("java.vm.name"),
              Runtime.version(),
              System.getProperty("os.name"),
              System.getProperty("os.arch")),
      "kernels: " + tier.reason()
    };
  }
}
