package dev.reconciler.controller;

import dev.reconciler.api.Moment;
import dev.reconciler.host.NotifySocket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the service manager is told of the daemon: that it is ready, and that rounds go on. A daemon whose rounds fail or
/// hang falls silent and is started again. A tmux server that does not answer is no reason for that.
final class Liveness {
    /// How often it is told, and how old the last whole round may be.
    private static final Duration TOLD = Duration.ofSeconds(10);

    private final NotifySocket notify;
    private @Nullable Moment ended;
    private @Nullable Moment told;

    Liveness(NotifySocket notify) {
        this.notify = notify;
    }

    void ready(@Nullable View view) {
        notify.say("READY=1", status(view));
    }

    /// A round came to its end.
    void ended(Moment now) {
        ended = now;
    }

    /// Nothing more often than every ten seconds.
    void tell(Moment now, @Nullable View view) {
        var last = ended;
        boolean late = last == null || now.since(last).compareTo(TOLD) >= 0;
        if (!late && (told == null || now.since(told).compareTo(TOLD) >= 0)) {
            told = now;
            notify.say("WATCHDOG=1", status(view));
        }
    }

    void stopping() {
        notify.say("STOPPING=1");
    }

    private static String status(@Nullable View view) {
        if (view == null) {
            return "STATUS=looking for the first time";
        }
        long running = view.statuses().values().stream().filter(s -> s.phase().equals("Running")).count();
        return "STATUS=" + view.statuses().size() + " agents, " + running + " running";
    }
}
