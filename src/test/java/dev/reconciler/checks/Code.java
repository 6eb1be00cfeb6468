package dev.reconciler.checks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// What the checks look at.
final class Code {
    static final String OURS = "dev.reconciler";
    static final Path MAIN = Path.of("src/main/java");
    static final Path TEST = Path.of("src/test/java");

    private static final JavaClasses MAIN_CLASSES = new ClassFileImporter().importPath("target/classes");

    private Code() {}

    static List<JavaClass> classes() {
        return MAIN_CLASSES.stream()
                .filter(Code::isOurs)
                .sorted((a, b) -> a.getName().compareTo(b.getName()))
                .toList();
    }

    static List<JavaClass> testClasses() {
        return new ClassFileImporter()
                .importPath("target/test-classes")
                .stream()
                .filter(Code::isOurs)
                .toList();
    }

    static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(OURS) || type.getPackageName().startsWith(OURS + ".");
    }

    /// `plan` of `dev.reconciler.plan.table.Row`; empty for the root package.
    static String packageOf(JavaClass type) {
        var below = type.getPackageName().substring(OURS.length());
        return below.isEmpty() ? "" : below.substring(1).split("\\.")[0];
    }

    /// `plan.Planner$Facts`.
    static String shortName(JavaClass type) {
        return type.getName().replace(OURS + ".", "");
    }

    /// `plan.Planner (Planner.java:12)`.
    static String place(Dependency dependency) {
        return dependency.getOriginClass().getName().replace(OURS + ".", "") + " "
                + dependency.getSourceCodeLocation();
    }

    static List<Path> sources(Path... roots) {
        return Stream.of(roots)
                .flatMap(root -> {
                    try (var paths = Files.walk(root)) {
                        return paths.filter(p -> p.toString().endsWith(".java")).sorted().toList().stream();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    static List<String> lines(Path source) {
        try {
            return Files.readAllLines(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Fails with the rule's reason and every place that breaks it.
    static void none(Collection<String> broken, String reason) {
        assertTrue(broken.isEmpty(), () -> reason + "\n  " + String.join("\n  ", broken) + "\n");
    }
}
