package dev.reconciler.recording;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Session;
import dev.reconciler.api.Source;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.host.Segments;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.plan.Planner;
import dev.reconciler.plan.Policy;
import dev.reconciler.status.StateJson;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Writing beside the rounds, and reading whatever was left.
class FlightRecorderTest {
    private static final Policy POLICY = new Policy(Duration.ofSeconds(30), "/home/user");
    private static final AgentName ADA = new AgentName("default", "ada");

    @TempDir
    private Path home;

    private final List<String> told = new CopyOnWriteArrayList<>();

    private Path directory() {
        return home.resolve("recording");
    }

    private FlightRecorder recorder(Segments segments) {
        var recorder = new FlightRecorder(segments, POLICY);
        recorder.begin(told::add);
        return recorder;
    }

    private FlightRecorder recorder() {
        return recorder(Segments.in(directory(), 1 << 20, Duration.ofHours(24)));
    }

    private static Moment at(long seconds) {
        return new Moment("boot", seconds * 1_000_000_000L, Instant.ofEpochSecond(1_700_000_000L + seconds));
    }

    /// Something that nobody asks for, of which `why` cannot be seen.
    private static Inputs round(long second, String why) {
        var sessions = new TreeMap<AgentName, Session>();
        sessions.put(ADA, new Session.Unknown(why));
        var desired = new DesiredState(
                new TreeMap<>(java.util.Map.of(ADA, new Desire.Unreadable(null, "a.yaml:1:1: x: secret"))),
                new Source("source", true, true, false, false, List.of()));
        var observed = new ObservedState(sessions, new TreeMap<>(), new TreeMap<>());
        var history = new History(
                new AgentHistory.Fleet(0, List.of(), List.of(), new TreeMap<>()), new TreeMap<>());
        return new Inputs(
                desired, observed, history, at(second), Planner.plan(desired, observed, history, POLICY, at(second)));
    }

    /// What a reader finds.
    private static final class Found implements Replay.Listener {
        final List<Replay.Round> rounds = new ArrayList<>();
        final List<String> damages = new ArrayList<>();
        final List<Moment> ends = new ArrayList<>();
        final List<Frame.Quiet> quiets = new ArrayList<>();
        int open;
        int segments;

        @Override
        public void begins(Header header) {
            segments++;
        }

        @Override
        public void round(Replay.Round round) {
            rounds.add(round);
        }

        @Override
        public void quiet(Frame.Quiet quiet) {
            quiets.add(quiet);
        }

        @Override
        public void ended(Moment at) {
            ends.add(at);
        }

        @Override
        public void open(Path file) {
            open++;
        }

        @Override
        public void damaged(Path file, String why) {
            damages.add(why);
        }

        List<String> seen() {
            return rounds.stream()
                    .map(r -> ((Session.Unknown) r.inputs().observed().sessions().get(ADA)).why())
                    .toList();
        }
    }

    private static Found read(Path place) throws IOException {
        var found = new Found();
        Replay.play(place, found);
        return found;
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(directory())) {
            return files.sorted().toList().getFirst();
        }
    }

    @Test
    void what_was_written_is_read_with_how_long_nothing_was_new() throws IOException {
        try (var recorder = recorder()) {
            recorder.round(round(1, "one"));
            recorder.round(round(2, "one"));
            recorder.quiet(at(7));
            recorder.quiet(at(12));
            recorder.round(round(13, "two"));
            recorder.quiet(at(20));
        }
        var found = read(directory());
        assertEquals(List.of("one", "two"), found.seen());
        assertEquals(new Frame.Quiet(3, at(12)), found.rounds.getLast().quiet());
        assertEquals(List.of(at(20)), found.ends);
        assertEquals(List.of(), found.damages);
        assertEquals(0, found.open);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(onlyFile())));
        assertEquals(List.of(), told);
    }

    @Test
    void what_a_killed_daemon_left_is_read_to_its_end_and_what_the_next_wrote_after_it() throws IOException {
        var file = home.resolve("case.jsonl.gz");
        var copy = home.resolve("copy");
        try (var recorder = recorder(Segments.file(file))) {
            recorder.round(round(1, "one"));
            await().until(() -> Files.size(file) > 0 && read(file).rounds.size() == 1);
            Files.copy(file, copy);
        }
        assertEquals(List.of("one"), read(copy).seen());
        assertEquals(1, read(copy).open);
        // The next daemon goes on in the same file.
        try (var recorder = recorder(Segments.file(copy))) {
            recorder.round(round(5, "two"));
        }
        var found = read(copy);
        assertEquals(List.of("one", "two"), found.seen());
        assertEquals(List.of(), found.damages);
        assertEquals(2, found.segments);
        assertEquals(1, found.open);
    }

    @Test
    void an_end_behind_what_is_written_already_is_written_too_and_what_was_quiet_before_it() throws IOException {
        try (var recorder = recorder()) {
            recorder.round(round(1, "one"));
            await().until(() -> Files.exists(directory()) && read(directory()).rounds.size() == 1);
        }
        assertEquals(List.of(at(1)), read(directory()).ends);
        assertEquals(0, read(directory()).open);
        var reader = new Found();
        var replay = Replay.reader(reader);
        replay.begins();
        replay.line(StateJson.write(Header.of(POLICY, "test", "d", "UTC")));
        replay.line(StateJson.write(new Frames(new byte[] {1}).next(round(1, "one"))));
        replay.line(StateJson.write(Frame.tick(new Frame.Quiet(60, at(301)))));
        assertEquals(List.of(new Frame.Quiet(60, at(301))), reader.quiets);
        assertEquals(1, reader.rounds.size());
    }

    @Test
    void a_torn_tail_is_said_and_all_before_it_is_read() throws IOException {
        var torn = home.resolve("torn");
        try (var recorder = recorder()) {
            recorder.round(round(1, "one"));
            await().until(() -> Files.exists(directory()) && read(directory()).rounds.size() == 1);
            recorder.round(round(2, "two"));
            await().until(() -> read(directory()).rounds.size() == 2);
            Files.copy(onlyFile(), torn);
        }
        try (var cut = new RandomAccessFile(torn.toFile(), "rw")) {
            cut.setLength(cut.length() - 9);
        }
        var found = read(torn);
        assertEquals("one", found.seen().getFirst());
        assertEquals(1, found.damages.size() + found.open);
        assertTrue(found.seen().size() == 1 || !found.damages.isEmpty());
    }

    @Test
    void a_damaged_segment_costs_nobody_elses() throws IOException {
        try (var recorder = recorder()) {
            recorder.round(round(1, "one"));
        }
        try (var recorder = recorder()) {
            recorder.round(round(2, "two"));
        }
        var bytes = Files.readAllBytes(onlyFile());
        bytes[bytes.length / 2] ^= 0x55;
        Files.write(onlyFile(), bytes);
        var found = read(directory());
        assertEquals("two", found.seen().getLast());
        assertTrue(!found.damages.isEmpty());
        Files.writeString(home.resolve("text"), "no recording\n");
        assertEquals(List.of("it is no recording"), read(home.resolve("text")).damages);
        assertTrue(org.junit.jupiter.api.Assertions.assertThrows(IOException.class, () -> Segments.file(
                home.resolve("text"))).getMessage().contains("not written over"));
    }

    @Test
    void a_directory_that_cannot_be_written_is_said_once_and_costs_only_the_rounds_of_that_time() throws Exception {
        Files.writeString(directory(), "in the way");
        try (var recorder = recorder()) {
            recorder.round(round(1, "one"));
            await().until(() -> recorder.problem() != null);
            recorder.round(round(2, "two"));
            recorder.round(round(3, "three"));
            Files.delete(directory());
            recorder.round(round(100, "four"));
            await().until(() -> recorder.problem() == null);
        }
        assertEquals(1, told.size(), told::toString);
        assertTrue(told.getFirst().startsWith("rounds are not recorded: cannot write "), told.getFirst());
        var found = read(directory());
        assertEquals(List.of("four"), found.seen());
        assertTrue(found.rounds.getFirst().lost() > 0);
    }

    @Test
    void rounds_that_come_too_fast_are_lost_and_counted_and_never_waited_for() throws IOException {
        var recorder = new FlightRecorder(Segments.in(directory(), 1 << 20, Duration.ofHours(24)), POLICY);
        for (int i = 0; i < 1000; i++) {
            recorder.round(round(i, "round " + i));
        }
        recorder.begin(told::add);
        recorder.close();
        var found = read(directory());
        assertEquals("round 999", found.seen().getLast());
        assertEquals(1000, found.rounds.size() + found.rounds.getFirst().lost());
    }

    @Test
    void it_stays_within_its_bounds_and_each_segment_can_be_read_by_itself() throws IOException {
        long max = 1 << 20;
        var random = new java.util.Random(5);
        int second = 0;
        for (int daemon = 0; daemon < 30; daemon++) {
            try (var recorder = recorder(Segments.in(directory(), max, Duration.ofHours(24)))) {
                for (int i = 0; i < 60; i++) {
                    var noise = new byte[600];
                    random.nextBytes(noise);
                    recorder.round(round(second++, java.util.HexFormat.of().formatHex(noise)));
                }
            }
        }
        long size = 0;
        List<Path> files;
        try (var all = Files.list(directory())) {
            files = all.sorted().toList();
        }
        for (var file : files) {
            size += Files.size(file);
            var alone = Files.copy(file, home.resolve("alone"), StandardCopyOption.REPLACE_EXISTING);
            var found = read(alone);
            assertEquals(List.of(), found.damages);
            assertTrue(found.rounds.getFirst().whole());
        }
        assertTrue(size <= max && size > max / 2, "size " + size);
        assertTrue(files.size() > 4, files::toString);
        assertEquals(at(second - 1), read(directory()).rounds.getLast().inputs().at());
    }

    @Test
    void what_is_older_than_that_is_dropped() throws IOException {
        try (var recorder = recorder()) {
            recorder.round(round(0, "old"));
        }
        Files.setLastModifiedTime(
                onlyFile(), java.nio.file.attribute.FileTime.from(at(0).wall()));
        try (var recorder = recorder()) {
            recorder.round(round(25 * 3600, "new"));
        }
        assertEquals(List.of("new"), read(directory()).seen());
        Files.writeString(directory().resolve("000000.jsonl.gz.part"), "", StandardOpenOption.CREATE);
        assertEquals(List.of("new"), read(directory()).seen());
    }
}
