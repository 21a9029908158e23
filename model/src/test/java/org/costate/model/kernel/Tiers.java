package org.costate.model.kernel;

import java.util.SplittableRandom;
import java.util.stream.Stream;

/// The tiers that this JVM can run, and random arrays to run them on.
public final class Tiers {
  private Tiers() {}

  /// Kernels that divide even what is not worth it.
  public static Kernels divided(Kernels kernels, Crew crew) {
    DividedJobs.Least anything = DividedJobs.Least.ANYTHING;
    return new DividedKernels(kernels, crew, anything, anything);
  }

  /// One of each tier that is here.
  public static Stream<Kernels> all() {
    Stream.Builder<Kernels> tiers = Stream.builder();
    tiers.add(new PlainKernels());
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      tiers.add(new VectorKernels());
    }
    if (OpenBlasKernels.isLoaded()) {
      tiers.add(new OpenBlasKernels(new PlainKernels()));
      tiers.add(OpenBlasKernels.besideEightLanes(new PlainKernels()));
    }
    return tiers.build();
  }

  /// The tiers of products in single precision, with all products in it, however small.
  public static Stream<Kernels> single() {
    Stream.Builder<Kernels> tiers = Stream.builder();
    FloatTile plain = new PlainFloatTile();
    tiers.add(new SinglePrecisionKernels.Always(new PlainKernels(), new FloatGemm(() -> plain)));
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      FloatTile vector = new VectorFloatTile();
      tiers.add(
          new SinglePrecisionKernels.Always(new VectorKernels(), new FloatGemm(() -> vector)));
    }
    return tiers.build();
  }

  static double[] normal(SplittableRandom random, int n) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextGaussian();
    }
    return x;
  }
}
