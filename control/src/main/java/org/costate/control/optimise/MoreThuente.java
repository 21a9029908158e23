package org.costate.control.optimise;

/// The line search of Moré and Thuente (ACM TOMS 20, 1994, 286–307): finds a step `α` with the
/// strong Wolfe conditions `φ(α) ≤ φ(0) + μ α φ'(0)` and `|φ'(α)| ≤ η |φ'(0)|`.
///
/// Where `φ` changes by less than its round-off, the first condition is replaced by the one of
/// Hager and Zhang on the slopes, `φ'(α) ≤ (2μ − 1) φ'(0)`. A trial where `φ` is not finite
/// shortens the step.
final class MoreThuente {
  /// `φ` and `φ'` along a line.
  interface Line {
    /// Goes to step `α` and returns `φ(α)`.
    double value(double alpha);

    /// `φ'` where [#value] went last.
    double slope();
  }

  static final double ARMIJO = 1e-4;
  private static final double ROUND_OFF = 1e-14;
  private static final double LARGEST = 1e20;
  private static final int TRIALS = 40;

  private final Line line;
  private final double value0;
  private final double slope0;
  private final double curvature;

  // The best step so far (x), the other end of the interval (y), the trial (t).
  private double x;
  private double valueX;
  private double slopeX;
  private double y;
  private double valueY;
  private double slopeY;
  private double t;
  private double valueT;
  private double slopeT;
  private boolean bracketed;
  private double least;
  private double greatest;
  private double limit = LARGEST;
  private int evaluations;

  private MoreThuente(Line line, double value0, double slope0, double first, double curvature) {
    this.line = line;
    this.curvature = curvature;
    this.value0 = value0;
    this.slope0 = slope0;
    this.valueX = value0;
    this.slopeX = slope0;
    this.valueY = value0;
    this.slopeY = slope0;
    this.t = first;
    this.greatest = 5 * first;
  }

  /// @param step `α`, at which the line stands; 0 if none was found
  record Found(double step, int evaluations) {}

  /// @param slope0 `φ'(0) < 0`
  /// @param first first trial
  /// @param curvature `η`
  static Found search(Line line, double value0, double slope0, double first, double curvature) {
    return new MoreThuente(line, value0, slope0, first, curvature).search();
  }

  private Found search() {
    boolean seekingDecrease = true;
    double width = LARGEST;
    double widthBefore = 2 * LARGEST;
    while (evaluations < TRIALS) {
      evaluate();
      if (!Double.isFinite(valueT) || !Double.isFinite(slopeT)) {
        limit = x + 0.5 * (t - x);
        greatest = Math.min(greatest, limit);
        t = x + 0.25 * (t - x);
        continue;
      }
      double bound = value0 + ARMIJO * t * slope0;
      if (accepted(bound)) {
        return new Found(t, evaluations);
      }
      if (bracketed && (t <= least || t >= greatest || greatest - least <= 1e-15 * greatest)) {
        break;
      }
      seekingDecrease &= !(valueT <= bound && slopeT >= 0);
      advance(seekingDecrease && valueT <= valueX && valueT > bound);
      if (bracketed) {
        double length = Math.abs(y - x);
        if (length >= 0.66 * widthBefore) {
          t = x + 0.5 * (y - x);
        }
        widthBefore = width;
        width = length;
        least = Math.min(x, y);
        greatest = Math.max(x, y);
      } else {
        least = t + 1.1 * (t - x);
        greatest = Math.min(t + 4 * (t - x), limit);
      }
      t = Math.min(t, limit);
    }
    return bestDecrease();
  }

  /// The interval has shrunk to round-off: the best step so far, if it decreases `φ` at all.
  private Found bestDecrease() {
    if (x <= 0 || valueX >= value0) {
      return new Found(0, evaluations);
    }
    t = x;
    evaluate();
    return new Found(t, evaluations);
  }

  private void evaluate() {
    valueT = line.value(t);
    slopeT = line.slope();
    evaluations++;
  }

  private boolean accepted(double bound) {
    if (valueT <= bound && Math.abs(slopeT) <= curvature * -slope0) {
      return true;
    }
    return Math.abs(valueT - value0) <= ROUND_OFF * Math.abs(value0)
        && slopeT <= (2 * ARMIJO - 1) * slope0
        && slopeT >= curvature * slope0;
  }

  /// Chooses the next trial; in the first stage by the function less its allowed line.
  private void advance(boolean modified) {
    double allowed = modified ? ARMIJO * slope0 : 0;
    valueX -= x * allowed;
    valueY -= y * allowed;
    valueT -= t * allowed;
    slopeX -= allowed;
    slopeY -= allowed;
    slopeT -= allowed;
    double next = trial();
    updateInterval();
    valueX += x * allowed;
    valueY += y * allowed;
    slopeX += allowed;
    slopeY += allowed;
    t = next;
  }

  private void updateInterval() {
    if (valueT > valueX) {
      y = t;
      valueY = valueT;
      slopeY = slopeT;
    } else {
      if (slopeT * slopeX < 0) {
        y = x;
        valueY = valueX;
        slopeY = slopeX;
      }
      x = t;
      valueX = valueT;
      slopeX = slopeT;
    }
  }

  /// The safeguarded step of Moré and Thuente, section 4, by its four cases.
  private double trial() {
    if (valueT > valueX) {
      bracketed = true;
      double cubic = cubic(x, valueX, slopeX, t, valueT, slopeT);
      double quadratic = x + 0.5 * slopeX / ((valueX - valueT) / (t - x) + slopeX) * (t - x);
      return Math.abs(cubic - x) < Math.abs(quadratic - x)
          ? cubic
          : cubic + 0.5 * (quadratic - cubic);
    }
    double secant = t + slopeT / (slopeT - slopeX) * (x - t);
    if (slopeT * slopeX < 0) {
      bracketed = true;
      double cubic = cubic(t, valueT, slopeT, x, valueX, slopeX);
      return Math.abs(cubic - t) > Math.abs(secant - t) ? cubic : secant;
    }
    if (Math.abs(slopeT) < Math.abs(slopeX)) {
      return smallerSlope(secant);
    }
    if (bracketed) {
      return cubic(t, valueT, slopeT, y, valueY, slopeY);
    }
    return t > x ? greatest : least;
  }

  private double smallerSlope(double secant) {
    double cubic = cubicBeyond();
    if (bracketed) {
      double closer = Math.abs(cubic - t) < Math.abs(secant - t) ? cubic : secant;
      double two = t + 0.66 * (y - t);
      return t > x ? Math.min(two, closer) : Math.max(two, closer);
    }
    double farther = Math.abs(cubic - t) > Math.abs(secant - t) ? cubic : secant;
    return Math.max(least, Math.min(greatest, farther));
  }

  /// Minimiser of the cubic through two points with slopes, counted from `a`.
  private static double cubic(double a, double fa, double da, double b, double fb, double db) {
    double theta = 3 * (fa - fb) / (b - a) + da + db;
    double s = Math.max(Math.abs(theta), Math.max(Math.abs(da), Math.abs(db)));
    if (s == 0) {
      return 0.5 * (a + b);
    }
    double root = s * Math.sqrt(Math.max(0, theta / s * (theta / s) - da / s * (db / s)));
    double gamma = b < a ? -root : root;
    double p = gamma - da + theta;
    double q = gamma - da + gamma + db;
    return a + p / q * (b - a);
  }

  /// The same cubic where its minimiser may not exist or lie on the wrong side.
  private double cubicBeyond() {
    double theta = 3 * (valueX - valueT) / (t - x) + slopeX + slopeT;
    double s = Math.max(Math.abs(theta), Math.max(Math.abs(slopeX), Math.abs(slopeT)));
    double root = s * Math.sqrt(Math.max(0, theta / s * (theta / s) - slopeX / s * (slopeT / s)));
    double gamma = t > x ? -root : root;
    double r = (gamma - slopeT + theta) / (gamma + (slopeX - slopeT) + gamma);
    if (r < 0 && gamma != 0) {
      return t + r * (x - t);
    }
    return t > x ? greatest : least;
  }
}
