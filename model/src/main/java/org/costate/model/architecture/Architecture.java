package org.costate.model.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.costate.model.InputException;
import org.costate.model.Model;
import org.costate.model.Stage;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.kernel.Activation;
import org.costate.model.operator.Affine;
import org.costate.model.operator.Operator;
import org.costate.model.operator.PatchEmbedding;
import org.costate.model.operator.Pointwise;
import org.costate.model.operator.Pooling;
import org.costate.model.operator.PositionEmbedding;
import org.costate.model.operator.TokenEmbedding;
import org.costate.model.operator.TypeEmbedding;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Schemes;
import org.costate.model.scheme.Step;
import org.costate.model.time.Constant;
import org.costate.model.time.ControlLayout;

/// A Transformer as data, under the names of the field: all that is needed to know its operators,
/// its scheme and its controls, and nothing else. [#model] says what it means.
///
/// @param entry how the first state is made from the data
/// @param block one step
/// @param depth the steps and the controls in time
/// @param exit how the output is made from the last state
public record Architecture(Entry entry, Block block, Depth depth, Exit exit) {
  /// Names of the blocks of controls.
  public static final String EMBEDDING = "embedding";

  /// Learned positions.
  public static final String POSITIONS = "positions";

  /// Learned token types.
  public static final String TYPES = "types";

  /// Norm behind the embedding.
  public static final String EMBEDDING_NORM = "embedding-norm";

  /// Attention of a step.
  public static final String ATTENTION = "attention";

  /// Norm that belongs to the attention of a step.
  public static final String ATTENTION_NORM = "attention-norm";

  /// Feed-forward field of a step.
  public static final String FEED_FORWARD = "feed-forward";

  /// Norm that belongs to the feed-forward field of a step.
  public static final String FEED_FORWARD_NORM = "feed-forward-norm";

  /// Norm behind the last step.
  public static final String FINAL_NORM = "final-norm";

  /// Affine map behind the pooling.
  public static final String POOLER = "pooler";

  /// Final linear map.
  public static final String READOUT = "readout";

  /// @throws InputException if widths do not fit together or a readout is tied to no embedding
  public Architecture {
    int width = entry.width();
    if (block.attention().inputWidth() != width || block.feedForward().inputWidth() != width) {
      throw new InputException(
          "architecture: found attention of width "
              + block.attention().inputWidth()
              + " and feed-forward of width "
              + block.feedForward().inputWidth(),
          "the width " + width + " of the embedding",
          "");
    }
    if (exit.readout().isPresent() && exit.readout().get().tied()) {
      if (!(entry instanceof Entry.Tokens tokens)
          || tokens.vocabulary() != exit.readout().get().outputs()) {
        throw new InputException(
            "architecture: found a tied readout of " + exit.readout().get().outputs() + " outputs",
            "a token embedding with as many rows",
            "");
      }
      if (exit.readout().get().bias()) {
        throw new InputException(
            "architecture: found a bias of a tied readout", "a tied readout without one", "");
      }
    }
  }

  /// The equations whose discretisations the blocks of one step are; where there are several, the
  /// names of their blocks of controls end in `-1`, `-2`, ….
  public List<ContinuousEquation> equations() {
    if (block.stack() == 1) {
      return List.of(equation(""));
    }
    return IntStream.rangeClosed(1, block.stack()).mapToObj(k -> equation("-" + k)).toList();
  }

  private ContinuousEquation equation(String suffix) {
    Operator norm = block.norm().operator(entry.width());
    Field attention = Field.of(Controlled.of(block.attention(), ATTENTION + suffix));
    Field feedForward = Field.of(Controlled.of(block.feedForward(), FEED_FORWARD + suffix));
    Controlled first = controlled(norm, ATTENTION_NORM + suffix);
    Controlled second = controlled(norm, FEED_FORWARD_NORM + suffix);
    return block.arrangement() == Arrangement.POST_NORM
        ? ContinuousEquation.of(attention.followedBy(first), feedForward.followedBy(second))
        : ContinuousEquation.of(attention.reading(first), feedForward.reading(second));
  }

  /// The model that this architecture means.
  public Model model() {
    List<ContinuousEquation> equations = equations();
    List<Scheme> schemes = equations.stream().map(block.arrangement()::scheme).toList();
    Scheme scheme = schemes.size() == 1 ? schemes.getFirst() : Schemes.stack(schemes);
    Step step = new Step(scheme, entry.width());
    List<Stage> before = entryStages();
    List<Stage> behind = exitStages();
    ControlLayout.Builder layout = ControlLayout.builder();
    declare(before, layout);
    equations.forEach(equation -> layout.blocks(equation.blocks(), depth.functions()));
    declare(behind, layout);
    return new Model(before, step, depth.grid(), layout.build(), behind);
  }

  /// A block that an earlier stage declared is shared with it.
  private static void declare(List<Stage> stages, ControlLayout.Builder layout) {
    for (Stage stage : stages) {
      for (String name : stage.blocks()) {
        layout.blocks(Map.of(name, stage.operator().parameters()), new Constant());
      }
    }
  }

  private static Controlled controlled(Operator operator, String block) {
    return operator.controlSize() == 0 ? Controlled.of(operator) : Controlled.of(operator, block);
  }

  private static Stage stage(Operator operator, String block) {
    return new Stage(operator, operator.controlSize() == 0 ? List.of() : List.of(block));
  }

  private List<Stage> entryStages() {
    int width = entry.width();
    List<Stage> stages = new ArrayList<>();
    switch (entry) {
      case Entry.Tokens tokens -> {
        stages.add(stage(new TokenEmbedding(tokens.vocabulary(), width), EMBEDDING));
        addPositions(tokens.positions(), tokens.positionOffset(), stages);
        if (tokens.types() > 0) {
          stages.add(stage(new TypeEmbedding(tokens.types(), width), TYPES));
        }
        tokens.norm().ifPresent(n -> stages.add(stage(n.operator(width), EMBEDDING_NORM)));
      }
      case Entry.Patches p -> {
        stages.add(
            stage(
                new PatchEmbedding(
                    p.height(),
                    p.columns(),
                    p.channels(),
                    p.patch(),
                    width,
                    p.classToken(),
                    p.bias()),
                EMBEDDING));
        addPositions(p.positions() ? p.tokens() : 0, 0, stages);
      }
      case Entry.Features features -> {
        stages.add(stage(new Affine(features.inputs(), width, true, false), EMBEDDING));
        addPositions(features.positions(), 0, stages);
      }
      case Entry.State _ -> {}
    }
    return stages;
  }

  private void addPositions(int positions, int offset, List<Stage> stages) {
    if (positions > 0) {
      stages.add(stage(new PositionEmbedding(positions, entry.width(), offset), POSITIONS));
    }
  }

  private List<Stage> exitStages() {
    int width = entry.width();
    List<Stage> stages = new ArrayList<>();
    exit.norm().ifPresent(norm -> stages.add(stage(norm.operator(width), FINAL_NORM)));
    exit.pooling().ifPresent(kind -> stages.add(stage(new Pooling(width, kind), "")));
    if (exit.pooler()) {
      stages.add(stage(new Affine(width, width, true, false), POOLER));
      stages.add(stage(new Pointwise(width, Activation.TANH), ""));
    }
    Optional<Exit.Readout> readout = exit.readout();
    readout.ifPresent(r -> stages.addAll(readout(r, width)));
    return stages;
  }

  private static List<Stage> readout(Exit.Readout r, int width) {
    if (!r.tied()) {
      return List.of(stage(new Affine(width, r.outputs(), r.bias(), false), READOUT));
    }
    return List.of(stage(new Affine(width, r.outputs(), false, true), EMBEDDING));
  }
}
