package org.costate.control.train;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Independent streams of random numbers, each named by what it is for: a stream depends on the
/// seed, its name and its index alone, never on what was drawn before or by which thread. So the
/// draws of iteration `k` are the same after a resume at `k`.
///
/// @param seed the seed of the run
public record RandomStreams(long seed) {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /// A new generator at the beginning of stream `name`, `index`.
  public RandomGenerator stream(String name, long index) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * FNV_PRIME;
    }
    return new SplittableRandom(mixed(mixed(mixed(seed) ^ hash) + index));
  }

  /// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
  private static long mixed(long x) {
    long z = x + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
