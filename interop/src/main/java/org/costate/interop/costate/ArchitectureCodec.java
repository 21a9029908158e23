package org.costate.interop.costate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.costate.interop.json.ConfigOptions;
import org.costate.interop.json.StrictJson;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Block;
import org.costate.model.architecture.Depth;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Pooling;
import org.costate.model.operator.Rotary;

/// Architectures as JSON. Every key is written, so that a file says all by itself; words are those
/// of the enumerations in lower case with hyphens.
final class ArchitectureCodec {
  private ArchitectureCodec() {}

  static ObjectNode write(Architecture a) {
    ObjectNode tree = StrictJson.object();
    tree.set("entry", entry(a.entry()));
    ObjectNode block = tree.putObject("block");
    block.put("arrangement", spelling(a.block().arrangement()));
    block.set("attention", attention(a.block().attention()));
    block.set("feedForward", feedForward(a.block().feedForward()));
    block.set("norm", norm(a.block().norm()));
    block.put("stack", a.block().stack());
    ObjectNode depth = tree.putObject("depth");
    depth.put("steps", a.depth().steps());
    depth.put("end", a.depth().end());
    depth.put("basis", spelling(a.depth().basis()));
    depth.put("controls", a.depth().controls());
    tree.set("exit", exit(a.exit()));
    return tree;
  }

  static Architecture read(ConfigOptions tree) {
    ConfigOptions block = tree.requiredInner("block");
    ConfigOptions depth = tree.requiredInner("depth");
    Architecture architecture =
        new Architecture(
            readEntry(tree.requiredInner("entry")),
            new Block(
                word(block, "arrangement", Arrangement.values()),
                readAttention(block.requiredInner("attention")),
                readFeedForward(block.requiredInner("feedForward")),
                readNorm(block.requiredInner("norm")),
                block.size("stack", 1)),
            new Depth(
                depth.size("steps"),
                depth.number("end", depth.size("steps")),
                word(depth, "basis", Depth.Basis.values()),
                depth.size("controls")),
            readExit(tree.requiredInner("exit")));
    block.finish();
    depth.finish();
    tree.finish();
    return architecture;
  }

  private static ObjectNode entry(Entry entry) {
    ObjectNode tree = StrictJson.object();
    switch (entry) {
      case Entry.Tokens e -> {
        tree.put("kind", "tokens").put("vocabulary", e.vocabulary()).put("width", e.width());
        tree.put("positions", e.positions()).put("positionOffset", e.positionOffset());
        tree.put("types", e.types());
        tree.set("norm", e.norm().map(ArchitectureCodec::norm).orElse(null));
      }
      case Entry.Patches e -> {
        tree.put("kind", "patches").put("height", e.height()).put("columns", e.columns());
        tree.put("channels", e.channels()).put("patch", e.patch()).put("width", e.width());
        tree.put("classToken", e.classToken()).put("positions", e.positions());
        tree.put("bias", e.bias());
      }
      case Entry.Features e -> {
        tree.put("kind", "features").put("inputs", e.inputs()).put("width", e.width());
        tree.put("positions", e.positions());
      }
      case Entry.State e -> tree.put("kind", "state").put("width", e.width());
    }
    return tree;
  }

  private static Entry readEntry(ConfigOptions e) {
    String kind = e.requiredText("kind");
    Entry entry =
        switch (kind) {
          case "tokens" ->
              new Entry.Tokens(
                  e.size("vocabulary"),
                  e.size("width"),
                  e.count("positions", 0),
                  e.count("positionOffset", 0),
                  e.count("types", 0),
                  e.inner("norm").map(ArchitectureCodec::readNorm));
          case "patches" ->
              new Entry.Patches(
                  e.size("height"),
                  e.size("columns"),
                  e.size("channels"),
                  e.size("patch"),
                  e.size("width"),
                  e.flag("classToken", false),
                  e.flag("positions", true),
                  e.flag("bias", true));
          case "features" ->
              new Entry.Features(e.size("inputs"), e.size("width"), e.count("positions", 0));
          case "state" -> new Entry.State(e.size("width"));
          default -> throw e.refused("kind", kind, "tokens, patches, features or state");
        };
    e.finish();
    return entry;
  }

  private static ObjectNode attention(Attention a) {
    ObjectNode tree = StrictJson.object();
    tree.put("width", a.width()).put("heads", a.heads()).put("keyHeads", a.keyHeads());
    tree.put("headWidth", a.headWidth()).put("scale", a.scale());
    ObjectNode mask = tree.putObject("mask");
    switch (a.mask()) {
      case Mask.Full _ -> mask.put("kind", "full");
      case Mask.Causal _ -> mask.put("kind", "causal");
      case Mask.Window m ->
          mask.put("kind", "window").put("left", m.left()).put("right", m.right());
    }
    tree.set("rotary", a.rotary().map(ArchitectureCodec::rotary).orElse(null));
    tree.put("bias", a.bias()).put("outputMap", a.outputMap()).put("outputBias", a.outputBias());
    return tree;
  }

  private static ObjectNode rotary(Rotary r) {
    return StrictJson.object()
        .put("dimensions", r.dimensions())
        .put("base", r.base())
        .put("halfRotation", r.halfRotation());
  }

  private static Attention readAttention(ConfigOptions a) {
    int heads = a.size("heads");
    int headWidth = a.size("headWidth");
    Attention attention =
        new Attention(
            a.size("width"),
            heads,
            a.size("keyHeads", heads),
            headWidth,
            a.number("scale", 1 / Math.sqrt(headWidth)),
            readMask(a.requiredInner("mask")),
            a.inner("rotary").map(ArchitectureCodec::readRotary),
            a.flag("bias", true),
            a.flag("outputMap", true),
            a.flag("outputBias", true));
    a.finish();
    return attention;
  }

  private static Mask readMask(ConfigOptions m) {
    String kind = m.requiredText("kind");
    Mask mask =
        switch (kind) {
          case "full" -> new Mask.Full();
          case "causal" -> new Mask.Causal();
          case "window" -> new Mask.Window(m.count("left", 0), m.count("right", 0));
          default -> throw m.refused("kind", kind, "full, causal or window");
        };
    m.finish();
    return mask;
  }

  private static Rotary readRotary(ConfigOptions r) {
    Rotary rotary =
        new Rotary(r.size("dimensions"), r.number("base", 10_000), r.flag("halfRotation", true));
    r.finish();
    return rotary;
  }

  private static ObjectNode feedForward(FeedForward f) {
    return StrictJson.object()
        .put("width", f.width())
        .put("hidden", f.hidden())
        .put("activation", spelling(f.activation()))
        .put("gated", f.gated())
        .put("bias", f.bias());
  }

  private static FeedForward readFeedForward(ConfigOptions f) {
    FeedForward feedForward =
        new FeedForward(
            f.size("width"),
            f.size("hidden"),
            word(f, "activation", Activation.values()),
            f.flag("gated", false),
            f.flag("bias", true));
    f.finish();
    return feedForward;
  }

  private static ObjectNode norm(Norm n) {
    return StrictJson.object()
        .put("kind", spelling(n.kind()))
        .put("epsilon", n.epsilon())
        .put("gain", n.gain())
        .put("bias", n.bias());
  }

  private static Norm readNorm(ConfigOptions n) {
    Norm norm =
        new Norm(
            word(n, "kind", Norm.Kind.values()),
            n.number("epsilon", 1e-5),
            n.flag("gain", true),
            n.flag("bias", true));
    n.finish();
    return norm;
  }

  private static ObjectNode exit(Exit e) {
    ObjectNode tree = StrictJson.object();
    tree.set("norm", e.norm().map(ArchitectureCodec::norm).orElse(null));
    tree.put("pooling", e.pooling().map(ArchitectureCodec::spelling).orElse(null));
    tree.put("pooler", e.pooler());
    tree.set("readout", e.readout().map(ArchitectureCodec::readout).orElse(null));
    return tree;
  }

  private static ObjectNode readout(Exit.Readout r) {
    return StrictJson.object()
        .put("outputs", r.outputs())
        .put("bias", r.bias())
        .put("tied", r.tied());
  }

  private static Exit readExit(ConfigOptions e) {
    Exit exit =
        new Exit(
            e.inner("norm").map(ArchitectureCodec::readNorm),
            e.optionalWord("pooling", words(Pooling.Kind.values())),
            e.flag("pooler", false),
            e.inner("readout").map(ArchitectureCodec::readReadout));
    e.finish();
    return exit;
  }

  private static Exit.Readout readReadout(ConfigOptions r) {
    Exit.Readout readout =
        new Exit.Readout(r.size("outputs"), r.flag("bias", false), r.flag("tied", false));
    r.finish();
    return readout;
  }

  static <E extends Enum<E>> E word(ConfigOptions tree, String key, E[] values) {
    return tree.word(key, words(values), "");
  }

  private static <E extends Enum<E>> Map<String, E> words(E[] values) {
    Map<String, E> known = new LinkedHashMap<>();
    Arrays.stream(values).forEach(v -> known.put(spelling(v), v));
    return known;
  }

  static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
