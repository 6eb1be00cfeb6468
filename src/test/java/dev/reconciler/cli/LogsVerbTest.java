package dev.reconciler.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LogsVerbTest {
    private static final String RUN = "0a1b2c3d0a1b2c3d-";

    @TempDir
    private Path logs;

    private FakeAccess access;
    private FakeCall call;

    @BeforeEach
    void open() throws IOException {
        access = Worlds.healthy();
        access.logs = logs;
        call = new FakeCall(access);
        Files.createDirectories(logs.resolve("default/ada"));
    }

    private void write(String segment, String text) throws IOException {
        Files.writeString(
                logs.resolve("default/ada").resolve(RUN + segment), text, StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    @Test
    void segments_are_read_as_one_even_where_a_character_was_cut() throws IOException {
        var folder = logs.resolve("default/ada");
        Files.write(folder.resolve(RUN + "1.000000"), new byte[] {'o', 'n', 'e', '\n', (byte) 0xc3});
        Files.write(folder.resolve(RUN + "1.000001"), new byte[] {(byte) 0xbc, '\r', '\n', 'e', 'n', 'd'});
        assertEquals(0, call.run("logs", "ada"));
        assertEquals("one\nü\nend\n", call.printed());
    }

    @Test
    void the_tail_counts_lines_and_an_unfinished_one_too() throws IOException {
        write("1.000000", "1\n2\n3\n4\nhalf");
        call.run("logs", "ada", "--tail", "2");
        assertEquals("4\nhalf\n", call.printed());
        var none = new FakeCall(access);
        none.run("logs", "ada", "--tail=0");
        assertEquals("", none.printed());
        var many = new FakeCall(access);
        many.run("logs", "agent/ada", "--tail=100");
        assertEquals("1\n2\n3\n4\nhalf\n", many.printed());
    }

    @Test
    void since_leaves_out_the_segments_that_were_finished_before() throws Exception {
        write("1.000000", "old\n");
        write("1.000001", "newer\n");
        write("1.000002", "newest\n");
        age("1.000000", Duration.ofHours(2));
        age("1.000001", Duration.ofMinutes(50));
        age("1.000002", Duration.ofMinutes(1));
        assertEquals(0, call.run("logs", "ada", "--since=1h"));
        assertEquals("newer\nnewest\n", call.printed());
        var raw = new FakeCall(access);
        raw.run("logs", "ada", "--since=5m30s", "--raw");
        assertEquals("newest\n", raw.printed());
        var all = new FakeCall(access);
        all.run("logs", "ada", "--since=0");
        assertEquals("old\nnewer\nnewest\n", all.printed());
        var followed = new FakeCall(access);
        var ended = CompletableFuture.supplyAsync(() -> followed.run("logs", "ada", "-f", "--since=30s"));
        await().until(() -> !followed.resumables.isEmpty());
        assertEquals("", followed.printed());
        write("1.000002", "now\n");
        await().until(() -> followed.printed().equals("now\n"));
        access.show(new FakeAccess.World());
        assertEquals(0, ended.get());
        for (var wrong : List.of("soon", "-1h")) {
            var refused = new FakeCall(access);
            assertEquals(1, refused.run("logs", "ada", "--since", wrong));
            assertTrue(refused.said().contains("--since"), refused.said());
        }
    }

    /// How long ago its last byte was written.
    private void age(String segment, Duration age) throws IOException {
        Files.setLastModifiedTime(logs.resolve("default/ada").resolve(RUN + segment),
                FileTime.from(FakeAccess.ago(age).wall()));
    }

    @Test
    void raw_is_every_byte() throws IOException {
        write("1.000000", "\u001b[31mred\r\nhalf");
        call.run("logs", "ada", "--raw");
        assertEquals("\u001b[31mred\r\nhalf", call.printed());
        var tail = new FakeCall(access);
        tail.run("logs", "ada", "--raw", "--tail=1");
        assertEquals("half", tail.printed());
    }

    @Test
    void previous_is_the_run_before() throws IOException {
        var troubled = Worlds.troubled();
        troubled.logs = logs;
        var crashing = new FakeCall(troubled);
        var folder = Files.createDirectories(logs.resolve("lab/bob"));
        Files.writeString(folder.resolve("ffff0000ffff0000-5.000000"), "fifth\n");
        Files.writeString(folder.resolve("ffff0000ffff0000-6.000000"), "sixth\n");
        Files.writeString(folder.resolve("ffff0000ffff0000-10.000000"), "later than it knows\n");
        crashing.run("logs", "bob", "-n", "lab", "--previous");
        assertEquals("fifth\n", crashing.printed());
    }

    @Test
    void without_a_previous_run_it_says_so() throws IOException {
        write("1.000000", "1\n");
        assertEquals(1, call.run("logs", "ada", "-p"));
        assertEquals("error: previous terminated run of agent \"ada\" not found\n", call.said());
    }

    @Test
    void a_program_that_redraws_is_pointed_to_screen() throws IOException {
        write("1.000000", "\u001b[?1049hx\n");
        call.run("logs", "ada");
        assertTrue(call.said().contains("reconciler screen ada"), call.said());
    }

    @Test
    void following_shows_a_line_as_it_grows_and_ends_with_the_run() throws Exception {
        write("1.000000", "a\n");
        var ended = CompletableFuture.supplyAsync(() -> call.run("logs", "ada", "-f"));
        await().until(() -> call.printed().equals("a\n"));
        write("1.000000", "Name? ");
        await().until(() -> call.printed().equals("a\nName?"));
        write("1.000000", "Ada\n");
        await().until(() -> call.printed().equals("a\nName? Ada\n"));
        write("1.000001", "last words\n");
        access.show(new FakeAccess.World());
        assertEquals(0, ended.get());
        assertEquals("a\nName? Ada\nlast words\n", call.printed());
    }

    @Test
    void following_goes_on_while_the_run_is_not_seen_to_be_over() throws Exception {
        write("1.000000", "a\n");
        var ended = CompletableFuture.supplyAsync(() -> call.run("logs", "ada", "-f"));
        var process = new ProcessRef(2001, 20010);
        var run = new RunId("0a1b2c3d0a1b2c3d", 1);
        var printed = new StringBuilder("a\n");
        for (var session : List.of(
                new Session.Ghost(FakeAccess.SERVER), new Session.Unknown("no answer within 5 s"),
                new Session.Orphaned(run, List.of(process)), new Session.Doubled(List.of()),
                new Session.OtherSource("other"))) {
            access.show(new FakeAccess.World().seen("default", "ada", session));
            // The second is read only by who looked again after the first.
            for (var line : List.of(session + "\n", "and on\n")) {
                write("1.000000", line);
                printed.append(line);
                await().until(() -> call.printed().contentEquals(printed));
            }
        }
        access.show(new FakeAccess.World().seen("default", "ada", new Session.Absent(null)));
        assertEquals(0, ended.get());
    }

    @Test
    void following_ends_when_nobody_reads() throws Exception {
        write("1.000000", "a\n");
        var gone = new AtomicBoolean();
        call.gone = gone::get;
        var ended = CompletableFuture.supplyAsync(() -> call.run("logs", "ada", "-f"));
        await().until(() -> call.printed().equals("a\n"));
        gone.set(true);
        assertEquals(0, ended.get());
    }

    @Test
    void what_a_deleted_agent_printed_can_still_be_read() throws IOException {
        write("1.000000", "testament\n");
        access.show(new FakeAccess.World());
        assertEquals(0, call.run("logs", "ada"));
        assertEquals("testament\n", call.printed());
    }
}
