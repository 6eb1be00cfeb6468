package dev.reconciler.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// One test's private part of the machine, all of it 0700 below one short path.
///
/// @param root unique; that a process mentions it proves that this test started it
/// @param runtime where sockets go: short enough for `NAME.sock.ghost-PID` with a 20-byte name
/// @param work a directory for agents to work in
/// @param home an empty home directory
public record TestDirs(Path root, Path runtime, Path state, Path manifests, Path work, Path home)
        implements AutoCloseable {
    /// Longest socket path that leaves room for a rescued neighbour's, in bytes.
    private static final int SOCKET_PATH_MAX = 93;

    private static final List<Path> MADE = new CopyOnWriteArrayList<>();

    /// A new one; close it to end what runs in it and to remove it.
    public static TestDirs create() throws IOException {
        var root = Files.createTempDirectory("rt-").toRealPath();
        MADE.add(root);
        var socket = root.resolve("r/a-twenty-byte-long-n.sock").toString().getBytes(StandardCharsets.UTF_8);
        if (socket.length > SOCKET_PATH_MAX) {
            throw new IOException(
                    "the temp directory's path is too long for sockets: set TMPDIR to a shorter one: " + root);
        }
        return new TestDirs(
                root, make(root, "r"), make(root, "state"), make(root, "manifests"), make(root, "work"),
                make(root, "home"));
    }

    private static Path make(Path root, String name) throws IOException {
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        return Files.createDirectory(root.resolve(name), mode);
    }

    /// Every directory that tests of this JVM made, removed or not.
    static List<Path> made() {
        return List.copyOf(MADE);
    }

    /// The settings that point the product here, on top of this JVM's environment without its `TMUX`.
    public Map<String, String> environment() {
        var environment = new TreeMap<>(System.getenv());
        environment.keySet().removeIf(name -> name.startsWith("TMUX") || name.startsWith("XDG_"));
        environment.put("HOME", home.toString());
        // No service manager, and above all not the one of the person who runs the tests.
        environment.put("XDG_RUNTIME_DIR", runtime.toString());
        environment.put("RECONCILER_RUNTIME", runtime.toString());
        environment.put("RECONCILER_STATE", state.toString());
        environment.put("RECONCILER_MANIFESTS", manifests.toString());
        return environment;
    }

    /// Ends all that was started here, by identity, and removes the directory. Fails when something survives.
    @Override
    public void close() throws IOException {
        Awaitility.await("all processes of " + root + " to end")
                .atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    var left = Leftovers.of(root);
                    left.forEach(Leftovers.Left::kill);
                    return left.isEmpty();
                });
        remove(root);
    }

    private static void remove(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (var paths = Files.walk(tree)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /// Hands one to each test method that asks for it, and closes it after the last `@AfterEach`.
    static final class Provider implements ParameterResolver {
        private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(TestDirs.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == TestDirs.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getStore(NAMESPACE).computeIfAbsent(TestDirs.class, _ -> {
                try {
                    return create();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        @Override
        public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
            return ExtensionContextScope.TEST_METHOD;
        }
    }
}
