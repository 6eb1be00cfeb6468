package dev.reconciler.observed;

import dev.reconciler.api.Activity;
import dev.reconciler.api.Agent;
import dev.reconciler.api.Probe;
import dev.reconciler.api.Session;
import dev.reconciler.host.Host;
import dev.reconciler.host.Tmux;
import dev.reconciler.host.TmuxException;
import dev.reconciler.host.Workplace;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Asks one run, once. Each question takes at most its own time limit, or that of a tmux command.
final class Questions {
    private final Host host;
    private final ConcurrentHashMap<String, Sign> signs = new ConcurrentHashMap<>();
    private volatile @Nullable Printing printing;

    Questions(Host host) {
        this.host = host;
    }

    Reply ask(Agent agent, Session.Pane pane, Probe probe) {
        if (probe.exec() != null) {
            return exec(agent, probe, probe.exec());
        }
        try {
            var glimpse = look(pane);
            if (probe.screen() != null) {
                var pattern = probe.screen().pattern();
                return sign(pattern).find(glimpse.screen()) != null
                        ? new Reply.Passed()
                        : new Reply.Failed("its screen does not show " + pattern);
            }
            return probe.output() == null ? new Reply.Unasked("it has no handler") : output(probe.output());
        } catch (TmuxException | Sign.Endless e) {
            return new Reply.Unasked(String.valueOf(e.getMessage()));
        }
    }

    private Reply exec(Agent agent, Probe probe, Probe.Exec exec) {
        return switch (host.workplace().run(agent, exec.command(), probe.timeout(), () -> false)) {
            case Workplace.Ran.Ended(int code, var output) ->
                    code == 0
                            ? new Reply.Passed()
                            : new Reply.Failed("exit code " + code + (output.isEmpty() ? "" : ": " + output));
            case Workplace.Ran.TimedOut() ->
                    new Reply.Failed("no answer within " + probe.timeout().toSeconds() + "s");
            case Workplace.Ran.NotStarted(var why) -> new Reply.Unasked(why);
        };
    }

    private Reply output(Probe.Output output) {
        var seen = printing;
        var quiet = seen == null ? Duration.ZERO : seen.quiet();
        return quiet.compareTo(Duration.ofSeconds(output.withinSeconds())) <= 0
                ? new Reply.Passed()
                : new Reply.Failed("it has printed nothing for more than " + output.withinSeconds() + "s");
    }

    /// What it does; never Idle when anything is in doubt.
    Activity activity(Agent agent, Session.Pane pane) {
        var rules = agent.spec().activity();
        if (rules == null) {
            return Activity.Unknown;
        }
        try {
            var screen = look(pane).screen();
            var seen = printing;
            var quiet = seen == null ? Duration.ZERO : seen.quiet();
            boolean printed = quiet.compareTo(Duration.ofSeconds(rules.quietSeconds())) < 0;
            if (shows(rules.awaitingInput(), screen)) {
                return Activity.AwaitingInput;
            }
            if (shows(rules.working(), screen) || printed) {
                return Activity.Working;
            }
            var limit = rules.idleAfterSeconds();
            boolean silent = limit != null && quiet.compareTo(Duration.ofSeconds(limit)) >= 0;
            return silent || shows(rules.idle(), screen) ? Activity.Idle : Activity.Unknown;
        } catch (TmuxException | Sign.Endless e) {
            return Activity.Unknown;
        }
    }

    /// What its screen calls the model, null: nothing, or it could not be seen.
    @Nullable
    String model(Agent agent, Session.Pane pane) {
        var pattern = agent.spec().modelPattern();
        try {
            return pattern == null ? null : sign(pattern).find(look(pane).screen());
        } catch (TmuxException | Sign.Endless e) {
            return null;
        }
    }

    private Tmux.Glimpse look(Session.Pane pane) throws TmuxException {
        var glimpse = host.tmux().glimpse(pane);
        synchronized (this) {
            printing = Printing.seen(printing, glimpse, host.clock().now());
        }
        return glimpse;
    }

    private boolean shows(@Nullable String pattern, String screen) throws Sign.Endless {
        return pattern != null && sign(pattern).find(screen) != null;
    }

    private Sign sign(String pattern) {
        return signs.computeIfAbsent(pattern, Sign::of);
    }
}
