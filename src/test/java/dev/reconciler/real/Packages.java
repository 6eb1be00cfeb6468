package dev.reconciler.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// The built tree as `.ci/dist` packs it, quickly and large.
final class Packages {
    private static final Path TREE = Path.of("target/reconciler").toAbsolutePath();

    private static Path packed;

    private Packages() {}

    /// The tree as it is, as 0.1.0: made once, for all tests.
    static synchronized Path packed() throws IOException, InterruptedException {
        if (packed == null) {
            packed = pack(TREE, Path.of("target/packed").toAbsolutePath(), "0.1.0");
        }
        return packed;
    }

    /// @return where the packages are
    static Path pack(Path tree, Path out, String version) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg-deb")), "dpkg-deb is not installed");
        var process = new ProcessBuilder(
                ".ci/dist", "--tree", tree.toString(), "--out", out.toString(), "--version", version)
                .redirectErrorStream(true);
        process.environment().put("DIST_LEVEL", "0");
        process.environment().putIfAbsent("SOURCE_DATE_EPOCH", "1800000000");
        process.environment().put("RECONCILER_JAVA_HOME", System.getProperty("java.home"));
        var running = process.start();
        var said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(running.waitFor(180, TimeUnit.SECONDS), said);
        assertEquals(0, running.exitValue(), said);
        return out;
    }

    static Path tree() {
        return TREE;
    }

    /// A copy of the tree whose program calls itself of another version: another build.
    static Path other(Path copy, String version) throws IOException {
        for (var path : walk(TREE).stream().filter(p -> !p.startsWith(TREE.resolve("lib/aot"))).toList()) {
            Files.copy(path, copy.resolve(TREE.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        try (var jar = FileSystems.newFileSystem(copy.resolve("lib/reconciler.jar"))) {
            var manifest = jar.getPath("META-INF/MANIFEST.MF");
            var text = Files.readString(manifest);
            assertTrue(text.contains("Implementation-Version: "), text);
            Files.writeString(manifest,
                    text.replaceAll("Implementation-Version: .*", "Implementation-Version: " + version));
        }
        return copy;
    }

    static Path only(Path folder, String suffix) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(suffix)).findFirst().orElseThrow();
        }
    }

    static List<Path> walk(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            return paths.toList();
        }
    }
}
