package org.costate.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Slot;
import org.costate.model.time.ControlLayout.Block;
import org.costate.model.time.TimeBasis;

/// Controls in groups, such that no two groups are read by the same link of the chain from input to
/// cost: the entry stages (link −1), the steps (`0 … N − 1`), the exit stages (link `N`). Controls
/// that one link reads together, or that links share, are in one group.
final class ControlGroups {
  /// A stretch of the controls.
  record Stretch(int from, int count) {}

  /// @param links in order
  /// @param stretches in order, without overlap
  record Group(List<Integer> links, List<Stretch> stretches) {
    int size() {
      return stretches.stream().mapToInt(Stretch::count).sum();
    }

    void gather(double[] all, double[] x) {
      int at = 0;
      for (Stretch s : stretches) {
        System.arraycopy(all, s.from(), x, at, s.count());
        at += s.count();
      }
    }

    void scatter(double[] x, double[] all) {
      int at = 0;
      for (Stretch s : stretches) {
        System.arraycopy(x, at, all, s.from(), s.count());
        at += s.count();
      }
    }

    String name(int steps) {
      int first = links.getFirst();
      int last = links.getLast();
      if (first == last) {
        return first < 0 ? "entry" : first == steps ? "exit" : "step " + first;
      }
      return (first < 0 ? "entry" : "step " + first)
          + " to "
          + (last == steps ? "exit" : "step " + last);
    }
  }

  private ControlGroups() {}

  /// The groups of `model`, in the order of their first links; links without controls are in none.
  static List<Group> of(Model model) {
    Map<Integer, List<Stretch>> read = new TreeMap<>();
    read.put(-1, stages(model, model.entry()));
    for (int n = 0; n < model.grid().steps(); n++) {
      read.put(n, step(model, n));
    }
    read.put(model.grid().steps(), stages(model, model.exit()));
    Map<Integer, Integer> groupOfLink = new TreeMap<>();
    Map<Stretch, Integer> groupOfStretch = new LinkedHashMap<>();
    read.forEach((link, stretches) -> join(link, stretches, groupOfLink, groupOfStretch));
    Map<Integer, TreeSet<Integer>> links = new TreeMap<>();
    groupOfLink.forEach((link, g) -> links.computeIfAbsent(g, _ -> new TreeSet<>()).add(link));
    List<Group> groups = new ArrayList<>();
    for (var entry : links.entrySet()) {
      List<Stretch> own =
          groupOfStretch.entrySet().stream()
              .filter(e -> e.getValue().equals(entry.getKey()))
              .map(Map.Entry::getKey)
              .sorted((x, y) -> Integer.compare(x.from(), y.from()))
              .toList();
      groups.add(new Group(List.copyOf(entry.getValue()), own));
    }
    return groups;
  }

  /// Puts the link and all that it reads into one group, the first of those that they are in.
  private static void join(
      int link,
      List<Stretch> stretches,
      Map<Integer, Integer> groupOfLink,
      Map<Stretch, Integer> groupOfStretch) {
    if (stretches.isEmpty()) {
      return;
    }
    TreeSet<Integer> met = new TreeSet<>();
    stretches.forEach(s -> met.add(groupOfStretch.getOrDefault(s, link)));
    int into = met.first();
    groupOfLink.put(link, into);
    groupOfLink.replaceAll((_, g) -> met.contains(g) ? into : g);
    stretches.forEach(s -> groupOfStretch.put(s, into));
    groupOfStretch.replaceAll((_, g) -> met.contains(g) ? into : g);
  }

  private static List<Stretch> stages(Model model, List<Stage> stages) {
    return stages.stream()
        .flatMap(stage -> stage.blocks().stream())
        .map(model.layout()::block)
        .map(b -> new Stretch(b.offset(), b.size()))
        .distinct()
        .toList();
  }

  private static List<Stretch> step(Model model, int n) {
    double from = model.grid().time(n);
    double to = model.grid().time(n + 1);
    List<Stretch> all = new ArrayList<>();
    for (Slot slot : model.step().slots()) {
      double t = from + slot.at() * (to - from);
      for (ControlRef ref : slot.controls()) {
        Block block = model.layout().block(ref.block());
        TimeBasis basis = block.basis();
        int first = basis.first(t, from, to);
        Stream.iterate(first, k -> k + 1)
            .limit(basis.support(t, from, to))
            .map(k -> new Stretch(block.at(k), block.size()))
            .forEach(all::add);
      }
    }
    return all.stream().distinct().toList();
  }
}
