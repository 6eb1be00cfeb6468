package dev.reconciler.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The packages for machines without Java.
@Tag("real")
@ExtendWith(TestDirs.Provider.class)
class TarballTest {
    /// A machine without Java: where Javas are is empty.
    private static final String WITHOUT_JAVA = """
            set -eu
            mount -t tmpfs none /usr/lib/jvm
            if command -v java; then echo "a java is left"; exit 1; fi
            cd "$1" && tar xf "$2" && cd reconciler-*
            ./demo.sh
            ./install.sh "$1/prefix"
            "$1/prefix/bin/reconciler" version
            test -s "$1/prefix/lib/reconciler/lib/aot/client"
            man -w -M "$1/prefix/share/man" reconciler-get || test -s "$1/prefix/share/man/man1/reconciler-get.1"
            "$1/prefix/lib/reconciler/install.sh" --uninstall "$1/prefix"
            find "$1/prefix" -type f
            """;

    @Test
    void the_same_tree_makes_the_same_bytes_wherever_and_whenever_it_is_packed(TestDirs dirs) throws Exception {
        var first = Packages.pack(Packages.tree(), dirs.root().resolve("1"), "0.1.0");
        var copy = Packages.other(dirs.root().resolve("a copy"), "0.1.0");
        // A clone has the times of its making, and a tree of another jar would be another one.
        Files.copy(Packages.tree().resolve("lib/reconciler.jar"), copy.resolve("lib/reconciler.jar"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        for (var path : Packages.walk(copy)) {
            Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(1_700_000_000)));
        }
        var second = Packages.pack(copy, dirs.root().resolve("2"), "0.1.0");
        for (var suffix : new String[] {".tar.xz", ".deb"}) {
            assertEquals(-1, Files.mismatch(Packages.only(first, suffix), Packages.only(second, suffix)), suffix);
        }
    }

    @Test
    void from_the_tarball_on_a_machine_without_java_the_demo_works(TestDirs dirs) throws Exception {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "only root may hide the machine's Java");
        var tarball = Packages.only(Packages.pack(Packages.tree(), dirs.root().resolve("d"), "0.1.0"), ".tar.xz");
        var said = unshared(dirs.root(), tarball);
        assertTrue(said.contains("nothing was lost"), said);
        assertTrue(said.contains("That was it."), said);
        assertTrue(said.contains("reconciler 0.1.0"), said);
        assertTrue(said.strip().endsWith("running agents are as they were."), said);
    }

    private static String unshared(Path root, Path tarball) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("unshare", "--mount", "--propagation", "private", "sh", "-c", WITHOUT_JAVA,
                "sh", root.toString(), tarball.toString()).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(n -> n.startsWith("RECONCILER_") && !n.equals("RECONCILER_TEST_RUN")
                        || n.startsWith("JAVA"));
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(180, TimeUnit.SECONDS), said);
        assertEquals(0, process.exitValue(), said);
        return said;
    }
}
