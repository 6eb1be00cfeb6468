package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Resources;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Units;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What every [Scopes] does together with its [Tmux], systemd's and the simulated one.
public abstract class ScopesContract extends TmuxWords {
    protected abstract Scopes scopes();

    /// A program that runs until it gets TERM, HUP or KILL.
    protected abstract List<String> forever();

    /// The same, with a child that leaves its session and survives it.
    protected abstract List<String> withEscapedChild();

    /// The manager stops answering and goes on.
    protected abstract void freeze() throws Exception;

    protected abstract void thaw() throws Exception;

    final String unit(String name, int run) {
        return Units.scope(new AgentName(NS, name), new RunId("u-" + name, run));
    }

    final Tmux.Launch confined(String name, int run, List<String> argv, Resources.Limits limits) {
        var launch = launch(name, run, argv, new TreeMap<>());
        var version = assertInstanceOf(Scopes.Service.Answers.class, scopes().service()).version();
        return new Tmux.Launch(
                launch.mark(), launch.argv(), launch.workingDirectory(), launch.environment(), launch.secrets(),
                launch.columns(), launch.rows(), launch.historyLimit(), launch.log(),
                new Confinement(unit(name, run), Confinement.limits(limits), version));
    }

    final Tmux.Created run(String name, List<String> argv) throws TmuxException {
        tmux().start(NS);
        return tmux().create(confined(name, 1, argv, Resources.NONE.limits()), null);
    }

    final List<Scopes.Unit> units() {
        return assertInstanceOf(Scopes.Look.Seen.class, scopes().look(true)).units();
    }

    final List<String> names() {
        return units().stream().map(Scopes.Unit::name).toList();
    }

    final List<Long> members(String unit) {
        return units().stream().filter(u -> u.name().equals(unit)).flatMap(u -> u.processes().stream()).toList();
    }

    @Test
    void the_manager_answers_with_its_version() {
        assertTrue(assertInstanceOf(Scopes.Service.Answers.class, scopes().service()).version() >= 252);
        assertEquals(List.of(), names());
        assertEquals(
                new Scopes.Look.Seen(List.of(), true, scopes().service().controllers()), scopes().look(false));
    }

    @Test
    void a_server_lives_in_a_service_of_its_own() throws Exception {
        var server = tmux().start(NS);
        await().until(() -> members(Units.server(NS)).contains(server.pid()));
        assertEquals(List.of(Units.server(NS)), names());
    }

    @Test
    void a_stopped_server_leaves_no_unit() throws Exception {
        var server = tmux().start(NS);
        assertTrue(tmux().stopIfVacant(NS, server));
        await().until(() -> names().isEmpty());
    }

    @Test
    void a_run_is_the_only_process_of_its_scope_and_keeps_the_panes_pid() throws Exception {
        var created = run("ada", forever());
        await().until(() -> members(unit("ada", 1)).equals(List.of(created.pid())));
        assertEquals(created.pid(), line("ada").pid());
        assertEquals(List.of(unit("ada", 1), Units.server(NS)), names());
        assertTrue(units().stream().allMatch(Scopes.Unit::ours));
    }

    @Test
    void a_cheap_look_names_the_units_and_not_what_is_in_them() throws Exception {
        run("ada", forever());
        await().until(() -> !members(unit("ada", 1)).isEmpty());
        assertEquals(
                new Scopes.Look.Seen(
                        List.of(
                                new Scopes.Unit(unit("ada", 1), true, null, 0),
                                new Scopes.Unit(Units.server(NS), true, null, 0)),
                        true, scopes().service().controllers()),
                scopes().look(false));
    }

    @Test
    void two_names_that_read_alike_have_two_scopes() throws Exception {
        run("a-b", forever());
        run("a", forever());
        await().until(() -> names().contains(unit("a", 1)) && names().contains(unit("a-b", 1)));
    }

    @Test
    void a_scope_is_gone_with_its_last_process() throws Exception {
        run("ada", forever());
        await().until(() -> !members(unit("ada", 1)).isEmpty());
        kill("ada");
        await().until(() -> !names().contains(unit("ada", 1)));
        assertEquals(List.of(), scopes().describe(List.of(unit("ada", 1))));
    }

    @Test
    void what_survives_a_run_stays_in_its_scope_and_the_next_run_gets_another() throws Exception {
        var first = run("ada", withEscapedChild());
        await().until(() -> members(unit("ada", 1)).size() > 1);
        kill("ada");
        await().until(() -> !members(unit("ada", 1)).contains(first.pid()));
        assertEquals(1, members(unit("ada", 1)).size());
        dead("ada");
        var second = tmux().respawn(
                pane("ada"), confined("ada", 2, forever(), Resources.NONE.limits()));
        await().until(() -> members(unit("ada", 2)).equals(List.of(second.pid())));
        assertEquals(1, members(unit("ada", 1)).size());
    }

    @Test
    void a_scope_with_somebody_in_it_is_not_stopped() throws Exception {
        var created = run("ada", forever());
        await().until(() -> !members(unit("ada", 1)).isEmpty());
        assertEquals(new Scopes.Stopped.Occupied(List.of(created.pid())), scopes().stop(unit("ada", 1)));
        assertEquals(List.of(created.pid()), members(unit("ada", 1)));
    }

    @Test
    void to_stop_what_is_gone_is_no_failure() {
        assertEquals(new Scopes.Stopped.Gone(), scopes().stop(unit("nobody", 1)));
    }

    @Test
    void a_silent_manager_is_not_an_absent_one() throws Exception {
        freeze();
        try {
            await().until(() -> scopes().service() instanceof Scopes.Service.Silent);
        } finally {
            thaw();
        }
        await().until(() -> scopes().service() instanceof Scopes.Service.Answers);
    }
}
