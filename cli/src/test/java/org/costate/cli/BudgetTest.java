package org.costate.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.costate.adjoint.checkpoint.MemoryBudget;
import org.costate.adjoint.checkpoint.MemoryShare;
import org.costate.adjoint.checkpoint.StoreAll;
import org.costate.cli.assembly.Budgets;
import org.costate.model.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "200 MB,200000000",
    "1.5GiB,1610612736",
    "64 kb,64000",
    "3 mib,3145728",
    "12345 B,12345"
  })
  void readsBytes(String text, long bytes) {
    assertEquals(new MemoryBudget(bytes), Budgets.checkpointing("k", Optional.of(text)));
  }

  @ParameterizedTest
  @CsvSource({"1/8,0.125", "0.25,0.25", "12.5 %,0.125", "1,1", "3 / 4,0.75"})
  void readsShares(String text, double share) {
    assertEquals(new MemoryShare(share), Budgets.checkpointing("k", Optional.of(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "MB", "200 TB", "-1 MB", "0 MB", "2", "0", "9/8", "1/0", "0/0", "a", "1 1 MB"})
  void refusesEverythingElse(String text) {
    InputException e =
        assertThrows(
            InputException.class, () -> Budgets.checkpointing("memory.budget", Optional.of(text)));
    assertTrue(e.getMessage().contains("memory.budget"), e.getMessage());
  }

  @Test
  void noBudgetKeepsEverything() {
    assertEquals(new StoreAll(), Budgets.checkpointing("k", Optional.empty()));
  }

  private static String experiment(String memory) {
    return """
    {"name": "budget", "data": {"kind": "lorenz", "samples": 300, "context": 8, "horizon": 2},
     "model": {"width": 16, "heads": 2}, "time": {"steps": 12},
     "optimiser": {"iterations": 3, "batch": 8, "warmup": 1}%s}
    """
        .formatted(memory);
  }

  private Call train(String name, String memory) throws Exception {
    Path file = Files.writeString(folder.resolve(name + ".json"), experiment(memory));
    return Call.of(
        "train",
        file.toString(),
        "--out",
        folder.resolve(name).toString(),
        "--quiet",
        "--no-report");
  }

  @Test
  void trainingInAnEighthOfTheMemoryGivesTheSameBits() throws Exception {
    assertEquals(0, train("all", "").exitCode());
    Call planned = train("eighth", ", \"memory\": {\"budget\": \"1/4\"}");
    assertEquals(0, planned.exitCode(), planned.err());
    assertTrue(planned.out().contains("memory budget"), planned.out());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("all/model/model.safetensors")),
        Files.readAllBytes(folder.resolve("eighth/model/model.safetensors")));
  }

  @Test
  void aBudgetThatHoldsNothingIsRefusedBeforeAnythingIsWritten() throws Exception {
    Call refused = train("bad", ", \"memory\": {\"budget\": \"lots\"}");
    assertEquals(2, refused.exitCode());
    assertTrue(refused.err().contains("memory.budget"), refused.err());
    assertTrue(Files.notExists(folder.resolve("bad")));
    Call small = train("small", ", \"memory\": {\"budget\": \"1 kB\"}");
    assertEquals(2, small.exitCode());
    assertTrue(small.err().contains("at least"), small.err());
    assertTrue(Files.notExists(folder.resolve("small")));
  }

  @Test
  void aBudgetBelongsToGradients() {
    Call call = Call.of("evaluate", folder.toString(), "--input", "x", "--budget", "1/8");
    assertEquals(2, call.exitCode());
    assertTrue(call.err().contains("--gradients"), call.err());
  }
}
