package dev.reconciler.cli;

import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Moment;
import dev.reconciler.controller.Access;
import dev.reconciler.controller.View;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Waits for the world, one picture after the other.
final class Watcher {
    private static final Duration BEAT = Duration.ofSeconds(1);

    /// How long a manifest that was just written may take to be seen: a person who typed a wrong name waits as long.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /// kubectl: a negative timeout means a week.
    private static final Duration WEEK = Duration.ofDays(7);

    private final Call call;
    private final Access access;
    private final Moment deadline;
    private View view;

    Watcher(Call call, Duration timeout) throws Access.Refusal {
        this.call = call;
        this.access = call.access();
        this.view = access.view();
        this.deadline = access.now().plus(timeout.isNegative() ? WEEK : timeout);
    }

    View view() {
        return view;
    }

    /// The next picture; false when the time is over or nobody waits any more.
    boolean next() throws InterruptedException {
        if (call.gone() || access.now().reached(deadline)) {
            return false;
        }
        var left = deadline.since(access.now());
        view = access.next(view, left.compareTo(BEAT) < 0 ? left : BEAT);
        return true;
    }

    /// Null when nothing of that name is known, even after a moment: its file may just have been written.
    static @Nullable AgentStatus find(Call call, Namespaced namespaced, String name)
            throws Access.Refusal, InterruptedException {
        var watcher = new Watcher(call, PATIENCE);
        while (true) {
            var status = namespaced.find(watcher.view, name);
            if (status != null || watcher.view.daemonPid() == null || !watcher.next()) {
                return status;
            }
        }
    }
}
