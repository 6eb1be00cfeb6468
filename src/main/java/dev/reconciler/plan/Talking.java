package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Session;
import dev.reconciler.api.Vitals.Terminal;
import dev.reconciler.plan.Action.OfAgent;
import dev.reconciler.plan.Action.Submit;
import dev.reconciler.plan.Action.Type;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The rows of a program that is to be told something: typed when it is ready, submitted when it stands in its input.
record Talking(Subject of) {
    /// How long the input line has to stand still after a text was typed: chat programs take Enter right behind it for a
    /// part of it (at 0 ms 0 of 5 were submitted, at 50 ms 5 of 5).
    private static final Duration SETTLED = Duration.ofMillis(150);
    /// One that never stands still is not waited for longer.
    private static final Duration RESTLESS = Duration.ofSeconds(5);
    /// A step that failed is tried again after this long.
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final Duration SOONEST = Duration.ofMillis(50);
    private static final Duration LATEST = Duration.ofSeconds(1);

    private @Nullable Delivery open() {
        var run = of.agent().run();
        return run == null ? null : of.agent().dialogue().open(run.id());
    }

    /// The next step, null when there is none now.
    @Nullable
    OfAgent step(Agent want, Session.Pane pane, ProcessRef process, Run run) {
        var delivery = open();
        var terminal = of.vitals().terminal();
        if (delivery == null || terminal == null) {
            return null;
        }
        var submit = switch (delivery.phase()) {
            case Waiting -> 0;
            case Typing -> 0;
            case Typed -> settled(delivery, terminal) ? 1 : 0;
            case Entering -> of.now().reached(delivery.at().plus(RETRY)) ? delivery.enters() : 0;
            case Entered ->
                    of.now().reached(Hearing.again(delivery)) && delivery.enters() < Hearing.ENTERS
                            ? delivery.enters() + 1
                            : 0;
            case Submitted, NotReady, DraftInTheWay, NotSubmitted, Unknown -> 0;
        };
        if (submit > 0) {
            return new Submit(of.name(), pane, process, delivery, submit, terminal.line(), Reason.Submitted);
        }
        boolean waits = delivery.phase() == Delivery.Phase.Waiting
                || delivery.phase() == Delivery.Phase.Typing && of.now().reached(delivery.at().plus(RETRY));
        return waits && new Readiness(want.spec(), run, delivery, terminal, of.now()).ready()
                ? new Type(of.name(), want, pane, process, delivery, terminal.line(), Reason.Typed)
                : null;
    }

    private boolean settled(Delivery delivery, Terminal terminal) {
        return of.now().reached(delivery.at().plus(RESTLESS))
                || of.now().reached(delivery.at().plus(SETTLED)) && of.now().reached(terminal.still().plus(SETTLED));
    }

    /// When to look again, null when nothing is on its way: often at first, seldom when it lasts.
    @Nullable
    Moment again() {
        var delivery = open();
        if (delivery == null) {
            return null;
        }
        var waited = of.now().since(delivery.at()).toNanos();
        var next = of.now().plus(Duration.ofNanos(Math.clamp(waited / 8, SOONEST.toNanos(), LATEST.toNanos())));
        var terminal = of.vitals().terminal();
        next = sooner(next, delivery.due());
        next = sooner(next, delivery.at().plus(SETTLED));
        next = sooner(next, delivery.at().plus(RETRY));
        next = sooner(next, delivery.at().plus(RESTLESS));
        next = sooner(next, Hearing.again(delivery));
        if (terminal != null) {
            next = sooner(next, terminal.still().plus(SETTLED));
            next = sooner(next, terminal.still().plus(Readiness.STILL));
        }
        return next;
    }

    private Moment sooner(Moment next, @Nullable Moment other) {
        return other == null || of.now().reached(other) || other.reached(next) ? next : other;
    }
}
