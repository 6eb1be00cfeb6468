package dev.reconciler.checks;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// `plan` decides and `api` names: neither may ask the world anything, nor may any class of ours that they reach.
class PurityTest {
    private static final String REASON = "A decision is tested over all worlds, printed and replayed only if it depends"
            + " on its arguments alone. Take the value as a parameter.";

    /// Type-name prefixes: files, network, threads, loggers, processes, randomness.
    private static final List<String> IMPURE_TYPES = List.of(
            "java.io.File",
            "java.io.InputStream",
            "java.io.OutputStream",
            "java.io.PrintStream",
            "java.io.RandomAccessFile",
            "java.nio.file.Files",
            "java.nio.file.FileSystem",
            "java.nio.channels.",
            "java.net.",
            "java.lang.foreign.",
            "java.lang.Process",
            "java.lang.Runtime",
            "java.lang.Shutdown",
            "java.lang.System$Logger",
            "java.lang.Thread",
            "java.util.Random",
            "java.util.Timer",
            "java.util.concurrent.",
            "java.util.logging.",
            "java.util.random.",
            "java.security.SecureRandom");

    /// `type.method`; `*` is any method.
    private static final Set<String> IMPURE_CALLS = Set.of(
            "java.lang.System.*",
            "java.lang.Math.random",
            "java.util.UUID.randomUUID",
            "java.util.TimeZone.getDefault",
            "java.time.ZoneId.systemDefault",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.time.InstantSource.system",
            // Their order changes from one start of the JVM to the next.
            "java.util.Set.copyOf",
            "java.util.Map.copyOf",
            "java.util.stream.Collectors.toUnmodifiableSet",
            "java.util.stream.Collectors.toUnmodifiableMap");

    @Test
    void plan_and_all_it_reaches_depends_on_its_arguments_alone() {
        Code.none(impurities("plan"), REASON);
    }

    @Test
    void api_and_all_it_reaches_depends_on_its_arguments_alone() {
        Code.none(impurities("api"), REASON);
    }

    @Test
    void api_uses_nothing_but_the_jdk() {
        var broken = new TreeSet<String>();
        for (var type : Code.classes()) {
            for (var dependency : type.getDirectDependenciesFromSelf()) {
                var target = dependency.getTargetClass().getBaseComponentType();
                if (Code.packageOf(type).equals("api")
                        && !Code.isOurs(target)
                        && !target.isPrimitive()
                        && !target.getName().startsWith("java.")
                        && !target.getName().startsWith("org.jspecify.")) {
                    broken.add(Code.place(dependency) + " uses " + target.getName());
                }
            }
        }
        Code.none(broken,
                "The words of the product outlive any library, and whoever uses them inherits what they use.");
    }

    private static TreeSet<String> impurities(String root) {
        var broken = new TreeSet<String>();
        reached(root).forEach((type, path) -> {
            for (var dependency : type.getDirectDependenciesFromSelf()) {
                var target = dependency.getTargetClass().getBaseComponentType().getName();
                if (IMPURE_TYPES.stream().anyMatch(target::startsWith)) {
                    broken.add(path + ": " + target + " " + dependency.getSourceCodeLocation());
                }
            }
            for (var access : type.getAccessesFromSelf()) {
                if (impure(access)) {
                    broken.add(path + ": " + access.getTarget().getFullName() + " " + access.getSourceCodeLocation());
                }
            }
        });
        return broken;
    }

    private static boolean impure(JavaAccess<?> access) {
        var owner = access.getTargetOwner().getName();
        var name = access.getTarget().getName();
        return IMPURE_CALLS.contains(owner + "." + name)
                || IMPURE_CALLS.contains(owner + ".*") && !name.equals("arraycopy")
                || owner.startsWith("java.time.") && name.equals("now");
    }

    /// Our classes that a package's classes reach, each with a path to it.
    private static Map<JavaClass, String> reached(String root) {
        var paths = new LinkedHashMap<JavaClass, String>();
        var todo = new ArrayDeque<JavaClass>();
        for (var type : Code.classes()) {
            if (Code.packageOf(type).equals(root)) {
                paths.put(type, Code.shortName(type));
                todo.add(type);
            }
        }
        while (!todo.isEmpty()) {
            var type = todo.remove();
            for (var next : ours(type)) {
                if (paths.putIfAbsent(next, paths.get(type) + " → " + Code.shortName(next)) == null) {
                    todo.add(next);
                }
            }
        }
        return paths;
    }

    private static List<JavaClass> ours(JavaClass type) {
        var ours = new ArrayList<JavaClass>();
        for (var dependency : type.getDirectDependenciesFromSelf()) {
            var target = dependency.getTargetClass().getBaseComponentType();
            if (Code.isOurs(target)) {
                ours.add(target);
            }
        }
        ours.sort((a, b) -> a.getName().compareTo(b.getName()));
        return ours;
    }
}
