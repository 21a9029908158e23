package org.costate.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashSet;
import java.util.Set;

/// The rules of the architecture, tested on the compiled classes of all modules.
@AnalyzeClasses(
    packages = "org.costate",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      ArchitectureTest.WithoutGeneratedCode.class
    })
class ArchitectureTest {
  /// Leaves out what the annotation processor of JMH writes.
  static final class WithoutGeneratedCode implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/jmh_generated/");
    }
  }

  @ArchTest
  static final ArchRule dependenciesPointDownwards =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("model")
          .definedBy("org.costate.model..")
          .layer("adjoint")
          .definedBy("org.costate.adjoint..")
          .layer("control")
          .definedBy("org.costate.control..")
          .layer("reports")
          .definedBy("org.costate.reports..")
          .layer("interop")
          .definedBy("org.costate.interop..")
          .layer("cli")
          .definedBy("org.costate.cli..")
          .layer("benchmarks")
          .definedBy("org.costate.benchmarks..")
          .whereLayer("benchmarks")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("cli")
          .mayOnlyBeAccessedByLayers("benchmarks")
          .whereLayer("interop")
          .mayOnlyBeAccessedByLayers("cli", "benchmarks")
          .whereLayer("reports")
          .mayOnlyBeAccessedByLayers("cli", "benchmarks")
          .whereLayer("control")
          .mayOnlyBeAccessedByLayers("reports", "cli", "benchmarks")
          .whereLayer("adjoint")
          .mayOnlyBeAccessedByLayers("control", "reports", "cli", "benchmarks");

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices()
          .matching("org.costate.(**)")
          .should()
          .beFreeOfCycles()
          .ignoreDependency(DescribedPredicate.alwaysTrue(), errors());

  @ArchTest
  static final ArchRule jsonStaysOutOfTheDomain =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "org.costate.interop..",
              "org.costate.reports..",
              "org.costate.cli..",
              "org.costate.benchmarks..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.fasterxml.jackson..", "tools.jackson..");

  @ArchTest
  static final ArchRule solverLibrariesStayBehindControl =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.costate.control..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.ojalgo..", "com.joptimizer..", "cern..", "edu.emory..");

  @ArchTest
  static final ArchRule jOptimizerStaysBehindItsInterface =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.costate.control.convex..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.joptimizer..", "cern..");

  @ArchTest
  static final ArchRule commandLineLibrariesStayInTheCommand =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.costate.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("picocli..", "me.tongfei..", "org.jline..");

  @ArchTest
  static final ArchRule theStateOfAProgramIsNeverStatic =
      fields()
          .that()
          .areStatic()
          .should()
          .beFinal()
          .because("what is computed depends on arguments alone");

  @ArchTest
  static final ArchRule loggingGoesThroughSlf4j =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.util.logging..", "org.apache.commons.logging..", "org.apache.log4j..");

  @ArchTest
  static final ArchRule classesAreNamedForWhatTheyAre =
      classes().should().haveNameNotMatching(".*(Impl|Impls|Util|Utils|Helper|Manager)$");

  @ArchTest
  static final ArchRule accessorsAreNamedForWhatTheyReturn =
      methods()
          .that(areOurOwn())
          .should(notStartWithGet())
          .because("the name of a value is enough; `get` stays where a library asks for it");

  @ArchTest
  static final ArchRule operatorsDoNotInheritFromEachOther =
      classes()
          .that()
          .implement("org.costate.model.operator.Operator")
          .and()
          .areNotInterfaces()
          .should()
          .haveModifier(JavaModifier.FINAL)
          .andShould(extendNothingOfOurs())
          .allowEmptyShould(true);

  /// The errors of the suite and the spelling hints in them. They stand at the root of the model,
  /// beside what is assembled from its packages, and know of nothing themselves (the JDK excepted).
  private static DescribedPredicate<JavaClass> errors() {
    Set<String> errors =
        Set.of(
            "org.costate.model.InputException",
            "org.costate.model.NumericalException",
            "org.costate.model.Suggestion");
    return DescribedPredicate.describe(
        "errors",
        type ->
            errors.contains(type.getName())
                && type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getName())
                    .filter(target -> target.startsWith("org.costate"))
                    .allMatch(errors::contains));
  }

  /// Methods that no supertype outside the project declares.
  private static DescribedPredicate<JavaMethod> areOurOwn() {
    return DescribedPredicate.describe(
        "no library asks for",
        method ->
            !method.getModifiers().contains(JavaModifier.SYNTHETIC)
                && supertypes(method.getOwner()).stream()
                    .filter(type -> !type.getPackageName().startsWith("org.costate"))
                    .noneMatch(type -> declares(type, method)));
  }

  private static Set<JavaClass> supertypes(JavaClass type) {
    Set<JavaClass> all = new HashSet<>(type.getAllRawInterfaces());
    all.addAll(type.getAllRawSuperclasses());
    return all;
  }

  private static boolean declares(JavaClass type, JavaMethod method) {
    return type.getMethods().stream().anyMatch(other -> other.getName().equals(method.getName()));
  }

  private static ArchCondition<JavaMethod> notStartWithGet() {
    return new ArchCondition<>("not be named get...") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        if (method.getName().matches("get([A-Z].*)?")) {
          events.add(
              SimpleConditionEvent.violated(method, method.getFullName() + " starts with get"));
        }
      }
    };
  }

  private static ArchCondition<JavaClass> extendNothingOfOurs() {
    return new ArchCondition<>("extend no class of the project") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getRawSuperclass()
            .filter(parent -> parent.getPackageName().startsWith("org.costate"))
            .ifPresent(
                parent ->
                    events.add(
                        SimpleConditionEvent.violated(
                            type, type.getName() + " extends " + parent.getName())));
      }
    };
  }
}
