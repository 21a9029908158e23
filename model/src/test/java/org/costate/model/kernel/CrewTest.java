package org.costate.model.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class CrewTest {
  @Test
  void everyMemberWorksOnceInEveryRound() throws InterruptedException {
    for (int members = 1; members <= 4; members++) {
      AtomicIntegerArray calls = new AtomicIntegerArray(members);
      try (Crew crew = new Crew(members)) {
        assertEquals(members, crew.members());
        for (int round = 1; round <= 2000; round++) {
          crew.run(calls::incrementAndGet);
          for (int i = 0; i < members; i++) {
            assertEquals(round, calls.get(i));
          }
          if (round % 400 == 0) {
            Thread.sleep(5); // long enough for all to fall asleep
          }
        }
      }
    }
  }

  @Test
  void theCallerWaitsForASlowMember() {
    AtomicIntegerArray calls = new AtomicIntegerArray(2);
    try (Crew crew = new Crew(2)) {
      for (int round = 1; round <= 5; round++) {
        crew.run(
            member -> {
              if (member == 1) {
                pause(10);
              }
              calls.incrementAndGet(member);
            });
        assertEquals(round, calls.get(1));
      }
    }
  }

  @Test
  void anInterruptIsPassedOnWhenAllAreDone() {
    AtomicIntegerArray calls = new AtomicIntegerArray(2);
    try (Crew crew = new Crew(2)) {
      Thread.currentThread().interrupt();
      crew.run(
          member -> {
            if (member == 1) {
              pause(10);
            }
            calls.incrementAndGet(member);
          });
      assertEquals(1, calls.get(1));
      assertTrue(Thread.interrupted());
    }
  }

  private static void pause(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void idleMembersUseNoProcessor() throws InterruptedException {
    Map<Integer, Long> ids = new ConcurrentHashMap<>();
    try (Crew crew = new Crew(3)) {
      crew.run(member -> ids.put(member, Thread.currentThread().threadId()));
      Thread.sleep(50);
      long before = cpuTime(ids);
      Thread.sleep(100);
      assertTrue(cpuTime(ids) - before < 5_000_000, "nanoseconds of processor while idle");
    }
  }

  private static long cpuTime(Map<Integer, Long> ids) {
    var threads = ManagementFactory.getThreadMXBean();
    return threads.getThreadCpuTime(ids.get(1)) + threads.getThreadCpuTime(ids.get(2));
  }

  @Test
  void aClosedCrewRefusesWork() {
    Crew crew = new Crew(2);
    crew.close();
    assertThrows(IllegalStateException.class, () -> crew.run(member -> {}));
    assertThrows(IllegalStateException.class, crew::requireOpen);
  }
}
