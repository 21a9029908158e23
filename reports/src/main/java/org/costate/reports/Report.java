package org.costate.reports;

import java.util.List;
import java.util.Map;

/// Everything that a page shows, as data: the page draws what the JSON beside it says, nothing
/// else.
///
/// @param title name of the run
/// @param subtitle one sentence: what was done and how it ended
/// @param sections what the page shows, in this order
/// @param provenance versions, seed, kernel tier, configuration and hashes of the inputs
public record Report(
    String title, String subtitle, List<Section> sections, Map<String, String> provenance) {
  public Report {
    sections = List.copyOf(sections);
  }

  /// A headed part of the page.
  public record Section(String title, String lead, List<Block> blocks) {
    public Section {
      blocks = List.copyOf(blocks);
    }
  }
}
