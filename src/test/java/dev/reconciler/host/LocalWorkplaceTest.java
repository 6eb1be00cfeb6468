package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.AgentSpec.EnvVar;
import dev.reconciler.api.AgentSpec.ValueSource;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.RestartPolicy;
import dev.reconciler.api.UpdateStrategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalWorkplaceTest {
    @TempDir
    Path home;

    private LocalWorkplace workplace;
    private Path bin;

    @BeforeEach
    void furnish() throws Exception {
        bin = Files.createDirectory(home.resolve("bin"));
        workplace = new LocalWorkplace(home, new TreeMap<>(Map.of("PATH", "/nowhere:" + bin)),
                new SystemdScopes(new TreeMap<>(Map.of("XDG_RUNTIME_DIR", home.toString()))));
    }

    @Test
    void directories_start_at_home_unless_absolute() {
        assertEquals(home.toString(), workplace.directory(in("~")));
        assertEquals(home + "/src/web", workplace.directory(in("~/src/web")));
        assertEquals(home + "/src/web", workplace.directory(in("src/web/")));
        assertEquals("/srv/web", workplace.directory(in("/srv/web")));
        assertEquals(home + "/~bob", workplace.directory(in("~bob")));
    }

    @Test
    void a_program_is_found_on_the_path_and_made_absolute() throws Exception {
        var program = program(bin.resolve("agent"));
        var prepared = workplace.prepare(spec(List.of("agent", "a b", "$x"), "~", false));
        assertEquals(List.of(program.toString(), "a b", "$x"), prepared.argv());
        assertEquals(home.toString(), prepared.workingDirectory());
        assertPasses(spec(List.of("agent"), "~", false));
    }

    @Test
    void the_path_of_the_spec_counts_before_the_base_path() throws Exception {
        program(bin.resolve("agent"));
        var mine = program(Files.createDirectory(home.resolve("mine")).resolve("agent"));
        var spec = spec(List.of("agent"), "~", false, new EnvVar("PATH", mine.getParent().toString(), null));
        assertEquals(mine.toString(), workplace.prepare(spec).argv().getFirst());
    }

    @Test
    void a_program_with_a_slash_is_relative_to_the_working_directory() throws Exception {
        var program = program(Files.createDirectory(home.resolve("repo")).resolve("run.sh"));
        assertTrue(Files.isSameFile(
                program,
                Path.of(workplace
                        .prepare(spec(List.of("./run.sh"), "~/repo", false))
                        .argv()
                        .getFirst())));
        assertFails(
                spec(List.of("./run.sh"), "~", false),
                "spec.command[0]: ./run.sh (" + home + "/./run.sh) does not exist");
    }

    @Test
    void a_missing_program_names_the_path_that_was_searched() throws Exception {
        assertFails(
                spec(List.of("agent"), "~", false),
                "spec.command[0]: no program 'agent' on PATH (searched /nowhere:" + bin + ")");
        assertFails(spec(List.of("/nope/x"), "~", false), "spec.command[0]: /nope/x does not exist");
    }

    @Test
    void what_is_not_executable_is_no_program() throws Exception {
        Files.writeString(bin.resolve("agent"), "#!/bin/sh\n");
        assertFails(
                spec(List.of("agent"), "~", false),
                "spec.command[0]: no program 'agent' on PATH (searched /nowhere:" + bin + ")");
        assertFails(
                spec(List.of(bin + "/agent"), "~", false),
                "spec.command[0]: " + bin + "/agent is not executable: chmod +x");
        assertFails(spec(List.of(bin.toString()), "~", false), "spec.command[0]: " + bin + " is a directory");
    }

    @Test
    void a_missing_directory_fails_unless_it_may_be_created() throws Exception {
        program(bin.resolve("agent"));
        assertFails(
                spec(List.of("agent"), "a/b", false),
                "spec.workingDirectory: " + home
                        + "/a/b does not exist: create it, or set createWorkingDirectory: true");
        var creating = spec(List.of("agent"), "a/b", true);
        assertPasses(creating);
        assertFalse(Files.exists(home.resolve("a")), "a check changes nothing");
        workplace.prepare(creating);
        assertTrue(Files.isDirectory(home.resolve("a/b")));
        workplace.prepare(creating);
    }

    @Test
    void a_directory_that_is_a_file_fails_even_if_it_may_be_created() throws Exception {
        program(bin.resolve("agent"));
        Files.writeString(home.resolve("file"), "");
        assertFails(
                spec(List.of("agent"), "file", true), "spec.workingDirectory: " + home + "/file is not a directory");
        assertFails(
                spec(List.of("agent"), "file/x", true),
                "spec.workingDirectory: cannot create " + home + "/file/x: " + home
                        + "/file is not a directory you can write");
    }

    @Test
    void a_secret_file_is_a_value_without_its_last_newline() throws Exception {
        program(bin.resolve("agent"));
        Files.writeString(home.resolve("token"), "s3cret $x\n\n");
        var spec = spec(
                List.of("agent"),
                "~",
                false,
                new EnvVar("A", "plain", null),
                new EnvVar("TOKEN", null, new ValueSource("~/token")));
        var prepared = workplace.prepare(spec);
        assertEquals(new TreeMap<>(Map.of("A", "plain", "TOKEN", "s3cret $x\n")), prepared.environment());
        assertEquals(List.of("TOKEN"), prepared.secrets());
    }

    @Test
    void a_bad_secret_file_is_named_and_never_quoted() throws Exception {
        program(bin.resolve("agent"));
        var at = "spec.env[0].valueFrom.file: " + home + "/token ";
        assertFails(secret(), at + "does not exist");
        Files.writeString(home.resolve("token"), "hush\0hush");
        assertFails(secret(), at + "holds a NUL byte, which no environment variable can");
        Files.write(home.resolve("token"), new byte[] {'h', 'u', 's', 'h', (byte) 0xff});
        assertFails(secret(), at + "is not UTF-8 text");
        Files.writeString(home.resolve("token"), "hush".repeat(32 * 1024) + "!");
        assertFails(secret(), at + "is larger than 128 KiB");
        Files.writeString(home.resolve("token"), "hush".repeat(32 * 1024));
        assertPasses(secret());
        Files.delete(home.resolve("token"));
        Files.createDirectory(home.resolve("token"));
        assertFails(secret(), at + "is not a file");
    }

    @Test
    void a_check_that_hangs_is_unseen_and_is_not_started_again() throws Exception {
        var answers = new CountDownLatch(1);
        var looks = new AtomicInteger();
        var checks = new PatientChecks(
                _ -> {
                    looks.incrementAndGet();
                    return waited(answers) ? new Preflight.Passed() : new Preflight.Unseen("interrupted");
                },
                Duration.ofMillis(50));
        var spec = in("~");
        var unseen = assertInstanceOf(Preflight.Unseen.class, checks.check(spec, "/mnt"));
        assertEquals("looking at /mnt takes longer than 50 ms: is a network file system hanging?", unseen.why());
        assertInstanceOf(Preflight.Unseen.class, checks.check(spec, "/mnt"));
        assertEquals(1, looks.get());
        answers.countDown();
        await().until(() -> checks.check(spec, "/mnt") instanceof Preflight.Passed);
    }

    private static boolean waited(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void a_pipe_is_not_opened_for_a_secret_since_that_could_hang() throws Exception {
        program(bin.resolve("agent"));
        var fifo = home.resolve("token");
        assumeTrue(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor() == 0, "needs mkfifo");
        assertFails(secret(), "spec.env[0].valueFrom.file: " + fifo + " is not a file");
    }

    private void assertPasses(AgentSpec spec) {
        assertEquals(new Preflight.Passed(), workplace.check(spec));
    }

    private void assertFails(AgentSpec spec, String message) {
        assertEquals(new Preflight.WouldFail(message), workplace.check(spec));
        if (!spec.createWorkingDirectory()) {
            assertEquals(
                    message,
                    assertThrows(IOException.class, () -> workplace.prepare(spec)).getMessage());
        }
    }

    private static Path program(Path file) throws IOException {
        Files.writeString(file, "#!/bin/sh\n");
        assertTrue(file.toFile().setExecutable(true));
        return file;
    }

    private static AgentSpec secret() {
        return spec(List.of("agent"), "~", false, new EnvVar("TOKEN", null, new ValueSource("token")));
    }

    private static AgentSpec in(String directory) {
        return spec(List.of("agent"), directory, false);
    }

    private static AgentSpec spec(List<String> command, String directory, boolean create, EnvVar... env) {
        return spec(command, directory, create, List.of(env));
    }

    private static AgentSpec spec(List<String> command, String directory, boolean create, List<EnvVar> env) {
        return new AgentSpec(
                command,
                List.of(),
                directory,
                create,
                env,
                RestartPolicy.OnFailure,
                List.of(),
                new AgentSpec.Backoff(10, 300, 600),
                null,
                false,
                30,
                null,
                null,
                UpdateStrategy.OnExit,
                null, null, null, null, null, null, null,
                new AgentSpec.Terminal(200, 50, 2000),
                new AgentSpec.Logs(1, 1), null, dev.reconciler.api.Completion.BY_EXIT, null);
    }
}
