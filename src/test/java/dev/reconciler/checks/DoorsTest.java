package dev.reconciler.checks;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/// The few doors to the machine.
class DoorsTest {
    @Test
    void processes_start_in_one_class_only() {
        Code.none(
                calls(Code.classes(), (type, access) -> !type.getName().equals("dev.reconciler.host.Command")
                        && (access.getTargetOwner().getName().equals("java.lang.ProcessBuilder")
                                || is(access, "java.lang.Runtime", "exec"))),
                "host.Command is the one place that starts programs: argv, never a joined string, and always with a"
                        + " time limit.");
    }

    @Test
    void the_clock_and_the_environment_are_read_at_the_edges_only() {
        var edges = Set.of("host", "cli");
        Code.none(
                calls(Code.classes(), (type, access) -> !edges.contains(Code.packageOf(type))
                        && (is(access, "java.lang.System", "nanoTime", "currentTimeMillis", "getenv")
                                || access.getTargetOwner().getName().startsWith("java.time.")
                                        && access.getTarget().getName().equals("now")
                                || is(access, "java.time.Clock", "systemUTC", "systemDefaultZone", "system")
                                || is(access, "java.time.InstantSource", "system"))),
                "Time and environment are arguments, so that tests and the simulation own them: take host.Clock, or a"
                        + " Map of variables.");
    }

    @Test
    void the_process_exits_in_cli_only() {
        Code.none(
                calls(Code.classes(), (type, access) -> !Code.packageOf(type).equals("cli")
                        && (is(access, "java.lang.System", "exit") || is(access, "java.lang.Runtime", "exit", "halt"))),
                "Only the command line knows what an exit code means; everywhere else an error is a value or an"
                        + " exception.");
    }

    @Test
    void no_test_sleeps() {
        Code.none(
                calls(Code.testClasses(), (_, access) -> is(access, "java.lang.Thread", "sleep")
                        || is(access, "java.util.concurrent.TimeUnit", "sleep")),
                "A sleep is too short on a busy machine and too long on every other: wait for the condition with"
                        + " Awaitility.");
    }

    private static boolean is(JavaAccess<?> access, String owner, String... names) {
        return access.getTargetOwner().getName().equals(owner)
                && List.of(names).contains(access.getTarget().getName());
    }

    private static TreeSet<String> calls(List<JavaClass> types, BiPredicate<JavaClass, JavaAccess<?>> broken) {
        var found = new TreeSet<String>();
        for (var type : types) {
            for (var access : type.getAccessesFromSelf()) {
                if (broken.test(type, access)) {
                    found.add(Code.shortName(type) + " " + access.getSourceCodeLocation() + " calls "
                            + access.getTargetOwner().getSimpleName() + "." + access.getTarget().getName());
                }
            }
        }
        return found;
    }
}
