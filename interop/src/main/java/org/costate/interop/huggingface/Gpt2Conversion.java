package org.costate.interop.huggingface;

import java.util.Arrays;
import java.util.List;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.weights.WeightMap;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Arrangement;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;
import org.costate.model.kernel.PlainKernels;
import org.costate.model.operator.Attention;
import org.costate.model.operator.FeedForward;
import org.costate.model.operator.Mask;
import org.costate.model.operator.Parameter;
import org.costate.model.scheme.Slot;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;
import org.costate.model.time.ControlLayout;

/// A language model as GPT-2: its sizes and its coefficients in the layout of that type.
///
/// @param size what distinguishes it from other models of the type
/// @param coefficients its controls
/// @param weights where its tensors lie among them
record Gpt2Conversion(Gpt2Importer.Size size, double[] coefficients, WeightMap weights) {

  /// @throws InputException if GPT-2 cannot express the model
  static Gpt2Conversion of(NamedModel named, double[] c) {
    Gpt2Importer.Size size = size(named.architecture());
    NamedModel target = LanguageModel.named("gpt2", Gpt2Importer.architecture(size));
    ControlLayout layout = target.model().layout();
    double[] converted = new double[layout.size()];
    for (ControlLayout.Block block : layout.blocks()) {
      if (!isOfStep(target.model(), block.name())) {
        ControlLayout.Block from = named.model().layout().block(block.name());
        Slice values = Slice.of(c, from.offset(), from.size());
        copy(from.parameters(), values, 1, block, 0, converted);
      }
    }
    for (int n = 0; n < size.layers(); n++) {
      copyStep(named.model(), c, n, layout, converted);
    }
    WeightMap weights = Gpt2Importer.weights(layout, size, "transformer.", !size.tied());
    return new Gpt2Conversion(size, converted, weights);
  }

  private static Gpt2Importer.Size size(Architecture a) {
    Attention attention = a.block().attention();
    FeedForward feedForward = a.block().feedForward();
    if (!(a.entry() instanceof Entry.Tokens tokens)) {
      throw refused("an entry of " + a.entry(), "token identities");
    }
    Exit.Readout readout =
        a.exit()
            .readout()
            .orElseThrow(() -> refused("no readout", "a readout over the vocabulary"));
    requireEntry(tokens, readout);
    requireBlock(a);
    Norm norm = a.block().norm();
    require(
        a.exit().norm().isPresent() && a.exit().norm().get().epsilon() == norm.epsilon(),
        "the final norm " + a.exit().norm(),
        "a final layer norm with the epsilon of the others");
    require(
        a.exit().norm().get().kind() == Norm.Kind.LAYER, "an RMS norm at the end", "layer norms");
    require(
        a.exit().pooling().isEmpty() && !a.exit().pooler(),
        "a pooled output",
        "one at every token");
    double usual = 1 / Math.sqrt(attention.headWidth());
    require(
        attention.scale() == usual || attention.scale() == 1,
        "attention scale " + attention.scale(),
        usual + " or 1");
    return new Gpt2Importer.Size(
        tokens.width(),
        attention.heads(),
        feedForward.hidden(),
        a.depth().steps(),
        tokens.vocabulary(),
        tokens.positions(),
        feedForward.activation(),
        norm.epsilon(),
        attention.scale(),
        readout.tied());
  }

  private static void requireEntry(Entry.Tokens tokens, Exit.Readout readout) {
    require(tokens.positions() > 0, "no learned positions", "learned positions");
    require(tokens.positionOffset() == 0, "position offset " + tokens.positionOffset(), "offset 0");
    require(tokens.types() == 0, "token types", "none");
    require(tokens.norm().isEmpty(), "a norm behind the embedding", "none");
    require(!readout.bias(), "a readout with bias", "one without");
    require(
        readout.outputs() == tokens.vocabulary(),
        "a readout of " + readout.outputs() + " outputs",
        "one per token of the vocabulary, " + tokens.vocabulary());
  }

  private static void requireBlock(Architecture a) {
    Attention attention = a.block().attention();
    require(
        a.block().arrangement() == Arrangement.PRE_NORM,
        "the scheme " + a.block().arrangement(),
        Arrangement.PRE_NORM.toString());
    require(a.block().stack() == 1, "a stack of " + a.block().stack() + " blocks", "single blocks");
    require(attention.mask() instanceof Mask.Causal, "mask " + attention.mask(), "a causal mask");
    require(attention.rotary().isEmpty(), "rotary position", "learned positions alone");
    require(
        attention.keyHeads() == attention.heads(),
        attention.keyHeads() + " key heads for " + attention.heads() + " heads",
        "as many");
    require(
        attention.outputMap() && attention.heads() * attention.headWidth() == attention.width(),
        "heads of width " + attention.headWidth(),
        "heads that share the width, and an output map");
    require(!a.block().feedForward().gated(), "a gated feed-forward network", "a plain one");
    require(a.block().norm().kind() == Norm.Kind.LAYER, "RMS norms", "layer norms");
  }

  private static void require(boolean holds, String found, String expected) {
    if (!holds) {
      throw refused(found, expected);
    }
  }

  private static InputException refused(String found, String expected) {
    return new InputException(
        "export to gpt2: found " + found, expected, "Maybe keep it as a costate folder.");
  }

  private static boolean isOfStep(Model model, String block) {
    return model.step().slots().stream()
        .anyMatch(slot -> slot.controls().stream().anyMatch(ref -> ref.block().equals(block)));
  }

  /// The controls of step `n`, at the times at which the scheme reads them.
  private static void copyStep(
      Model model, double[] c, int n, ControlLayout to, double[] converted) {
    List<Slot> slots = model.step().slots();
    double h = model.grid().step(n);
    Workspace w = new Workspace(new PlainKernels(), model.layout().workSize(slots));
    w.enter();
    Slice theta = model.layout().at(c, slots, model.grid().time(n), h, w);
    int from = 0;
    for (Slot slot : slots) {
      String block = slot.controls().getFirst().block();
      copy(slot.parameters(), theta.part(from, slot.size()), h, to.block(block), n, converted);
      from += slot.size();
    }
    w.leave();
  }

  /// Copies parameter by parameter, by name; what the source lacks is at rest: gain 1, bias 0.
  private static void copy(
      List<Parameter> parameters,
      Slice values,
      double h,
      ControlLayout.Block to,
      int k,
      double[] converted) {
    int at = to.at(k);
    for (Parameter wanted : to.parameters()) {
      int from = 0;
      boolean found = false;
      for (Parameter p : parameters) {
        if (p.name().equals(wanted.name())) {
          double factor = endsField(p.name()) ? h : 1;
          for (int i = 0; i < p.size(); i++) {
            converted[at + i] = factor * values.at(from + i);
          }
          found = true;
        }
        from += p.size();
      }
      if (!found && wanted.role() == Parameter.Role.GAIN) {
        Arrays.fill(converted, at, at + wanted.size(), 1);
      }
      at += wanted.size();
    }
  }

  private static boolean endsField(String parameter) {
    return parameter.startsWith("output.") || parameter.startsWith("out.");
  }
}
