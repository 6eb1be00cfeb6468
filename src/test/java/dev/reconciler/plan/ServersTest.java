package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.api.ServerHistory;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Source;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.plan.Action.HoldServer;
import dev.reconciler.plan.Ghosts.Treatment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is done about a namespace's tmux server.
class ServersTest {
    private static final Moment NOW = Sample.at(1000);
    private static final ServerState LOST = new ServerState.Ghosted(Sample.SERVER);
    private static final ServerState UNREACHABLE = new ServerState.Up(Sample.SERVER, false, false);
    private static final Action RESCUE = new Action.Rescue("default", Sample.SERVER, Reason.Ghost);
    private static final Action START = new Action.StartServer("default", Reason.Created);

    private Source source = Worlds.source(true, true, false, false);
    private ServerHistory known;
    private Path gone;
    private Policy policy = Sample.POLICY;
    private boolean needed;
    private Set<AgentName> names = Set.of(Sample.ADA);

    /// Null: nothing.
    private Action of(ServerState state) {
        var servers = new TreeMap<String, ServerState>();
        if (state != null) {
            servers.put("default", state);
        }
        var observed = new ObservedState(new TreeMap<>(), servers, new TreeMap<>()).runtimeGone(gone);
        var fleet = new Fleet(
                1, List.of(), List.of(), known == null ? new TreeMap<>() : new TreeMap<>(Map.of("default", known)));
        return new Servers(source, observed, new History(fleet, new TreeMap<>()), policy, NOW)
                .decide(needed ? Set.of("default") : Set.of(), names)
                .get("default");
    }

    private static HoldServer hold(Reason reason, String message) {
        return new HoldServer("default", reason, message, null);
    }

    @Test
    void one_that_answers_is_left_and_one_that_is_down_is_started_when_somebody_waits_for_it() {
        assertEquals(null, of(new ServerState.Up(Sample.SERVER, true, false)));
        assertEquals(null, of(new ServerState.Down()));
        assertEquals(null, of(null));
        assertEquals(hold(Reason.ObservationIncomplete, "busy"), of(new ServerState.Silent("busy")));
        needed = true;
        assertEquals(null, of(new ServerState.Up(Sample.SERVER, true, false)));
        assertEquals(START, of(new ServerState.Down()));
        assertEquals(START, of(null));
        assertEquals(hold(Reason.ObservationIncomplete, "busy"), of(new ServerState.Silent("busy")));
    }

    @ParameterizedTest
    @CsvSource({"true, true, false, false, true", "true, true, true, true, true", "true, true, true, false, false",
        "true, false, false, false, false", "false, true, false, false, false"})
    void one_that_holds_nothing_and_nobody_uses_is_stopped_when_the_folder_can_be_trusted(
            boolean complete, boolean settled, boolean empty, boolean allowed, boolean stopped) {
        source = Worlds.source(complete, settled, empty, allowed);
        var vacant = new ServerState.Up(Sample.SERVER, true, true);
        assertEquals(null, of(vacant), "an agent of that namespace is known");
        names = Set.of(new AgentName("team", "ada"));
        assertEquals(stopped ? new Action.StopServer("default", Sample.SERVER, Reason.Vacant) : null, of(vacant));
        assertEquals(null, of(new ServerState.Up(Sample.SERVER, true, false)), "somebody's session is on it");
        needed = true;
        assertEquals(null, of(vacant));
    }

    @Test
    void one_without_a_socket_is_made_reachable_and_after_a_failure_again_with_back_off() {
        for (var state : List.of(LOST, UNREACHABLE)) {
            known = null;
            assertEquals(RESCUE, of(state));
            known = ServerHistory.UNKNOWN.well(Sample.SERVER);
            assertEquals(RESCUE, of(state));
            known = known.tryStart(NOW);
            assertEquals(RESCUE, of(state), "a start was no rescue");
            known = ServerHistory.UNKNOWN.well(Sample.SERVER);
            var tried = NOW.plus(Duration.ofSeconds(-4));
            known = known.tryRescue(tried).tryRescue(tried).failed("no room");
            assertEquals(RESCUE, of(state), "after two attempts four seconds");
            tried = tried.plus(Duration.ofNanos(1));
            known = ServerHistory.UNKNOWN.tryRescue(tried).tryRescue(tried).failed("no room");
            assertEquals(
                    new HoldServer("default", Reason.RescueFailed, "no room", NOW.plus(Duration.ofNanos(1))),
                    of(state));
        }
    }

    @Test
    void one_that_did_not_start_is_started_again_with_back_off() {
        needed = true;
        var tried = NOW.plus(Duration.ofSeconds(-2));
        known = ServerHistory.UNKNOWN.tryStart(tried).failed("refused");
        assertEquals(START, of(new ServerState.Down()));
        tried = tried.plus(Duration.ofNanos(1));
        known = ServerHistory.UNKNOWN.tryStart(tried).failed("refused");
        assertEquals(
                new HoldServer("default", Reason.StartFailed, "refused", NOW.plus(Duration.ofNanos(1))),
                of(new ServerState.Down()));
        known = ServerHistory.UNKNOWN.tryRescue(NOW);
        assertEquals(START, of(new ServerState.Down()), "a rescue was no start");
    }

    @Test
    void where_sockets_cannot_be_nothing_is_tried_and_the_way_that_is_left_is_named() {
        gone = Path.of("/run/user/1000");
        var why = "/run/user/1000 is gone, because the last login session ended and the user does not linger";
        assertEquals(
                hold(Reason.RuntimeDirGone, "tmux server 50 lives without a socket: " + why), of(LOST));
        assertEquals(
                hold(Reason.RuntimeDirGone, "tmux server 50 lives without a socket: " + why
                        + "; it is commanded through the connection that is open"),
                of(UNREACHABLE));
        assertEquals(null, of(new ServerState.Up(Sample.SERVER, true, false)));
        needed = true;
        assertEquals(
                hold(Reason.RuntimeDirGone, "no tmux server can be started: " + why), of(new ServerState.Down()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void where_ghosts_are_only_reported_the_way_to_rescue_one_is_named(boolean open) {
        policy = new Policy(policy.holdDown(), policy.home(), new Ghosts(Treatment.Report, Treatment.Rescue));
        assertEquals(
                hold(Reason.Ghost, "tmux server 50 cannot be reached, and ghosts.managed says only to report it;"
                        + " `reconciler rescue 50` makes it reachable"),
                of(open ? UNREACHABLE : LOST));
        assertEquals(null, of(new ServerState.Up(Sample.SERVER, true, false)));
    }
}
