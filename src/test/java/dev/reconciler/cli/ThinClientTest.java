package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.controller.Directories;
import dev.reconciler.controller.Settings;
import dev.reconciler.server.ApiServer;
import dev.reconciler.server.Handler;
import dev.reconciler.server.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The real client in a JVM of its own, against a real socket.
@Timeout(120)
class ThinClientTest {
    /// What a person must not wait for.
    private static final List<String> HEAVY =
            List.of(" picocli.", " tools.jackson.", " com.google.", " org.snakeyaml.", " com.github.",
                    " org.eclipse.jgit.", " org.slf4j.");

    @TempDir
    private Path folder;

    private record Ended(int code, String out, String err) {}

    @BeforeEach
    void makeDirectories() throws IOException {
        Files.createDirectories(folder.resolve("r"));
    }

    @Test
    void the_daemon_renders_and_the_client_loads_next_to_nothing() throws Exception {
        var access = Worlds.healthy();
        var loaded = folder.resolve("loaded.txt");
        var ended = serving(renderer(access), List.of("-Xlog:class+load:file=" + loaded), "get", "agents", "-A");
        assertEquals("", ended.err);
        assertEquals(0, ended.code);
        assertTrue(ended.out.startsWith("NAMESPACE   NAME   READY"), ended.out);
        var classes = Files.readAllLines(loaded);
        var heavy = classes.stream().filter(l -> HEAVY.stream().anyMatch(l::contains)).toList();
        assertEquals(List.of(), heavy);
        var ours = classes.stream().filter(l -> l.contains(" dev.reconciler.")).toList();
        assertEquals(List.of(), ours.stream().filter(l -> l.contains("$$Lambda")).toList());
        assertTrue(ours.size() <= 14, ours.size() + " classes of ours: " + ours);
        var jar = includes();
        assertEquals(List.of(), ours.stream().filter(l -> jar.stream().noneMatch(i -> i.matcher(l).find())).toList(),
                "not in the client's jar, see pom.xml");
    }

    /// What the build puts into the client's own jar.
    private static List<Pattern> includes() throws IOException {
        return Files.readString(Path.of("pom.xml"))
                .lines()
                .filter(l -> l.contains("<include>dev/reconciler/"))
                .map(l -> l.replaceAll(".*<include>(.*)\\.class</include>.*", " $1 ")
                        .replace('/', '.')
                        .replace("* ", "(\\$\\w+)* "))
                .map(Pattern::compile)
                .toList();
    }

    @Test
    void what_the_daemon_says_comes_out_on_the_right_stream_with_its_code() throws Exception {
        var ended = serving(renderer(Worlds.healthy()), List.of(), "get", "agent", "nosuch");
        assertEquals(new Ended(1, "", "Error from server (NotFound): agents.reconciler.dev \"nosuch\" not found\n"),
                ended);
    }

    @Test
    void a_daemon_that_goes_away_in_the_middle_is_told_apart_from_an_answer() throws Exception {
        Handler dies = (request, reply) -> {
            reply.out().print("half an ans");
            reply.out().flush();
            throw new IllegalStateException("the daemon dies");
        };
        var ended = serving(dies, List.of(), "status");
        assertEquals(4, ended.code);
        assertTrue(ended.err.contains("went away before it had answered"), ended.err);
        assertFalse(ended.err.contains("Exception"), ended.err);
    }

    @Test
    void a_daemon_of_another_folder_is_not_asked_about_this_one() throws Exception {
        var ended = serving(renderer(Worlds.healthy()), List.of(), "get", "agents", "--manifests", "/other");
        assertEquals(1, ended.code);
        assertTrue(ended.err.contains("/served, not /other"), ended.err);
    }

    @Test
    void verbs_that_are_not_for_the_daemon_are_refused_by_it() {
        var call = new FakeCall(Worlds.healthy());
        assertEquals(1, new Shell(call).runRendered(List.of("run"), call));
        assertEquals(1, new Shell(call).runRendered(List.of("apply", "-f", "x"), call));
        assertTrue(call.said().contains("is not for the daemon"));
    }

    @Test
    void where_it_is_and_the_words_arrive_as_typed() throws Exception {
        var seen = new AtomicReference<Request>();
        Handler handler = (request, reply) -> {
            seen.set(request);
            return 0;
        };
        serving(handler, List.of(), "get", "a b", "", "grüße", "-o", "jsonpath={.x}");
        assertEquals(List.of("get", "a b", "", "grüße", "-o", "jsonpath={.x}"), seen.get().arguments());
        assertEquals(folder.toRealPath().toString(), Path.of(seen.get().directory()).toRealPath().toString());
        assertEquals("/tmp/tmux-1/default,2,3", seen.get().tmux());
    }

    private static Handler renderer(FakeAccess access) {
        var settings = new Settings(
                new Directories(Path.of("/served"), Path.of("/s"), Path.of("/r"), false), false, 30,
                dev.reconciler.desired.Models.ANY);
        return new Renderer(access, settings, new FakeCall(access));
    }

    private Ended serving(Handler handler, List<String> flags, String... words) throws Exception {
        var server = ApiServer.open(folder.resolve("r").resolve(ApiServer.SOCKET), handler);
        try {
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
            command.addAll(flags);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.reconciler.cli.Main"));
            command.addAll(List.of(words));
            var out = folder.resolve("out");
            var err = folder.resolve("err");
            var builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("RECONCILER_") || name.startsWith("XDG_"));
            builder.environment().put("HOME", folder.toString());
            builder.environment().put("RECONCILER_RUNTIME", folder.resolve("r").toString());
            builder.environment().put("TMUX", "/tmp/tmux-1/default,2,3");
            builder.environment().put("LC_ALL", "C.UTF-8");
            int code = builder.start().waitFor();
            return new Ended(
                    code, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            server.close();
        }
    }
}
