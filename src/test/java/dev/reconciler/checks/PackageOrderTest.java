package dev.reconciler.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The packages in reading order, which is the order of the data in a round.
class PackageOrderTest {
    private static final List<String> ORDER = List.of(
            "api", "host", "desired", "observed", "plan", "actuate", "status", "recording", "controller", "server",
            "cli");

    @Test
    void a_package_uses_those_before_it_and_none_after() {
        var broken = new TreeSet<String>();
        for (var type : Code.classes()) {
            for (var dependency : type.getDirectDependenciesFromSelf()) {
                var target = dependency.getTargetClass().getBaseComponentType();
                if (Code.isOurs(target)
                        && ORDER.indexOf(Code.packageOf(target)) > ORDER.indexOf(Code.packageOf(type))) {
                    broken.add(Code.place(dependency) + " uses " + Code.shortName(target));
                }
            }
        }
        Code.none(
                broken,
                "Whoever reads a package needs to know only those before it, in the order " + ORDER
                        + ". Move the word both need to the earlier one, or hand the later one in as an interface.");
    }

    @Test
    void every_class_lives_in_a_package_of_the_order() {
        var packages = Code.classes().stream().map(Code::packageOf).collect(Collectors.toCollection(TreeSet::new));
        packages.remove("");
        packages.removeAll(ORDER);
        assertEquals(new TreeSet<String>(), packages, "A new package takes its place in " + ORDER + " first.");
    }

    @Test
    void the_compiled_classes_are_there_to_be_checked() {
        assertTrue(Code.classes().size() > 50, "found only " + Code.classes().size() + " classes in target/classes");
    }
}
