package org.costate.interop.huggingface;

import java.util.Optional;
import org.costate.interop.architecture.Conventions;
import org.costate.interop.architecture.NamedModel;
import org.costate.interop.weights.StridedView;
import org.costate.model.architecture.Architecture;
import org.costate.model.architecture.Entry;
import org.costate.model.architecture.Exit;
import org.costate.model.architecture.Norm;

/// What causal language models have in common: tokens in, a final norm and logits out, and a head
/// that may be the token embedding.
final class LanguageModel {
  private static final Conventions CONVENTIONS =
      Conventions.of("logits", 2, Conventions.Loss.NEXT_TOKEN, 1);

  private LanguageModel() {}

  static NamedModel named(String type, Architecture architecture) {
    return NamedModel.of(type, architecture, CONVENTIONS);
  }

  /// Token identities alone; positions enter by rotation.
  static Entry tokens(int vocabulary, int width) {
    return new Entry.Tokens(vocabulary, width, 0, 0, 0, Optional.empty());
  }

  static Exit exit(Norm norm, int vocabulary, boolean tied) {
    return new Exit(
        Optional.of(norm),
        Optional.empty(),
        false,
        Optional.of(new Exit.Readout(vocabulary, false, tied)));
  }

  /// The head as files store it, `[vocabulary, width]`.
  static StridedView head(PlaceBuilder places, boolean tied) {
    return tied
        ? places.view(Architecture.EMBEDDING, 0, "weight")
        : places.view(Architecture.READOUT, 0, "weight").transpose();
  }
}
