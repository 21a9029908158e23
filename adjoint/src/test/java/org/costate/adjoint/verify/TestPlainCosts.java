package org.costate.adjoint.verify;

import java.util.Optional;
import org.costate.adjoint.cost.RunningCost;
import org.costate.adjoint.cost.TerminalCost;
import org.costate.adjoint.reference.PlainCosts;
import org.costate.adjoint.reference.StepEnds;
import org.costate.adjoint.sweep.TestCosts;
import org.costate.model.Model;
import org.costate.model.state.Batch;
import org.costate.model.state.Shape;
import org.hipparchus.CalculusFieldElement;

/// The costs of the tests of sweeps in plain formulas.
final class TestPlainCosts implements PlainCosts {
  @Override
  public Optional<TerminalCost> resized(TerminalCost cost, Model small) {
    return Optional.of(cost);
  }

  @Override
  public boolean knows(RunningCost cost) {
    return cost instanceof TestCosts.Running;
  }

  @Override
  public <T extends CalculusFieldElement<T>> T terminal(
      TerminalCost cost, T[] output, Shape shape, Batch batch) {
    T sum = output[0].getField().getZero();
    for (T y : output) {
      sum = sum.add(y.multiply(y).divide(2)).add(y.multiply(y).multiply(y).divide(6));
    }
    return sum.divide(shape.positions());
  }

  @Override
  public <T extends CalculusFieldElement<T>> T running(RunningCost cost, StepEnds<T> ends) {
    TestCosts.Running running = (TestCosts.Running) cost;
    double h = ends.place().h();
    T squares = square(ends.theta(), ends.u()[0]).multiply(square(ends.u(), ends.u()[0]));
    T sum = squares.multiply(running.beta() / 2);
    for (int i = 0; i < ends.u().length; i++) {
      T u = ends.u()[i];
      T velocity = ends.next()[i].subtract(u).divide(h);
      sum = sum.add(velocity.multiply(velocity).multiply(running.kappa() / 2));
      sum = sum.add(u.multiply(u).multiply(ends.next()[i]).divide(4));
    }
    return sum.multiply(h).divide(ends.place().shape().batch());
  }

  private static <T extends CalculusFieldElement<T>> T square(T[] x, T like) {
    T sum = like.getField().getZero();
    for (T each : x) {
      sum = sum.add(each.multiply(each));
    }
    return sum;
  }
}
