package dev.reconciler.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.launcher.core.LauncherFactory;

/// A real systemd, booted by the project's own script in namespaces beside the machine's, with a lingering user `agent`.
/// Ends with all that is inside when it is closed, or when this JVM dies.
public final class BootedSystemd implements AutoCloseable {
    /// One at a time: each is a machine's worth of work.
    static final String ONE = "booted systemd";
    static final String HOME = "/home/agent";
    static final String RUNTIME = "/run/user/4711";
    /// Where the built product is inside.
    static final String PRODUCT = "/opt/reconciler";

    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final Path JAVA = Path.of(System.getProperty("java.home"));

    private final Process script;
    private final BufferedReader says;
    private long init;

    private BootedSystemd(Process script) {
        this.script = script;
        says = script.inputReader();
    }

    /// The test is skipped, with the script's word for it, where this cannot work.
    public static BootedSystemd boot() {
        return boot(null, "");
    }

    /// @param more a directory to be seen inside, null without
    /// @param as where it is inside
    static BootedSystemd boot(Path more, String as) {
        var argv = new ArrayList<>(List.of(PROJECT.resolve(".ci/booted-systemd").toString()));
        if (more != null) {
            bind(argv, more, as);
        }
        bind(argv, PROJECT.resolve("target/reconciler"), PRODUCT);
        bind(argv, PROJECT.resolve("target/classes"), "/opt/classpath/classes");
        bind(argv, PROJECT.resolve("target/test-classes"), "/opt/classpath/test-classes");
        bind(argv, JAVA, "/opt/java");
        try {
            bind(argv, jars(), "/opt/classpath/jars");
            var booted = new BootedSystemd(
                    new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.INHERIT).start());
            booted.awaitBoot();
            return booted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void bind(List<String> argv, Path from, String to) {
        if (from.toFile().exists()) {
            argv.addAll(List.of("--bind", from + ":" + to));
        }
    }

    /// The jars of the class path side by side: Maven's own directories may be closed to others.
    private static Path jars() throws IOException {
        var jars = Files.createDirectories(PROJECT.resolve("target/booted-jars"));
        for (var entry : classpath()) {
            var jar = Path.of(entry);
            if (Files.isRegularFile(jar)) {
                Files.copy(jar, jars.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return jars;
    }

    private static List<String> classpath() {
        var all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var entries = new LinkedHashSet<>(Arrays.asList(all.split(File.pathSeparator)));
        // Surefire keeps these two to itself.
        for (var type : List.of(LauncherFactory.class, TestEngine.class)) {
            entries.add(Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString());
        }
        return List.copyOf(entries);
    }

    private void awaitBoot() throws IOException {
        var line = says.readLine();
        Assumptions.assumeFalse(line != null && line.startsWith("skipped: "), line);
        if (line == null || !line.startsWith("booted ")) {
            throw new IllegalStateException("no systemd was booted: " + line);
        }
        init = Long.parseLong(line.substring("booted ".length()));
    }

    /// What one command inside said.
    record Said(int code, String text) {
        Said ok() {
            assertEquals(0, code, text);
            return this;
        }

        List<String> lines() {
            return text.lines().toList();
        }
    }

    /// As root.
    Said root(String... argv) {
        return in(List.of(argv));
    }

    /// As the user `agent`, with the way to his manager and nothing else in the environment.
    Said agent(String... argv) {
        var all = new ArrayList<>(List.of(
                "runuser", "-u", "agent", "--", "env", "-i", "HOME=" + HOME, "USER=agent", "LOGNAME=agent",
                "SHELL=/bin/bash", "PATH=/usr/local/bin:/usr/bin:/bin", "XDG_RUNTIME_DIR=" + RUNTIME,
                "RECONCILER_JAVA_HOME=/opt/java"));
        all.addAll(List.of(argv));
        return in(all);
    }

    /// A script for `sh`, as the user `agent`.
    Said sh(String script) {
        return agent("sh", "-c", script);
    }

    Said reconciler(String... words) {
        var argv = new ArrayList<>(List.of(PRODUCT + "/bin/reconciler"));
        argv.addAll(List.of(words));
        return agent(argv.toArray(String[]::new));
    }

    private Said in(List<String> argv) {
        var all = new ArrayList<>(List.of(
                "nsenter", "-t", Long.toString(init), "-m", "-p", "-C", "-n", "-u", "-i", "--wdns=/", "--"));
        all.addAll(argv);
        try {
            var out = File.createTempFile("booted", ".out");
            try {
                var process = new ProcessBuilder(all).redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(out)
                        .start();
                if (!process.waitFor(120, TimeUnit.SECONDS)) {
                    process.destroyForcibly().onExit().join();
                    throw new IllegalStateException("no end of " + argv + "; so far:\n" + text(out));
                }
                var text = text(out);
                return new Said(process.exitValue(), text.strip());
            } finally {
                Files.delete(out.toPath());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(File file) throws IOException {
        return Files.readString(file.toPath(), StandardCharsets.UTF_8);
    }

    /// Runs one test class inside, as the user `agent`, on a JVM of its own.
    void test(String test) {
        var path = classpath().stream().map(BootedSystemd::inside).collect(Collectors.joining(File.pathSeparator));
        var said = agent(
                "/opt/java/bin/java", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp", path,
                InnerTests.class.getName(), test);
        assertEquals(0, said.code(), said.text());
    }

    private static String inside(String entry) {
        var name = Path.of(entry).getFileName();
        return "/opt/classpath/" + (Files.isDirectory(Path.of(entry)) ? "" : "jars/") + name;
    }

    /// `systemctl reboot`, until the user's manager runs again.
    void reboot() throws IOException {
        root("systemctl", "reboot");
        awaitBoot();
    }

    /// As seen from outside.
    long init() {
        return init;
    }

    long script() {
        return script.pid();
    }

    @Override
    public void close() {
        try {
            script.getOutputStream().close();
            if (!script.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the booted systemd does not end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
