package org.costate.control.particles;

import java.util.Optional;
import java.util.function.BiConsumer;
import org.costate.model.NumericalException;
import org.costate.model.equation.ContinuousEquation;
import org.costate.model.equation.Controlled;
import org.costate.model.equation.Field;
import org.costate.model.equation.Sphere;
import org.costate.model.kernel.Kernels;
import org.costate.model.operator.Attention;
import org.costate.model.operator.LayerNorm;
import org.costate.model.operator.Mask;
import org.hipparchus.analysis.solvers.BrentSolver;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.ode.ODEState;
import org.hipparchus.ode.OrdinaryDifferentialEquation;
import org.hipparchus.ode.nonstiff.DormandPrince853Integrator;

/// The motion of `n` particles on the unit sphere of `R^d` under an [Interaction], as a Transformer
/// whose only block is attention: the particles are tokens of `d + 1` features on the constraint
/// set of layer normalisation ([SphereEmbedding]), and the steps are those of the suite.
///
/// Deterministic; holds scratch, so one thread uses it at a time.
public final class ParticleFlow {
  private static final double REFERENCE_TOLERANCE = 1e-12;
  private static final String ATTENTION = "attention";
  private static final String SPHERE = "sphere";

  private final int particles;
  private final Interaction interaction;
  private final IntegrationScheme scheme;
  private final SphereEmbedding embedding;
  private final TokenMotion motion;

  /// @param particles `n ≥ 2`
  /// @param dimension `d ≥ 2`
  /// @throws org.costate.model.InputException if there are fewer or the matrices have other sizes
  public ParticleFlow(
      int particles,
      int dimension,
      Interaction interaction,
      IntegrationScheme scheme,
      Kernels kernels) {
    Starts.requireSizes(particles, dimension);
    this.particles = particles;
    this.interaction = interaction;
    this.scheme = scheme;
    embedding = new SphereEmbedding(dimension);
    ContinuousEquation equation = equation();
    motion = new TokenMotion(equation, scheme.scheme(equation), particles, kernels);
    if (interaction.normalised()) {
      motion.set(ATTENTION, 0, InteractionMatrices.attentionControls(interaction, embedding));
    }
    motion.set(SPHERE, 1, 1);
  }

  private ContinuousEquation equation() {
    int width = embedding.width();
    Sphere sphere = new Sphere(LayerNorm.projection(width, 0), SPHERE, 0, false);
    if (!interaction.normalised()) {
      InteractionMatrices all = InteractionMatrices.of(interaction, embedding);
      Controlled field = Controlled.of(new ExponentialInteraction(width, all.form(), all.map()));
      return ContinuousEquation.of(Field.of(field)).on(sphere);
    }
    Attention attention =
        new Attention(
            width,
            1,
            1,
            embedding.dimension(),
            interaction.beta(),
            new Mask.Full(),
            Optional.empty(),
            false,
            true,
            false);
    return ContinuousEquation.of(Field.of(Controlled.of(attention, ATTENTION))).on(sphere);
  }

  /// Number of particles.
  public int particles() {
    return particles;
  }

  /// Dimension of the space around the sphere.
  public int dimension() {
    return embedding.dimension();
  }

  /// How particles act on each other.
  public Interaction interaction() {
    return interaction;
  }

  /// How the motion is integrated.
  public IntegrationScheme scheme() {
    return scheme;
  }

  /// Moves particles from time `from` to time `to` in equal steps of at most `largest`.
  ///
  /// @param x positions `[n, d]` at `from`, unit vectors; not modified
  /// @param observer is told `t` and the positions behind every step
  /// @return positions at `to`
  /// @throws NumericalException if a position is not finite any more, or the reference method finds
  ///     no step for its tolerance
  public double[] advance(
      double[] x, double from, double to, double largest, BiConsumer<Double, double[]> observer) {
    if (scheme == IntegrationScheme.DP853) {
      double[] end = reference(x, from, to);
      observer.accept(to, end);
      return end;
    }
    double[] u = embedding.embed(x);
    double[] next = new double[u.length];
    long steps = Math.max(1, (long) Math.ceil((to - from) / largest * (1 - 1e-12)));
    double h = (to - from) / steps;
    for (long k = 0; k < steps; k++) {
      double t = from + k * h;
      motion.step(u, t, h, next);
      motion.requireFinite(u, next, t, h, k);
      double[] swap = u;
      u = next;
      next = swap;
      observer.accept(k + 1 == steps ? to : t + h, embedding.extract(u));
    }
    return embedding.extract(u);
  }

  /// The first time at which the smallest inner product of two particles reaches `level`, to 1e-10:
  /// a step that passes it is taken again with the fraction of its size that ends there.
  ///
  /// @param x positions at time 0
  /// @param until latest time
  /// @param h step size
  /// @return the time, or empty if it is not reached
  /// @throws IllegalArgumentException for the reference method, which has no steps of its own here
  public Optional<Double> firstTime(double[] x, double level, double until, double h) {
    if (scheme == IntegrationScheme.DP853) {
      throw new IllegalArgumentException("first time: found the reference, expected a scheme");
    }
    double[] u = embedding.embed(x);
    double[] next = new double[u.length];
    for (double t = 0; t < until; t += h) {
      motion.step(u, t, h, next);
      motion.requireFinite(u, next, t, h, Math.round(t / h));
      if (smallest(next) >= level) {
        return Optional.of(t + fraction(u, t, h, level));
      }
      double[] swap = u;
      u = next;
      next = swap;
    }
    return Optional.empty();
  }

  private double fraction(double[] u, double t, double h, double level) {
    if (smallest(u) >= level) {
      return 0;
    }
    double[] trial = new double[u.length];
    return new BrentSolver(1e-12, 1e-12)
        .solve(
            200,
            part -> {
              motion.step(u, t, part, trial);
              return smallest(trial) - level;
            },
            0,
            h);
  }

  private double smallest(double[] u) {
    return InnerProducts.of(embedding.extract(u), particles).smallest();
  }

  private double[] reference(double[] x, double from, double to) {
    double[] start = embedding.embed(x);
    OrdinaryDifferentialEquation equation =
        new OrdinaryDifferentialEquation() {
          @Override
          public int getDimension() {
            return start.length;
          }

          @Override
          public double[] computeDerivatives(double t, double[] u) {
            double[] rate = new double[u.length];
            motion.step(u, t, 1, rate);
            return rate;
          }
        };
    var method =
        new DormandPrince853Integrator(
            1e-14 * (1 + to), Math.max(1e-3, to - from), REFERENCE_TOLERANCE, REFERENCE_TOLERANCE);
    try {
      double[] end = method.integrate(equation, new ODEState(from, start), to).getPrimaryState();
      return Starts.normalised(embedding.extract(end), embedding.dimension());
    } catch (MathRuntimeException e) {
      throw new NumericalException(
          scheme.label(), 0, 0, "found " + e.getMessage() + ". Maybe --scheme rk4?");
    }
  }
}
