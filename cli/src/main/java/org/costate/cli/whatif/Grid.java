package org.costate.cli.whatif;

import java.util.Arrays;
import java.util.List;
import org.costate.control.whatif.Design;
import org.costate.control.whatif.DesignParameter;
import org.costate.model.InputException;

/// A parameter and the values to try.
///
/// @param parameter the parameter
/// @param values not modified
public record Grid(DesignParameter parameter, double[] values) {
  private static final double[] AROUND = {0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5};

  /// What `NAME=VALUE,VALUE,…` says.
  ///
  /// @throws InputException if it has another form, or a value is out of range
  public static Grid parse(String text) {
    int equal = text.indexOf('=');
    if (equal < 1) {
      throw new InputException(
          "--parameter: found \"" + text + "\"",
          "NAME=VALUE,VALUE,…",
          "Maybe \"" + text.strip() + "=0.5,1,1.5\"?");
    }
    DesignParameter parameter = DesignParameter.named(text.substring(0, equal).strip());
    String list = text.substring(equal + 1);
    if (list.isBlank()) {
      throw new InputException(
          "--parameter " + parameter.option() + ": found no values",
          "at least one, separated by commas",
          "");
    }
    double[] values = Arrays.stream(list.split(",", -1)).mapToDouble(parameter::parse).toArray();
    return new Grid(parameter, values);
  }

  /// The designs that it means.
  ///
  /// @throws InputException if the design cannot have a value
  public List<Design> designs(Design design) {
    return Arrays.stream(values).mapToObj(value -> design.with(parameter, value)).toList();
  }

  /// From half to one and a half times the value that the design has, for every continuous
  /// parameter that it has.
  public static List<Grid> usual(Design design, List<DesignParameter> parameters) {
    return parameters.stream()
        .map(
            p ->
                new Grid(
                    p, Arrays.stream(AROUND).map(factor -> factor * design.value(p)).toArray()))
        .toList();
  }
}
