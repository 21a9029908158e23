package org.costate.control.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.costate.adjoint.LinearMap;
import org.costate.control.Objective;
import org.costate.control.optimise.AdamW;
import org.costate.control.optimise.Lbfgs;
import org.costate.control.optimise.Momentum;
import org.costate.control.optimise.Optimiser;
import org.costate.control.optimise.RateSchedule;
import org.costate.model.InputException;
import org.costate.model.NumericalException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingTest {
  private static final int SIZE = 12;
  private static final RateSchedule RATE = new RateSchedule.WarmUpCosine(0.05, 0.001, 5, 60);

  /// Least squares `½ ‖c − a_k‖²` with a random `a_k` near the solution in every iteration.
  private static class Noisy implements Problem {
    final RandomStreams streams = new RandomStreams(8);

    double solution(int i) {
      return 0.3 * i - 1;
    }

    double noise() {
      return 0.1;
    }

    @Override
    public int size() {
      return SIZE;
    }

    @Override
    public Objective objective(long iteration) {
      var random = streams.stream("noise", iteration);
      double[] a = new double[SIZE];
      for (int i = 0; i < SIZE; i++) {
        a[i] = solution(i) + noise() * random.nextGaussian();
      }
      return new Objective() {
        @Override
        public int size() {
          return SIZE;
        }

        @Override
        public double value(double[] c) {
          return gradient(c, new double[SIZE]);
        }

        @Override
        public double gradient(double[] c, double[] g) {
          double sum = 0;
          for (int i = 0; i < SIZE; i++) {
            g[i] = c[i] - a[i];
            sum += 0.5 * g[i] * g[i];
          }
          return sum;
        }

        @Override
        public LinearMap hessian(double[] c) {
          throw new UnsupportedOperationException("not needed");
        }
      };
    }

    @Override
    public boolean isFixed() {
      return false;
    }

    @Override
    public Parts parts() {
      return new Parts(1, 2);
    }

    @Override
    public OptionalDouble validation(double[] c) {
      double sum = 0;
      for (int i = 0; i < SIZE; i++) {
        sum += (c[i] - solution(i)) * (c[i] - solution(i));
      }
      return OptionalDouble.of(sum);
    }
  }

  private static Training training(Problem problem, Optimiser rule, Limits limits) {
    return new Training(
        problem, rule, RATE, limits, TrainingState.start(new double[SIZE], rule), () -> 0);
  }

  private static Map<String, double[]> copied(SortedMap<String, double[]> arrays) {
    Map<String, double[]> copies = new TreeMap<>();
    arrays.forEach((name, array) -> copies.put(name, array.clone()));
    return copies;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 5, 13, 37, 60})
  void aRunRestoredFromItsArraysContinuesToTheSameBits(int stop) {
    for (Optimiser rule : List.of(AdamW.plain(), new Momentum(0.8, true, 0.5))) {
      Limits limits = Limits.of(60).validatingEvery(5);
      Training whole = training(new Noisy(), rule, limits);
      whole.run();

      Training first = training(new Noisy(), rule, limits);
      for (int k = 0; k < stop; k++) {
        first.advance();
      }
      Map<String, double[]> saved = copied(first.state().arrays());
      TrainingState restored = TrainingState.of(saved, SIZE, rule);
      Training second = new Training(new Noisy(), rule, RATE, limits, restored, () -> 0);
      second.run();

      SortedMap<String, double[]> expected = whole.state().arrays();
      SortedMap<String, double[]> found = second.state().arrays();
      assertEquals(expected.keySet(), found.keySet());
      expected.forEach((name, array) -> assertArrayEquals(array, found.get(name), name));
    }
  }

  @Test
  void theStateIsACopy() {
    Training training = training(new Noisy(), AdamW.plain(), Limits.of(60));
    training.advance();
    TrainingState state = training.state();
    Map<String, double[]> before = copied(state.arrays());
    training.advance();
    state.arrays().forEach((name, array) -> assertArrayEquals(before.get(name), array, name));
  }

  @Test
  void everyIterationAndValidationIsInTheTables() {
    Limits limits = Limits.of(12).validatingEvery(5);
    Training training = training(new Noisy(), new Momentum(0, false, 0.5), limits);
    Stop stop = training.run();
    assertEquals(Stop.Reason.ITERATIONS, stop.reason());
    List<IterationRecord> history = training.history();
    assertEquals(12, history.size());
    assertEquals(1, history.getFirst().iteration());
    assertEquals(RATE.at(3), history.get(3).step());
    assertEquals(100, history.get(2).clipPercent());
    assertEquals(2, history.get(0).running());
    assertEquals(
        List.of(0L, 5L, 10L, 12L),
        training.validations().stream().map(ValidationRecord::iteration).toList());
    double best =
        training.validations().stream().mapToDouble(ValidationRecord::value).min().orElseThrow();
    assertEquals(best, training.state().best().value());
    assertEquals(best, new Noisy().validation(training.state().best().controls()).orElseThrow());
    assertTrue(best < 0.9 * training.validations().getFirst().value());
  }

  @Test
  void endsWhereNothingImproves() {
    Noisy problem =
        new Noisy() {
          @Override
          public OptionalDouble validation(double[] c) {
            return OptionalDouble.of(1);
          }
        };
    Limits limits = Limits.of(1000).validatingEvery(5).withPatience(3);
    Training training = training(problem, AdamW.plain(), limits);
    Stop stop = training.run();
    assertEquals(Stop.Reason.NO_IMPROVEMENT, stop.reason());
    assertEquals(15, training.history().size());
    assertEquals(0, training.state().best().iteration());
  }

  @Test
  void endsAtAStationaryPoint() {
    Noisy exact =
        new Noisy() {
          @Override
          double noise() {
            return 0;
          }

          @Override
          public OptionalDouble validation(double[] c) {
            return OptionalDouble.empty();
          }
        };
    Optimiser rule = new Lbfgs(5);
    Training training =
        new Training(
            exact,
            rule,
            new RateSchedule.Constant(1),
            Limits.of(100).untilGradientNorm(1e-9),
            TrainingState.start(new double[SIZE], rule),
            () -> 0);
    assertEquals(Stop.Reason.STATIONARY, training.run().reason());
    TrainingState.Best best = training.state().best();
    assertEquals(training.history().getLast().value(), best.value());
    for (int i = 0; i < SIZE; i++) {
      assertEquals(exact.solution(i), best.controls()[i], 1e-9);
    }
  }

  @Test
  void endsWhereTheSolverFindsNoDecrease() {
    Objective wrong =
        new Objective() {
          @Override
          public int size() {
            return 1;
          }

          @Override
          public double value(double[] c) {
            return gradient(c, new double[1]);
          }

          @Override
          public double gradient(double[] c, double[] g) {
            g[0] = -1; // points uphill, whatever the step
            return c[0];
          }

          @Override
          public LinearMap hessian(double[] c) {
            throw new UnsupportedOperationException("not needed");
          }
        };
    Optimiser rule = new Lbfgs(3);
    TrainingState start = TrainingState.start(new double[1], rule);
    Limits limits = Limits.of(50);
    RateSchedule rate = new RateSchedule.Constant(1);
    Training training = new Training(Problem.of(wrong), rule, rate, limits, start, () -> 0);
    Stop stop = training.run();
    assertEquals(Stop.Reason.STALLED, stop.reason());
    assertTrue(stop.detail().contains("l-bfgs"), stop.detail());
    assertEquals(1, training.history().size());
    TrainingState restored = TrainingState.of(training.state().arrays(), 1, rule);
    Training continued = new Training(Problem.of(wrong), rule, rate, limits, restored, () -> 0);
    assertEquals(Stop.Reason.STALLED, continued.stop().orElseThrow().reason());
  }

  /// Fails in the iterations given: by an exception or by a value that is not a number.
  private static Noisy failing(List<Long> iterations, boolean thrown) {
    return new Noisy() {
      @Override
      public Objective objective(long iteration) {
        Objective good = super.objective(iteration);
        if (!iterations.contains(iteration)) {
          return good;
        }
        return new Objective() {
          @Override
          public int size() {
            return SIZE;
          }

          @Override
          public double value(double[] c) {
            return Double.NaN;
          }

          @Override
          public double gradient(double[] c, double[] g) {
            if (thrown) {
              throw new NumericalException("attention", 1, 2, "found NaN").inStep(3, 0);
            }
            good.gradient(c, g);
            return Double.NaN;
          }

          @Override
          public LinearMap hessian(double[] c) {
            throw new UnsupportedOperationException("not needed");
          }
        };
      }
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFailedIterationIsRejectedAndTheRunGoesOn(boolean thrown) {
    Noisy problem = failing(List.of(2L), thrown);
    Training training = training(problem, AdamW.plain(), Limits.of(6));
    training.advance();
    training.advance();
    double[] before = training.controls().clone();
    IterationRecord row = training.advance();
    assertFalse(row.accepted());
    assertEquals(0, row.step());
    assertArrayEquals(before, training.controls());
    assertTrue(training.lastCause().contains("NaN"), training.lastCause());
    assertEquals(thrown, training.lastCause().contains("attention, step 3"));
    assertTrue(training.advance().accepted());
    assertEquals(Stop.Reason.ITERATIONS, training.run().reason());
  }

  @Test
  void tooManyRejectionsEndTheRun() {
    List<Long> all = new ArrayList<>();
    for (long k = 3; k < 100; k++) {
      all.add(k);
    }
    Training training = training(failing(all, true), AdamW.plain(), Limits.of(100));
    Stop stop = training.run();
    assertEquals(Stop.Reason.REJECTED, stop.reason());
    assertTrue(stop.detail().contains("attention, step 3"), stop.detail());
    assertEquals(13, training.history().size());
  }

  @Test
  void arraysOfAnotherRunAreRefused() {
    Training training = training(new Noisy(), AdamW.plain(), Limits.of(5));
    training.run();
    Map<String, double[]> saved = copied(training.state().arrays());
    assertRefused("expected 13", saved, 13, AdamW.plain());
    assertRefused("sgd", saved, SIZE, Momentum.none());
    Map<String, double[]> damaged = new TreeMap<>(saved);
    damaged.put("history", new double[5]);
    assertRefused("history", damaged, SIZE, AdamW.plain());
    damaged = new TreeMap<>(saved);
    damaged.put("surplus", new double[5]);
    assertRefused("surplus", damaged, SIZE, AdamW.plain());
    damaged = new TreeMap<>(saved);
    damaged.remove("counters");
    assertRefused("counters", damaged, SIZE, AdamW.plain());
  }

  private static void assertRefused(
      String part, Map<String, double[]> arrays, int size, Optimiser rule) {
    String message =
        assertThrows(InputException.class, () -> TrainingState.of(arrays, size, rule)).getMessage();
    assertTrue(message.contains(part), message);
  }
}
