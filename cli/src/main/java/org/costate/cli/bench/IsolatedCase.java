package org.costate.cli.bench;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.costate.model.InputException;
import org.costate.model.kernel.Precision;

/// Runs one case in a JVM of its own, so that neither compiled code nor peak memory is another
/// case's.
public final class IsolatedCase {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new SimpleModule().addDeserializer(double.class, new NullIsNotANumber()))
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .build();

  /// What the JVM says of a module that every case uses; no option keeps it from that.
  private static final String NOTICE = "WARNING: Using incubator modules: jdk.incubator.vector";

  private IsolatedCase() {}

  /// The figures of a case.
  ///
  /// @param mainClass whose `bench --one` measures in its own process
  /// @param precision of its large products
  /// @throws InputException if the process fails: the case may be too large for the machine
  public static Measurement run(String mainClass, BenchCase each, Precision precision) {
    String preset = each.preset().name();
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!argument.startsWith("-Dcostate.stderr")) {
        command.add(argument);
      }
    }
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), mainClass, "bench", preset));
    command.addAll(List.of("--kind", BenchCase.word(each.kind())));
    command.addAll(List.of("--task", BenchCase.word(each.task())));
    command.addAll(List.of("--precision", BenchCase.word(precision)));
    each.budget().ifPresent(budget -> command.addAll(List.of("--budget", budget)));
    command.addAll(List.of("--threads", String.valueOf(each.threads()), "--one"));
    try {
      Process process = new ProcessBuilder(command).start();
      Thread errors = Thread.ofVirtual().start(() -> passErrorsOn(process));
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      errors.join();
      if (exit != 0) {
        throw new InputException("bench " + preset + ": the measuring process failed", "", "");
      }
      return MAPPER.readValue(output, Measurement.class);
    } catch (IOException e) {
      throw new InputException(
          "bench " + preset + ": cannot start or read a process (" + e.getMessage() + ")",
          "",
          "",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("bench " + preset + ": interrupted", "", "", e);
    }
  }

  private static void passErrorsOn(Process process) {
    try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.equals(NOTICE)) {
          System.err.println(line);
        }
      }
    } catch (IOException e) {
      // The process is gone, and with it what it had to say.
    }
  }

  private static final class NullIsNotANumber extends StdScalarDeserializer<Double> {
    private static final long serialVersionUID = 1;

    NullIsNotANumber() {
      super(double.class);
    }

    @Override
    public Double deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return parser.getDoubleValue();
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }
  }
}
