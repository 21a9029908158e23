package org.costate.cli.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.costate.model.file.FileHash;

/// Where results come from: what every report and result file says beside its numbers.
public final class Provenance {
  private Provenance() {}

  /// Versions, kernels, seed and the hashes of the inputs.
  public static Map<String, String> of(Session session, long seed, List<FileHash> inputs) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Costate", Build.version());
    facts.put("kernels", session.sweepKernels().tier());
    facts.put("Java", System.getProperty("java.vm.name") + " " + Runtime.version());
    facts.put("machine", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    facts.put("threads", String.valueOf(session.threads()));
    facts.put("seed", String.valueOf(seed));
    for (FileHash input : inputs) {
      facts.put(input.name(), input.bytes() + " bytes, SHA-256 " + input.sha256());
    }
    return facts;
  }
}
