package dev.reconciler.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Classes prepared ahead of time are used, and never those of another jar.
@Tag("real")
@ExtendWith(TestDirs.Provider.class)
class AheadOfTimeTest {
    private static final String WATCHING = "watching {0}";

    @Test
    void a_replaced_class_is_what_runs(TestDirs dirs) throws Exception {
        var tree = dirs.root().resolve("tree");
        copy(Product.LAUNCHER.getParent().getParent(), tree);
        // As the same writer packs it, so that only a class differs later.
        rewrite(tree.resolve("lib/reconciler.jar"), WATCHING, WATCHING);
        train(tree, dirs);
        try (var product = new Product(dirs, tree.resolve("bin/reconciler"))) {
            product.start();
            assertTrue(product.maps().contains("/lib/aot/daemon"), product.maps());
            assertTrue(product.log().contains("watching "), product.log());
            product.killDaemon();
            var other = replace(tree.resolve("lib/reconciler.jar"));
            product.start();
            assertTrue(product.log().contains(other), product.log());
            assertFalse(product.maps().contains("/lib/aot/daemon"), "its cache is of other classes");
        }
    }

    private static void train(Path tree, TestDirs dirs) throws Exception {
        var builder = new ProcessBuilder(tree.resolve("bin/train").toString()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(dirs.environment());
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "no end");
        assertEquals("", said);
        assertEquals(0, process.exitValue());
    }

    /// With the same name, size and time of change: as bad as it can be.
    ///
    /// @return what it says now instead of `watching`
    private static String replace(Path jar) throws IOException {
        var time = Files.getLastModifiedTime(jar);
        long size = Files.size(jar);
        var now = WATCHING;
        for (char letter = 'A'; letter <= 'Z' && (now.equals(WATCHING) || Files.size(jar) != size); letter++) {
            var other = letter + WATCHING.substring(1);
            rewrite(jar, now, other);
            now = other;
        }
        Files.setLastModifiedTime(jar, time);
        assertEquals(size, Files.size(jar));
        return now.replace("{0}", "");
    }

    private static void rewrite(Path jar, String text, String other) throws IOException {
        try (var files = FileSystems.newFileSystem(jar)) {
            var file = files.getPath("dev/reconciler/controller/Daemon.class");
            var bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            assertTrue(bytes.contains(text), text);
            Files.write(file, bytes.replace(text, other).getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var paths = Files.walk(from)) {
            for (var path : paths.filter(p -> !p.startsWith(from.resolve("lib/aot"))).toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
