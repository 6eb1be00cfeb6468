package dev.reconciler.controller;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Moment;
import dev.reconciler.api.RunId;
import dev.reconciler.host.LogFiles;
import dev.reconciler.host.Machine;
import dev.reconciler.actuate.Messages;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Drops what nobody needs any more: old output, words of runs that are gone, texts that were delivered.
final class Pruning {
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Logger LOG = System.getLogger("reconciler");

    private final Machine machine;
    private final Executor executor;
    private final LogFiles logs;
    private @Nullable Moment last;

    /// @param executor where it is done
    Pruning(Machine machine, Executor executor, LogFiles logs) {
        this.machine = machine;
        this.executor = executor;
        this.logs = logs;
    }

    /// After a round, when it is time.
    ///
    /// @param view null when no look succeeded yet
    void after(@Nullable View view) {
        var now = machine.clock().now();
        if (view == null || last != null && now.since(last).compareTo(EVERY) < 0) {
            return;
        }
        last = now;
        executor.execute(() -> forget(view));
        executor.execute(() -> view.desired().desires().forEach(this::prune));
    }

    /// Words of runs that are gone, and texts that were delivered.
    private void forget(View view) {
        var runs = new ArrayList<RunId>();
        var texts = new ArrayList<String>();
        for (var agent : view.history().agents().values()) {
            Stream.of(agent.run(), agent.duplicate())
                    .filter(run -> run != null)
                    .forEach(run -> runs.add(run.id()));
            if (agent.next() != null) {
                runs.add(agent.next().id());
            }
            agent.dialogue().deliveries().stream().filter(Delivery::open).forEach(d -> texts.add(d.key()));
        }
        machine.runFiles().keep(runs);
        logs.keep(view.desired().desires().keySet());
        try {
            Messages.keep(machine.storage(), texts, view.at());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot drop delivered messages: {0}", e.getMessage());
        }
    }

    private void prune(AgentName name, Desire desire) {
        AgentSpec.@Nullable Logs keep =
                switch (desire) {
                    case Desire.Wanted(var agent) -> agent.spec().logs();
                    case Desire.Suspended(var agent) -> agent.spec().logs();
                    case Desire.Unwanted() -> null;
                    case Desire.Unreadable(var lastGood, var why) -> null;
                };
        try {
            if (keep != null) {
                logs.prune(name, keep.keep(), keep.maxBytes());
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot drop old output of {0}: {1}", name, e.getMessage());
        }
    }
}
