package org.costate.adjoint.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.costate.model.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static ScheduleValidator.Verdict validate(Schedule schedule) {
    ScheduleValidator.Verdict verdict = ScheduleValidator.validate(schedule);
    assertTrue(verdict.valid(), () -> schedule.plan() + ": " + verdict.failure().orElse(""));
    return verdict;
  }

  private static long[] ones(int steps) {
    long[] costs = new long[steps];
    Arrays.fill(costs, 1);
    return costs;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 24, 1000, 20000})
  void storeAllRunsEveryStepOnce(int steps) {
    ScheduleValidator.Verdict verdict = validate(new StoreAll().schedule(steps));
    assertEquals(0, verdict.plainAdvances());
    assertEquals(steps, verdict.recordedSteps());
  }

  /// Griewank and Walther's table of binomial checkpointing.
  @ParameterizedTest
  @CsvSource({"10,3,15", "64,6,156", "100,5,316", "1000,10,3636", "1,1,0", "7,1,21"})
  void revolveRunsTheOptimalNumberOfSteps(int steps, int snapshots, long advances) {
    Schedule schedule = new Revolve(snapshots).schedule(steps);
    ScheduleValidator.Verdict verdict = validate(schedule);
    assertEquals(advances, verdict.plainAdvances());
    assertEquals(steps, verdict.recordedSteps());
    assertEquals(advances + steps, schedule.plan().optimum());
  }

  @Test
  void revolveMeetsTheClosedFormula() {
    for (int snapshots = 1; snapshots <= 12; snapshots++) {
      for (int steps = 1; steps <= 90; steps++) {
        Schedule schedule = new Revolve(snapshots).schedule(steps);
        assertEquals(
            closedFormula(steps, snapshots),
            validate(schedule).plainAdvances(),
            "l = " + steps + ", s = " + snapshots);
        assertTrue(schedule.plan().checkpointSize() <= snapshots);
      }
    }
  }

  /// `t(l, s) = r·l − C(s + r, s + 1)` with Pascal's triangle.
  private static long closedFormula(int l, int s) {
    long[][] c = new long[s + l + 2][s + l + 2];
    for (int n = 0; n < c.length; n++) {
      c[n][0] = 1;
      for (int k = 1; k <= n; k++) {
        c[n][k] = Math.min(Integer.MAX_VALUE, c[n - 1][k - 1] + c[n - 1][k]);
      }
    }
    int r = 0;
    while (c[s + r][s] < l) {
      r++;
    }
    return (long) r * l - c[s + r][s + 1];
  }

  @Test
  void revolveIsOptimalAmongAllSchedulesThatKeepStates() {
    for (int steps = 1; steps <= 8; steps++) {
      for (int snapshots = 1; snapshots <= 4; snapshots++) {
        long least = LeastCost.of(ones(steps), 1, 1000, snapshots) - steps;
        assertEquals(least, Revolve.plainAdvances(steps, snapshots));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"100000,20", "3000,2", "400,1"})
  void revolveHandlesLongGrids(int steps, int snapshots) {
    validate(new Revolve(snapshots).schedule(steps));
  }

  /// The totals of forward steps of J. R. Maddison's mixed schedules.
  @ParameterizedTest
  @CsvSource({"24,4,59", "48,8,99", "96,10,225"})
  void mixedRunsTheOptimalNumberOfSteps(int steps, int slots, long total) {
    Schedule schedule = new Mixed(slots).schedule(steps);
    ScheduleValidator.Verdict verdict = validate(schedule);
    assertEquals(total, verdict.plainAdvances() + verdict.recordedSteps());
    assertEquals(total, schedule.plan().forwardSteps());
    assertTrue(schedule.plan().checkpointSize() <= slots);
    assertTrue(total < new Revolve(slots).schedule(steps).plan().forwardSteps());
  }

  @Test
  void mixedIsOptimalAmongAllSchedules() {
    for (int steps = 1; steps <= 7; steps++) {
      for (int slots = 1; slots <= 4; slots++) {
        Schedule schedule = new Mixed(slots).schedule(steps);
        validate(schedule);
        assertEquals(
            LeastCost.of(ones(steps), 1, 1, slots),
            schedule.plan().cost(),
            steps + " steps, " + slots + " slots");
      }
    }
  }

  @Test
  void plansInTrueSizesAreOptimalAndStayInTheBudget() {
    SplittableRandom random = new SplittableRandom(7);
    for (int trial = 0; trial < 40; trial++) {
      int steps = 1 + random.nextInt(6);
      long stateSize = 1L + random.nextInt(3);
      long budget = stateSize + random.nextInt(14);
      long[] costs = random.longs(steps, 1, trial % 2 == 0 ? 2 : 6).toArray();
      long[] records =
          random.longs(steps, stateSize, stateSize + (trial % 3 == 0 ? 6 : 1)).toArray();
      Chain chain = Chain.of(stateSize, records, StepCosts.of(costs));
      Schedule schedule = Planner.plan("trial", chain, budget);
      validate(schedule);
      String what = chainText(costs, records) + stateSize + " " + budget;
      assertEquals(LeastCost.of(costs, stateSize, records, budget), schedule.plan().cost(), what);
      assertTrue(schedule.plan().checkpointSize() <= budget, what);
    }
  }

  private static String chainText(long[] costs, long[] records) {
    return Arrays.toString(costs) + Arrays.toString(records);
  }

  /// Two parts a step, one long and dear, one short and cheap: the plan for the periodic chain is
  /// the optimum of the general search, and keeps what is dear for its size.
  @Test
  void partsOfStepsArePlannedByCostAndSize() {
    // The oracle's work grows as fourfold with every part: three steps for it, four for the plan.
    long[] costs = {9, 1, 9, 1, 9, 1};
    long[] records = {4, 6, 4, 6, 4, 6};
    Chain chain = Chain.of(1, records, StepCosts.of(costs));
    assertEquals(2, chain.period());
    for (int budget = 1; budget <= 26; budget++) {
      Schedule schedule = Planner.plan("parts", chain, budget);
      validate(schedule);
      assertTrue(schedule.plan().checkpointSize() <= budget);
      assertEquals(LeastCost.of(costs, 1, records, budget), schedule.plan().cost(), "" + budget);
    }
    Chain longer =
        Chain.of(
            1,
            new long[] {4, 6, 4, 6, 4, 6, 4, 6},
            StepCosts.of(new long[] {9, 1, 9, 1, 9, 1, 9, 1}));
    assertEquals(40, Planner.plan("parts", longer, 40).plan().cost());
    assertEquals(43, Planner.plan("parts", longer, 19).plan().cost());
  }

  @Test
  void aShareIsABudget() {
    Chain chain = Chain.uniform(96, 1000, 15_137);
    Schedule share = new MemoryShare(0.125).schedule(chain);
    validate(share);
    assertEquals(new MemoryBudget(8L * 96 * 15_137 / 8).schedule(chain).plan(), share.plan());
    assertTrue(share.plan().size() <= chain.storeAllSize() / 8);
    assertEquals(96, new MemoryShare(1).schedule(chain).plan().cost());
    assertThrows(InputException.class, () -> new MemoryShare(0));
    assertThrows(InputException.class, () -> new MemoryShare(1.1));
    assertThrows(InputException.class, () -> new MemoryShare(Double.NaN));
  }

  @Test
  void aBudgetWithoutRoomForRecordsIsRevolve() {
    for (int snapshots = 1; snapshots <= 6; snapshots++) {
      Schedule planned = Planner.plan("states", Chain.uniform(40, 1, 100), snapshots);
      validate(planned);
      assertEquals(
          Revolve.plainAdvances(40, snapshots), planned.plan().plainAdvances(), "s=" + snapshots);
    }
  }

  /// A step's record of about fifteen states: more memory never costs steps, all of it stores all.
  @Test
  void aBudgetInBytesBuysSteps() {
    long state = 4096;
    long record = 15 * state + 137;
    long before = Long.MAX_VALUE;
    for (int records = 2; records <= 24; records++) {
      long bytes = records * record * Double.BYTES;
      Schedule schedule = new MemoryBudget(bytes).schedule(24, state, record);
      validate(schedule);
      assertTrue(schedule.plan().size() * Double.BYTES <= bytes);
      assertTrue(schedule.plan().cost() <= before);
      before = schedule.plan().cost();
    }
    assertEquals(24, before);
  }

  @Test
  void longGridsWithManyLevelsStayInTheBudget() {
    Schedule schedule = new MemoryBudget(8L * 7_654_321).schedule(1000, 4097, 61_234);
    validate(schedule);
    assertTrue(schedule.plan().size() <= 7_654_321);
  }

  @Test
  void refusesWhatCannotBeReversed() {
    assertThrows(InputException.class, () -> new Revolve(0));
    assertThrows(InputException.class, () -> new Mixed(0));
    assertThrows(IllegalArgumentException.class, () -> new StoreAll().schedule(0));
    assertThrows(InputException.class, () -> new MemoryBudget(-1));
    assertThrows(InputException.class, () -> new MemoryBudget(80).schedule(5, 100, 1000));
    assertThrows(IllegalArgumentException.class, () -> Chain.uniform(5, 10, 5));
    assertThrows(IllegalArgumentException.class, () -> StepCosts.of(1, 0, 2));
    assertThrows(InputException.class, () -> new MemoryBudget(7999).schedule(1, 100, 1000));
    validate(new MemoryBudget(8000).schedule(1, 100, 1000));
  }
}
