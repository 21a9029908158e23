package org.costate.model.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.costate.model.state.Point;
import org.costate.model.state.Shape;
import org.costate.model.state.Slice;
import org.costate.model.state.Variation;
import org.costate.model.state.Workspace;

/// A correct operator broken in one way.
final class DefectiveOperator implements Operator {
  private final Operator inner;
  private final Defect defect;
  private final AtomicInteger kept = new AtomicInteger();
  private Object waste;

  DefectiveOperator(Operator inner, Defect defect) {
    this.inner = inner;
    this.defect = defect;
  }

  @Override
  public String name() {
    return inner.name() + " with " + defect;
  }

  @Override
  public int inputWidth() {
    return inner.inputWidth();
  }

  @Override
  public int outputWidth() {
    return inner.outputWidth();
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(inner.parameters());
    if (defect == Defect.CONTROLS_MISCOUNTED) {
      all.add(new Parameter("surplus", Parameter.Role.BIAS, 1, 1));
    }
    return all;
  }

  @Override
  public int controlSize() {
    return inner.controlSize();
  }

  @Override
  public int workSize(Shape s) {
    int size = inner.workSize(s);
    return defect == Defect.SCRATCH_LARGER_THAN_DECLARED ? size - 1 : size + 1;
  }

  @Override
  public int recordSize(Shape s) {
    return inner.recordSize(s) - (defect == Defect.RECORD_LARGER_THAN_DECLARED ? 1 : 0);
  }

  @Override
  public int tangentRecordSize(Shape s) {
    int surplus = defect == Defect.TANGENT_RECORD_LARGER_THAN_DECLARED ? 1 : 0;
    return inner.tangentRecordSize(s) - surplus;
  }

  @Override
  public void apply(Point p, Slice y, Slice record, Workspace w) {
    double before = y.at(0);
    inner.apply(p, y, record, w);
    double[] out = y.array();
    int at = y.offset();
    switch (defect) {
      case INPUT_MODIFIED -> p.u().array()[p.u().offset()] += 1;
      case WRITES_BESIDE_OUTPUT -> out[at + y.length()] = 0;
      case OUTPUT_NOT_SET -> out[at] = before;
      case SCRATCH_READ -> out[at] += w.scratch()[w.scratch().length - 1];
      case RECORD_CHANGES_VALUE -> out[at] = record.isNone() ? Math.nextUp(out[at]) : out[at];
      case FRAME_LEFT_OPEN -> {
        w.enter();
        w.claim(1);
      }
      case SEQUENCES_MIXED -> out[at] += out[at + y.length() - 1];
      case STATE_KEPT_BETWEEN_CALLS -> kept.incrementAndGet();
      case ALLOCATES -> waste = new double[1];
      default -> {}
    }
  }

  @Override
  public boolean isRemade() {
    return defect == Defect.REMADE_OTHERWISE;
  }

  @Override
  public void remake(Point p, Slice record, Slice y, Workspace w) {
    inner.apply(p, y, Slice.NONE, w);
    y.array()[y.offset()] = Math.nextUp(y.at(0));
  }

  @Override
  public void tangent(Point p, Slice record, Variation v, Slice dy, Workspace w) {
    if (defect == Defect.ABSENT_CONTROLS_READ) {
      v.theta().at(0);
    }
    inner.tangent(p, record, v, dy, w);
    if (defect == Defect.TANGENT_SCALED) {
      scale(dy, 1 + 1e-5);
    } else if (defect == Defect.TANGENT_RECORD_SPOILT) {
      scale(v.record(), 1 + 1e-15);
    }
  }

  @Override
  public void applyWithTangent(Point p, Slice y, Slice record, Variation v, Slice dy, Workspace w) {
    Operator.super.applyWithTangent(p, y, record, v, dy, w);
    if (defect == Defect.TANGENT_WITH_VALUE_SCALED) {
      scale(dy, 1 + 1e-5);
    }
  }

  private static void scale(Slice s, double factor) {
    for (int i = s.offset(); i < s.offset() + s.length(); i++) {
      s.array()[i] *= factor;
    }
  }

  @Override
  public boolean knowsFresh() {
    return inner.knowsFresh()
        || defect == Defect.FRESH_ADDED_TO
        || defect == Defect.FRESH_ADDED_TO_TWICE;
  }

  @Override
  public void adjoint(Point p, Slice record, Slice lambda, Variation bar, Workspace w) {
    if (defect == Defect.ADJOINT_OVERWRITES) {
      bar.u().fill(0);
    }
    inner.adjoint(p, record, lambda, defect == Defect.FRESH_ADDED_TO ? bar.fresh(false) : bar, w);
    switch (defect) {
      case ADJOINT_OF_STATE_SCALED -> scale(bar.u(), 1 + 1e-5);
      case ADJOINT_OF_CONTROLS_SCALED -> scale(bar.theta(), 1 + 1e-5);
      case UNWANTED_PART_CHANGES_OTHER -> scale(bar.u(), bar.theta().isNone() ? 1 + 1e-15 : 1);
      case STATE_KEPT_BETWEEN_CALLS -> scale(bar.u(), kept.get());
      default -> {}
    }
  }

  @Override
  public void secondAdjoint(
      Point p,
      Slice record,
      Variation v,
      Slice lambda,
      Slice dLambda,
      Variation bar,
      Variation barDot,
      Workspace w) {
    switch (defect) {
      case FRESH_ADDED_TO_TWICE ->
          inner.secondAdjoint(p, record, v, lambda, dLambda, bar, barDot.fresh(false), w);
      case SECOND_WITHOUT_CURVATURE -> {
        inner.adjoint(p, record, lambda, bar, w);
        inner.adjoint(p, record, dLambda, barDot, w);
      }
      case SECOND_FORGETS_ADJOINT ->
          inner.secondAdjoint(
              p, record, v, lambda, dLambda, Variation.of(Slice.NONE, Slice.NONE), barDot, w);
      default -> inner.secondAdjoint(p, record, v, lambda, dLambda, bar, barDot, w);
    }
    if (defect == Defect.SECOND_NOT_SYMMETRIC) {
      scale(barDot.u(), 1 + 1e-5);
    }
  }

  /// So that what [Defect#ALLOCATES] allocates is not optimised away.
  Object waste() {
    return waste;
  }
}
