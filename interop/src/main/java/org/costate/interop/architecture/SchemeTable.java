package org.costate.interop.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
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
import org.costate.model.scheme.Application;
import org.costate.model.scheme.Coefficient;
import org.costate.model.scheme.ControlRef;
import org.costate.model.scheme.Line;
import org.costate.model.scheme.Scheme;
import org.costate.model.scheme.Step;
import org.costate.model.scheme.Term;

/// The schemes behind the architectures, drawn from the data that run: what one step does, line by
/// line.
public final class SchemeTable {
  private SchemeTable() {}

  /// A Markdown table: name, order and lines of the step of every arrangement.
  public static String markdown() {
    StringBuilder table = new StringBuilder();
    table.append("| arrangement | known as | order claimed | one step of size h |\n");
    table.append("|---|---|---|---|\n");
    for (Arrangement arrangement : Arrangement.values()) {
      Scheme scheme = example(arrangement).model().step().scheme();
      String lines = String.join("<br>", lines(scheme));
      String name = arrangement.name().toLowerCase(Locale.ROOT).replace('_', '-');
      table.append(
          "| `%s` | %s | %d | %s |%n"
              .formatted(name, knownAs(arrangement), scheme.order(), lines)
              .replace(System.lineSeparator(), "\n"));
    }
    return table.toString();
  }

  private static Architecture example(Arrangement arrangement) {
    return new Architecture(
        new Entry.State(4),
        new Block(
            arrangement,
            Attention.standard(4, 1, new Mask.Full()),
            new FeedForward(4, 8, Activation.TANH, false, true),
            Norm.layer(1e-5)),
        Depth.layers(1),
        Exit.NONE);
  }

  private static String knownAs(Arrangement arrangement) {
    return switch (arrangement) {
      case PRE_NORM ->
          "`gpt2`, `vit`, `llama`, `torch_encoder` with `norm_first`, `gpt_neox` without parallel"
              + " residual";
      case POST_NORM -> "`bert`, `torch_encoder`";
      case PARALLEL -> "`gpt_neox`";
      case MACARON -> "Macaron network";
      case ADDITIVE -> "multi-branch block";
      case MIDPOINT, RUNGE_KUTTA -> "continuous-time Transformer";
    };
  }

  /// What a step does, one line of text for every line of the scheme; an inner step is written
  /// where it stands.
  public static List<String> lines(Scheme scheme) {
    List<String> lines = new ArrayList<>();
    for (Line line : scheme.lines()) {
      Optional<Application> field = line.field();
      List<String> terms = new ArrayList<>();
      line.combination().forEach(term -> terms.add(term(term)));
      field.ifPresent(f -> terms.add(term(f)));
      lines.add(register(line.target()) + " := " + String.join(" + ", terms));
    }
    return lines;
  }

  private static String term(Term term) {
    return factor(term.coefficient()) + register(term.register());
  }

  private static String term(Application f) {
    String controls =
        f.controls().stream().map(ControlRef::block).collect(Collectors.joining(", "));
    String name = f.operator() instanceof Step step ? step.name() : controls;
    String at = f.at() == 0 ? "" : " at t + " + steps(f.at());
    String span = f.span() == 1 ? "" : " over " + steps(f.span());
    return factor(f.weight()) + name + "(" + register(f.input()) + ")" + at + span;
  }

  private static String factor(Coefficient c) {
    String form =
        switch (c.form()) {
          case CONSTANT -> "";
          case STEP -> "h";
          case KEPT -> "1/(1+h)";
          case MOVED -> "h/(1+h)";
        };
    String factor = c.factor() == 1 ? form : (number(c.factor()) + " " + form).strip();
    return factor.isEmpty() ? "" : factor + " ";
  }

  private static String steps(double x) {
    return x == 1 ? "h" : number(x) + " h";
  }

  private static String number(double x) {
    if (x == Math.rint(x)) {
      return Long.toString((long) x);
    }
    for (int q = 2; q <= 6; q++) {
      if (Math.abs(x * q - Math.rint(x * q)) < 1e-12) {
        return (long) Math.rint(x * q) + "/" + q;
      }
    }
    return Double.toString(x);
  }

  private static String register(int i) {
    return i == 0 ? "u" : "r" + i;
  }
}
