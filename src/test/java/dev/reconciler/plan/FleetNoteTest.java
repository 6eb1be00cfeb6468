package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.reconciler.api.AgentHistory.Change;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Checkout;
import dev.reconciler.api.Desire;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Revision;
import dev.reconciler.api.ServerHistory;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Source;
import dev.reconciler.api.SourceHistory;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a look adds to what is remembered of the fleet as a whole.
class FleetNoteTest {
    private static final Moment NOW = Sample.at(10_000);
    private static final Source READY = Worlds.source(true, true, false, false);
    private static final ProcessRef OTHER = new ProcessRef(51, 51);
    private static final Revision FIRST = new Revision("main", "1".repeat(40));
    private static final Revision SECOND = new Revision("main", "2".repeat(40));

    private static Fleet fleet(Map<String, ServerHistory> servers) {
        return new Fleet(0, List.of(), List.of(), new TreeMap<>(servers));
    }

    private static History note(Fleet fleet, Source source, Map<String, ServerState> servers) {
        return note(new History(fleet, new TreeMap<>()), source, servers);
    }

    private static History note(History history, Source source, Map<String, ServerState> servers) {
        return Recorder.note(
                new DesiredState(new TreeMap<>(), source),
                new ObservedState(new TreeMap<>(), new TreeMap<>(servers), new TreeMap<>()), history, Set.of(),
                Sample.POLICY, NOW);
    }

    @Test
    void what_was_done_counts_for_ten_minutes_of_this_boot() {
        var long_ago = change("a", NOW.plus(Duration.ofMinutes(-10)));
        var lately = change("b", NOW.plus(Duration.ofMinutes(-10).plusNanos(1)));
        var before = change("c", new Moment("the boot before", NOW.nanos(), NOW.wall()));
        var fleet = new Fleet(3, List.of(long_ago, lately, before), List.of(), new TreeMap<>());
        assertEquals(List.of(lately), note(fleet, READY, Map.of()).fleet().ledger());
    }

    private static Change change(String name, Moment at) {
        return new Change(new AgentName("default", name), "uid", Reason.SpecRemoved, "", at);
    }

    @ParameterizedTest
    @CsvSource({"true, true, false, false, 1", "true, true, true, true, 1", "true, true, true, false, 9",
        "true, false, false, false, 9", "false, false, false, false, 9", "false, true, false, false, 9"})
    void the_fleet_is_counted_in_a_quiet_picture_only(
            boolean complete, boolean settled, boolean empty, boolean allowed, int size) {
        var source = Worlds.source(complete, settled, empty, allowed);
        var history = new History(new Fleet(9, List.of(), List.of(), new TreeMap<>()), new TreeMap<>());
        var ada = new TreeMap<AgentName, Desire>(Map.of(Sample.ADA, new Desire.Wanted(Sample.agent())));
        var absent = new TreeMap<AgentName, Session>(Map.of(Sample.ADA, new Session.Absent(null)));
        var noted = Recorder.note(
                new DesiredState(ada, source), new ObservedState(absent, new TreeMap<>(), new TreeMap<>()), history,
                Set.of(), Sample.POLICY, NOW);
        assertEquals(size, noted.fleet().quietSize());
    }

    @Test
    void a_fleet_of_which_nothing_is_remembered_is_not_counted_before_all_of_it_was_seen() {
        var history = new History(fleet(Map.of()), new TreeMap<>());
        var ada = new TreeMap<AgentName, Desire>(Map.of(Sample.ADA, new Desire.Wanted(Sample.agent())));
        for (var session : List.of(
                new Session.Unknown("tmux does not answer"), new Session.Ghost(OTHER), new Session.Absent(null))) {
            var seen = new TreeMap<AgentName, Session>(Map.of(Sample.ADA, session));
            var noted = Recorder.note(
                    new DesiredState(ada, READY), new ObservedState(seen, new TreeMap<>(), new TreeMap<>()), history,
                    Set.of(), Sample.POLICY, NOW);
            assertEquals(session instanceof Session.Absent ? 1 : 0, noted.fleet().quietSize(), session::toString);
        }
    }

    @Test
    void a_session_of_an_agent_of_which_no_run_is_remembered_shows_that_the_state_was_lost() {
        var ada = Sample.created(Sample.agent(), Sample.UID, NOW);
        var history = new History(
                fleet(Map.of("default", ServerHistory.UNKNOWN.well(Sample.SERVER))),
                new TreeMap<>(Map.of(Sample.ADA, ada)));
        var desires = new TreeMap<AgentName, Desire>(Map.of(Sample.ADA, new Desire.Wanted(Sample.agent())));
        var seen = new TreeMap<AgentName, Session>(
                Map.of(Sample.ADA, new Session.Orphaned(Sample.run(1), List.of(OTHER))));
        var noted = Recorder.note(
                new DesiredState(desires, Worlds.source(true, false, false, false)),
                new ObservedState(seen, new TreeMap<>(), new TreeMap<>()), history, Set.of(), Sample.POLICY, NOW);
        assertEquals(NOW, noted.fleet().lostAt());
    }

    @Test
    void a_blindness_ends_once_the_files_stand_still() {
        var blind = note(fleet(Map.of()), Worlds.source(false, true, false, false), Map.of()).fleet();
        assertEquals(NOW, blind.blindSince());
        assertEquals(NOW, note(blind, Worlds.source(true, false, false, false), Map.of()).fleet().blindSince());
        assertNull(note(blind, READY, Map.of()).fleet().blindSince());
        assertNull(note(fleet(Map.of()), Worlds.source(true, false, false, false), Map.of()).fleet().blindSince());
    }

    /// The columns: known process, its rescues, failed starts, message; what is seen; what is known then.
    @ParameterizedTest
    @CsvSource({"50, 0, 0, '', 50, true, 50, 0, 0, ''", "51, 0, 0, '', 50, true, 50, 0, 0, ''",
        "50, 2, 0, 'no room', 50, true, 50, 0, 0, ''", "50, 2, 0, 'no room', 50, false, 50, 2, 0, 'no room'",
        "51, 2, 0, 'no room', 50, false, 50, 0, 0, ''", "50, 0, 0, 'left alone', 50, true, 50, 0, 0, ''",
        "50, 0, 3, 'refused', 50, false, 50, 0, 0, ''", "50, 0, 3, 'refused', 50, true, 50, 0, 0, ''"})
    void a_server_that_answers_is_well_and_one_without_a_socket_keeps_its_failed_rescues(
            long pid, int rescues, int starts, String message, long seen, boolean reachable, long then,
            int rescuesThen, int startsThen, String messageThen) {
        var known = new ServerHistory(
                new ProcessRef(pid, pid), rescues, starts, rescues + starts > 0 ? NOW : null, message, 4);
        var noted = note(
                fleet(Map.of("default", known)), READY,
                Map.of("default", new ServerState.Up(new ProcessRef(seen, seen), reachable, false)))
                .fleet()
                .servers()
                .get("default");
        assertEquals(
                new ServerHistory(
                        new ProcessRef(then, then), rescuesThen, startsThen, rescuesThen > 0 ? NOW : null, messageThen,
                        4),
                noted);
    }

    @Test
    void a_server_is_known_from_its_first_sight_and_as_long_as_somebody_may_need_it() {
        var up = Map.<String, ServerState>of("default", new ServerState.Up(OTHER, true, false));
        var noted = note(fleet(Map.of()), READY, up);
        assertEquals(ServerHistory.UNKNOWN.well(OTHER), noted.fleet().servers().get("default"));
        assertSame(noted, note(noted, READY, up));
        assertEquals(Map.of(), note(noted, READY, Map.of("default", new ServerState.Down())).fleet().servers());
        assertSame(noted, note(noted, READY, Map.of("default", new ServerState.Silent("busy"))));
        var agent = Sample.created(Sample.agent(), Sample.UID, NOW);
        var used = note(
                new History(noted.fleet(), new TreeMap<>(Map.of(Sample.ADA, agent))), READY,
                Map.of("default", new ServerState.Down()));
        assertEquals(noted.fleet().servers(), used.fleet().servers());
    }

    private static Source git(boolean complete, boolean settled, Checkout checkout) {
        return new Source(Sample.SOURCE, complete, settled, false, false, List.of(), checkout);
    }

    @Test
    void outside_of_git_nothing_is_remembered_of_revisions() {
        var history = new History(fleet(Map.of()), new TreeMap<>());
        assertSame(history, note(history, READY, Map.of()));
        assertNull(history.fleet().source());
    }

    @ParameterizedTest
    @CsvSource({"true, true, '', true", "false, true, '', false", "true, false, '', false",
        "true, true, rebase in progress, false"})
    void a_commit_is_applied_once_its_files_stand_still(
            boolean complete, boolean settled, String held, boolean applied) {
        var checkout = new Checkout(SECOND, "", new TreeSet<>(), held);
        var before = fleet(Map.of()).source(SourceHistory.NONE.applied(FIRST.toString()));
        var noted = note(before, git(complete, settled, checkout), Map.of());
        assertEquals((applied ? SECOND : FIRST).toString(), noted.fleet().whence().applied());
        assertSame(noted, note(noted, git(complete, settled, checkout), Map.of()));
    }

    @Test
    void before_the_first_commit_none_is_applied() {
        var noted = note(fleet(Map.of()), git(true, true, new Checkout(null, "", new TreeSet<>(), "")), Map.of());
        assertNull(noted.fleet().whence().applied());
    }

    @Test
    void why_a_newer_commit_is_not_taken_in_is_remembered_until_it_is() {
        var wrong = new Checkout.Pull(SECOND, "", "its signature is wrong", "", false);
        var well = new Checkout.Pull(SECOND, "", "", "", true);
        var refused = note(
                fleet(Map.of()), git(true, true, new Checkout(FIRST, "", new TreeSet<>(), "", wrong)), Map.of());
        assertEquals(
                new SourceHistory(FIRST.toString(), false, "its signature is wrong", false), refused.fleet().whence());
        var taken = note(refused, git(true, true, new Checkout(SECOND, "", new TreeSet<>(), "", well)), Map.of());
        assertEquals(new SourceHistory(SECOND.toString(), false, "", true), taken.fleet().whence());
        var outside = note(refused, READY, Map.of());
        assertEquals(refused.fleet().whence(), outside.fleet().whence(), "kept where git says nothing");
    }
}
