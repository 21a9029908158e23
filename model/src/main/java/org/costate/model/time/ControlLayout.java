package org.costate.model.time;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.costate.model.operator.Parameter;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Slot;
import org.costate.model.scheme.Step;
import org.costate.model.state.Slice;
import org.costate.model.state.Workspace;

/// Where the unknowns `c` of all controls lie in one flat array, and how they give the controls at
/// a time: `θ_block(t) = Σ_k φ_k(t) c_{block,k}`, linear in `c`.
///
/// The number of unknowns does not depend on the number of time steps. Neighbouring blocks with the
/// same basis are interleaved, coefficient by coefficient: where one function is 1 and all others
/// are 0 (a layer that is an interval), the controls of a whole step are a stretch of `c` itself,
/// and are used in place. Otherwise they are evaluated into scratch, and the adjoint is scattered
/// with the same `φ_k`. Blocks that are tied in time have the basis [Constant].
public final class ControlLayout {
  /// A named group of controls with one basis in time.
  ///
  /// @param name what schemes and stages call it
  /// @param parameters the arrays it is made of, one after the other
  /// @param basis functions of time
  /// @param offset where coefficient 0 begins in `c`
  /// @param stride from the beginning of one coefficient to that of the next
  public record Block(
      String name, List<Parameter> parameters, TimeBasis basis, int offset, int stride) {
    public Block {
      parameters = List.copyOf(parameters);
    }

    /// Number of doubles of one coefficient, and of the block at one time.
    public int size() {
      int size = 0;
      for (int i = 0; i < parameters.size(); i++) {
        size = Math.addExact(size, parameters.get(i).size());
      }
      return size;
    }

    /// Where coefficient `k` begins in `c`.
    public int at(int k) {
      return offset + k * stride;
    }
  }

  private final List<Block> blocks;
  private final Map<String, Block> byName;
  private final ControlSum sum;
  private final int size;

  private ControlLayout(List<Block> blocks, int size) {
    this.blocks = List.copyOf(blocks);
    this.size = size;
    this.byName = new HashMap<>();
    for (Block block : blocks) {
      byName.put(block.name(), block);
    }
    this.sum = new ControlSum(byName);
  }

  /// An empty builder.
  public static Builder builder() {
    return new Builder();
  }

  /// Number of unknowns.
  public int size() {
    return size;
  }

  /// All blocks in the order in which they were added.
  public List<Block> blocks() {
    return blocks;
  }

  /// The block called `name`.
  ///
  /// @throws IllegalArgumentException if there is none
  public Block block(String name) {
    Block block = byName.get(name);
    if (block == null) {
      throw new IllegalArgumentException(
          "controls: found no block "
              + name
              + ", expected one of "
              + blocks.stream().map(Block::name).toList());
    }
    return block;
  }

  /// The controls `θ` that a step of size `h` from `t` reads: a view of `c` where they lie there as
  /// they are, else evaluated into scratch of the current frame of `w`.
  public Slice at(double[] c, List<Slot> slots, double t, double h, Workspace w) {
    int count = count(slots);
    int alias = sum.aliasOf(slots, t, h);
    if (count == 0 || alias >= 0) {
      return count == 0 ? Slice.NONE : w.view(c, alias, count);
    }
    Slice theta = w.take(count);
    theta.fill(0);
    sum.transfer(slots, t, h, theta, c, false);
    return theta;
  }

  /// Where in `c` the controls of a step of size `h` from `t` lie as they are, so that [#at] gives
  /// a view; −1 if they do not.
  public int aliasOf(List<Slot> slots, double t, double h) {
    return sum.aliasOf(slots, t, h);
  }

  /// Where a step adds the adjoint of its controls: a view of `cBar` where [#at] gives a view of
  /// `c`, else zeroed scratch of the current frame, to be handed to [#addAdjoint] afterwards.
  public Slice barAt(double[] cBar, List<Slot> slots, double t, double h, Workspace w) {
    int count = count(slots);
    int alias = sum.aliasOf(slots, t, h);
    if (count == 0 || alias >= 0) {
      return count == 0 ? Slice.NONE : w.view(cBar, alias, count);
    }
    Slice thetaBar = w.take(count);
    thetaBar.fill(0);
    return thetaBar;
  }

  /// `c̄_k := c̄_k + φ_k θ̄` for all blocks of the slots: the transpose of [#at]. Does nothing if
  /// `thetaBar` is a view of `cBar`, which has then been added to already.
  public void addAdjoint(Slice thetaBar, List<Slot> slots, double t, double h, double[] cBar) {
    if (thetaBar.array() != cBar && !thetaBar.isNone()) {
      sum.transfer(slots, t, h, thetaBar, cBar, true);
    }
  }

  /// Number of doubles of scratch that [#at] or [#barAt] takes at most in the steps of `grid`: none
  /// where the controls of every step lie in `c` as they are.
  public int workSize(List<Slot> slots, TimeGrid grid) {
    for (int n = 0; n < grid.steps(); n++) {
      if (sum.aliasOf(slots, grid.time(n), grid.step(n)) < 0) {
        return count(slots);
      }
    }
    return 0;
  }

  /// Number of doubles of scratch that [#at] or [#barAt] takes at most at any time.
  public int workSize(List<Slot> slots) {
    return count(slots);
  }

  /// The controls of a stage before or behind the steps: its blocks, one after the other.
  public Slice stageAt(double[] c, List<String> names, Workspace w) {
    int count = stageSize(names);
    int alias = stageAliasOf(names);
    if (count == 0 || alias >= 0) {
      return count == 0 ? Slice.NONE : w.view(c, alias, count);
    }
    Slice theta = w.take(count);
    int from = 0;
    for (int i = 0; i < names.size(); i++) {
      Block block = block(names.get(i));
      System.arraycopy(c, block.offset(), theta.array(), theta.offset() + from, block.size());
      from += block.size();
    }
    return theta;
  }

  /// As [#barAt], for a stage.
  public Slice stageBarAt(double[] cBar, List<String> names, Workspace w) {
    int count = stageSize(names);
    int alias = stageAliasOf(names);
    if (count == 0 || alias >= 0) {
      return count == 0 ? Slice.NONE : w.view(cBar, alias, count);
    }
    Slice thetaBar = w.take(count);
    thetaBar.fill(0);
    return thetaBar;
  }

  /// As [#addAdjoint], for a stage.
  public void addStageAdjoint(Slice thetaBar, List<String> names, double[] cBar) {
    if (thetaBar.array() == cBar || thetaBar.isNone()) {
      return;
    }
    int from = 0;
    for (int i = 0; i < names.size(); i++) {
      Block block = block(names.get(i));
      ControlSum.add(
          1, thetaBar.array(), thetaBar.offset() + from, cBar, block.offset(), block.size());
      from += block.size();
    }
  }

  /// Number of doubles of scratch that [#stageAt] or [#stageBarAt] takes: none where the blocks lie
  /// side by side.
  public int stageWorkSize(List<String> names) {
    return stageAliasOf(names) < 0 ? stageSize(names) : 0;
  }

  /// Number of controls of a stage: the blocks one after the other.
  public int stageSize(List<String> names) {
    int count = 0;
    for (int i = 0; i < names.size(); i++) {
      count += block(names.get(i)).size();
    }
    return count;
  }

  private int count(List<Slot> slots) {
    int count = 0;
    for (int i = 0; i < slots.size(); i++) {
      count += slots.get(i).size();
    }
    return count;
  }

  private int stageAliasOf(List<String> names) {
    int begin = -1;
    int next = -1;
    for (int i = 0; i < names.size(); i++) {
      Block block = block(names.get(i));
      if (next >= 0 && block.offset() != next) {
        return -1;
      }
      begin = begin < 0 ? block.offset() : begin;
      next = block.offset() + block.size();
    }
    return begin;
  }

  /// Collects blocks and lays them out.
  public static final class Builder {
    private final List<Block> blocks = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private Builder() {}

    /// Adds a block.
    ///
    /// @throws IllegalArgumentException if the name is taken or there are no parameters
    public Builder block(String name, List<Parameter> parameters, TimeBasis basis) {
      if (!names.add(name)) {
        throw new IllegalArgumentException(
            "controls: found block " + name + " twice, expected distinct names");
      }
      if (parameters.isEmpty()) {
        throw new IllegalArgumentException(
            "controls: found no parameters in block " + name + ", expected at least one");
      }
      blocks.add(new Block(name, parameters, basis, 0, 0));
      return this;
    }

    /// Adds all `blocks`, by name and parameters, that are not yet there.
    public Builder blocks(Map<String, List<Parameter>> blocks, TimeBasis basis) {
      blocks.forEach(
          (name, parameters) -> {
            if (!names.contains(name)) {
              block(name, parameters, basis);
            }
          });
      return this;
    }

    /// Adds all blocks that the slots of `step` name and that are not yet there, in the order in
    /// which the step reads them: every slot must name one block.
    ///
    /// @throws IllegalArgumentException if a slot is made of several blocks that are not yet there
    public Builder blocksOf(Step step, TimeBasis basis) {
      for (Slot slot : step.slots()) {
        List<ControlRef> missing =
            slot.controls().stream().filter(ref -> !names.contains(ref.block())).toList();
        if (missing.isEmpty()) {
          continue;
        }
        if (slot.controls().size() > 1) {
          throw new IllegalArgumentException(
              "controls: found the blocks "
                  + slot.controls()
                  + " in one slot of "
                  + step.name()
                  + ", expected one. Maybe add them one by one before");
        }
        block(missing.getFirst().block(), slot.parameters(), basis);
      }
      return this;
    }

    /// Lays the blocks out, in the order in which they were added.
    ///
    /// @throws ArithmeticException if there are more unknowns than an array holds
    public ControlLayout build() {
      List<Block> placed = new ArrayList<>();
      int offset = 0;
      int begin = 0;
      while (begin < blocks.size()) {
        TimeBasis basis = blocks.get(begin).basis();
        int end = begin;
        int stride = 0;
        while (end < blocks.size() && blocks.get(end).basis().equals(basis)) {
          stride = Math.addExact(stride, blocks.get(end++).size());
        }
        int at = offset;
        for (Block b : blocks.subList(begin, end)) {
          placed.add(new Block(b.name(), b.parameters(), basis, at, stride));
          at += b.size();
        }
        offset = Math.addExact(offset, Math.multiplyExact(stride, basis.count()));
        begin = end;
      }
      return new ControlLayout(placed, offset);
    }
  }
}
