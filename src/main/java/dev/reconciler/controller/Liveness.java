package dev.reconciler.controller;

import dev.reconciler.api.Moment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the service manager is told of the daemon: that it is ready, and that rounds go on. A daemon whose rounds fail or
/// hang falls silent and is started again. A tmux server that does not answer is no reason for that.
final class Liveness {
    /// How often it is told, unless it asks for more.
    private static final Duration TOLD = Duration.ofSeconds(10);
    /// How old the last whole round may be: many times what one takes, and the wait before it.
    private static final Duration OLDEST = Duration.ofSeconds(60);

    private final Manager manager;
    private final Duration every;
    private volatile @Nullable Moment ended;

    /// Who is told.
    interface Manager {
        /// @param assignments such as `READY=1`
        void say(String... assignments);
    }

    /// @param watchdog how long it may be silent, null: as long as it likes
    Liveness(Manager manager, @Nullable Duration watchdog) {
        this.manager = manager;
        var half = watchdog == null ? TOLD : watchdog.dividedBy(2);
        every = half.compareTo(TOLD) < 0 ? half : TOLD;
    }

    void ready(@Nullable View view) {
        manager.say("READY=1", status(view));
    }

    /// A round came to its end.
    void ended(Moment now) {
        ended = now;
    }

    /// How much time is between one [#tell] and the next.
    Duration every() {
        return every;
    }

    void tell(Moment now, @Nullable View view) {
        var last = ended;
        if (last != null && now.since(last).compareTo(OLDEST) < 0) {
            manager.say("WATCHDOG=1", status(view));
        }
    }

    void stopping() {
        manager.say("STOPPING=1");
    }

    private static String status(@Nullable View view) {
        if (view == null) {
            return "STATUS=looking for the first time";
        }
        long running = view.statuses().values().stream().filter(s -> s.phase().equals("Running")).count();
        return "STATUS=" + view.statuses().size() + " agents, " + running + " running";
    }
}
