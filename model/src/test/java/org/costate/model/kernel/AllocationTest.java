package org.costate.model.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// What measures the others must be able to fail.
class AllocationTest {
  private final double[][] kept = new double[2][];
  private long ticks;

  @Test
  void seesTheCallingThread() {
    long bytes = Allocation.bytes(() -> kept[0] = new double[1000]);
    assertTrue(bytes >= 8000, "found " + bytes);
  }

  @Test
  void seesTheThreadsOfACrew() {
    try (Crew crew = new Crew(2)) {
      Crew.Work work =
          member -> {
            if (member == 1) {
              kept[1] = new double[1000];
            }
          };
      long bytes = Allocation.bytes(() -> crew.run(work));
      assertTrue(bytes >= 8000, "found " + bytes);
      assertThrows(
          AssertionError.class,
          () -> Allocation.assertGetsToNothing(20, "a crew that allocates", () -> crew.run(work)));
    }
  }

  @Test
  void doesNotSeeOtherThreads() throws InterruptedException {
    Thread other = Thread.ofPlatform().name("other").start(() -> kept[0] = new double[1000]);
    Allocation.assertGetsToNothing(20, "counting", () -> ticks++);
    other.join();
    assertTrue(ticks > 0);
    assertEquals(1000, kept[0].length);
  }
}
