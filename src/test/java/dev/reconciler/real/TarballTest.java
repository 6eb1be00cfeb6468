package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The packages for machines without Java.
@Tag("real")
@WholeMachine
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
        var first = Packages.packed();
        var copy = Packages.other(dirs.root().resolve("a copy"), "0.1.0");
        // A clone has the times of its making, and a tree of another jar would be another one.
        Files.copy(Packages.tree().resolve("lib/reconciler.jar"), copy.resolve("lib/reconciler.jar"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        for (var path : Packages.walk(copy)) {
            Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(1_700_000_000)));
        }
        var again = Packages.pack(copy, dirs.root().resolve("again"), "0.1.0");
        for (var suffix : new String[] {".tar.xz", ".deb"}) {
            assertEquals(-1, Files.mismatch(Packages.only(first, suffix), Packages.only(again, suffix)), suffix);
        }
    }

    @Test
    void from_the_tarball_on_a_machine_without_java_the_demo_works(TestDirs dirs) throws Exception {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "only root may hide the machine's Java");
        var tarball = Packages.only(Packages.packed(), ".tar.xz");
        var said = unshared(dirs.root(), tarball);
        assertTrue(said.contains("nothing was lost"), said);
        assertTrue(said.contains("That was it."), said);
        assertTrue(said.contains("reconciler 0.1.0"), said);
        assertTrue(said.strip().endsWith("running agents are as they were."), said);
    }

    @Test
    void uninstalled_it_leaves_folder_state_and_running_agents_alone(TestDirs dirs) throws Exception {
        var tarball = Packages.only(Packages.packed(), ".tar.xz");
        var prefix = dirs.root().resolve("prefix");
        said(dirs.environment(), "sh", "-euc", "cd \"$1\" && tar xf \"$2\" && reconciler-*/install.sh \"$3\"", "sh",
                dirs.work().toString(), tarball.toString(), prefix.toString());
        try (var next = new Product(dirs); var product = new Product(dirs, prefix.resolve("bin/reconciler")).start()) {
            var manifest = agent("ada", FakeAgent.argv("forever"));
            product.write("ada.yaml", manifest);
            long ada = product.awaitPhase("ada", "Running");
            said(dirs.environment(), prefix.resolve("lib/reconciler/install.sh").toString(), "--uninstall",
                    prefix.toString());
            assertFalse(Files.exists(prefix.resolve("lib/reconciler")));
            assertEquals(ada, next.pid("ada"), "its daemon runs on, too");
            product.killDaemon();
            assertTrue(Product.lives(ada));
            assertEquals(manifest, Files.readString(dirs.manifests().resolve("ada.yaml")));
            next.start();
            assertEquals(ada, next.awaitPhase("ada", "Running"));
            assertEquals(0, next.restarts("ada"), "its state was lost");
        }
    }

    @Test
    void uninstalling_takes_the_service_along_wherever_its_unit_lies(TestDirs dirs) throws Exception {
        var prefix = dirs.root().resolve("prefix");
        var launcher = Files.createDirectories(prefix.resolve("bin")).resolve("reconciler");
        Files.writeString(launcher, "#!/bin/sh\necho \"asked: $*\"\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        var configuration = dirs.root().resolve("configuration");
        var units = Files.createDirectories(configuration.resolve("systemd/user"));
        Files.writeString(units.resolve("reconciler.service"),
                "ExecStart=\"" + prefix + "/lib/reconciler/bin/reconciler\" run\n");
        var environment = dirs.environment();
        environment.put("XDG_CONFIG_HOME", configuration.toString());
        var said = said(environment, ".ci/install.sh", "--uninstall", prefix.toString());
        assertTrue(said.startsWith("asked: service uninstall\nRemoved "), said);
        assertFalse(Files.exists(launcher));
    }

    private static String unshared(Path root, Path tarball) throws IOException, InterruptedException {
        var environment = new TreeMap<>(System.getenv());
        environment.keySet()
                .removeIf(n -> n.startsWith("RECONCILER_") && !n.equals("RECONCILER_TEST_RUN") || n.startsWith("JAVA"));
        return said(environment, "unshare", "--mount", "--propagation", "private", "sh", "-c", WITHOUT_JAVA, "sh",
                root.toString(), tarball.toString());
    }

    private static String said(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(180, TimeUnit.SECONDS), said);
        assertEquals(0, process.exitValue(), said);
        return said;
    }
}
