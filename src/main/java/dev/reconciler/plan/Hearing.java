package dev.reconciler.plan;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Next;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Delivery.Phase;
import dev.reconciler.api.Dialogue;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Vitals;
import dev.reconciler.api.Vitals.DoneFile;
import dev.reconciler.api.Vitals.Terminal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is remembered of what was said to an agent, and by it.
///
/// @param spec null when none is known
record Hearing(@Nullable AgentSpec spec, Vitals vitals, Moment now) {
    /// How long the screen may take to show that Enter was taken, at first; doubled each time.
    private static final Duration TAKEN = Duration.ofSeconds(1);

    /// A text that tmux refuses to type is given up so long after its time.
    private static final Duration FAILING = Duration.ofSeconds(30);

    /// Enter is sent this often at most.
    static final int ENTERS = 4;

    /// When Enter may be sent once more, or be called lost.
    static Moment again(Delivery delivery) {
        return delivery.at().plus(TAKEN.multipliedBy(1L << Math.clamp(delivery.enters() - 1, 0, ENTERS)));
    }

    /// Its own word about its end, before anything is judged. A decision to end it for its silence is void as long as no
    /// TERM was sent, whether it was asked in its own way before or not: what is done is not late, and nobody would end it
    /// for that any more (seed 377987).
    AgentHistory done(AgentHistory history) {
        if (!(vitals.done() instanceof DoneFile.Said(var done)) || !done.run().uid().equals(history.uid())
                || history.dialogue().done(done.run()) != null) {
            return history;
        }
        var edit = new HistoryEdit(history).said(history.dialogue().done(done));
        var run = history.run();
        if (run != null && run.id().equals(done.run()) && run.termination() != null
                && run.termination().reason() == Reason.HeartbeatLost && run.termination().sentAt() == null) {
            edit.run(run.termination(null));
        }
        return edit.done();
    }

    /// A run that was intended is seen: the prompt that goes with it is on its way.
    static @Nullable Dialogue begun(AgentHistory history, Next next, Moment now) {
        var given = next.prompt();
        if (given == null) {
            return history.said();
        }
        var waiting = Delivery.waiting(
                Delivery.PROMPT, next.id(), given.digest(), given.oneLine(), now,
                now.plus(Duration.ofSeconds(given.readySeconds())));
        return given.launched()
                ? history.dialogue()
                        .with(waiting.to(Phase.Submitted, now, "given to the program at its start"))
                        .prompted(given.digest())
                : history.dialogue().with(waiting);
    }

    /// How far deliveries have come, by what the terminal shows.
    AgentHistory deliveries(AgentHistory history) {
        var dialogue = history.dialogue();
        var run = history.run();
        for (var delivery : dialogue.deliveries()) {
            if (delivery.open() && (run == null || run.ended() != null || !delivery.run().equals(run.id()))) {
                dialogue = replaced(dialogue, unheard(delivery));
            }
        }
        var open = run == null || run.ended() != null ? null : dialogue.open(run.id());
        if (open != null && run != null) {
            // One look may tell of several steps.
            var before = open;
            var after = next(before, run);
            while (!after.equals(before)) {
                dialogue = replaced(dialogue, after);
                before = after;
                after = next(before, run);
            }
        }
        return dialogue.equals(history.dialogue()) ? history : new HistoryEdit(history).said(dialogue).done();
    }

    private static Dialogue replaced(Dialogue dialogue, Delivery delivery) {
        var changed = dialogue.replace(delivery);
        return delivery.begun() && delivery.phase() != Phase.Typing && !delivery.digest().isEmpty()
                ? changed.prompted(delivery.digest())
                : changed;
    }

    /// Its run ended.
    private Delivery unheard(Delivery delivery) {
        return delivery.begun()
                ? delivery.to(Phase.Unknown, now, "the run ended before the screen showed that the text was taken")
                : delivery.to(Phase.NotReady, now, "the run ended before it was ready");
    }

    private Delivery next(Delivery delivery, Run run) {
        var terminal = vitals.terminal();
        if (terminal == null && delivery.begun() && now.reached(delivery.due().plus(FAILING))
                && now.reached(delivery.at().plus(FAILING))) {
            return delivery.to(Phase.Unknown, now, "its terminal could not be looked at");
        }
        if (delivery.id().equals(Delivery.PROMPT) && !delivery.begun() && spec != null && spec.prompt() == null) {
            return delivery.to(Phase.NotReady, now, "spec.prompt was removed before the program was ready");
        }
        return switch (delivery.phase()) {
            case Waiting, Typing -> {
                if (terminal != null && terminal.typed().equals(delivery.key())) {
                    yield delivery.to(Phase.Typed, now, "");
                }
                yield now.reached(delivery.due()) ? givenUp(delivery, run, terminal) : delivery;
            }
            case Entering ->
                    terminal != null && terminal.entered().equals(delivery.enterKey(delivery.enters()))
                            ? delivery.to(Phase.Entered, now, "")
                            : delivery;
            case Entered -> terminal == null ? delivery : entered(delivery, terminal);
            case Typed, Submitted, NotReady, DraftInTheWay, NotSubmitted, Unknown -> delivery;
        };
    }

    /// At its time, unless it can be typed right then. That it was not typed is certain: tmux would know.
    private Delivery givenUp(Delivery delivery, Run run, @Nullable Terminal terminal) {
        var readiness = new Readiness(spec, run, delivery, terminal, now);
        if (terminal == null) {
            return delivery.phase() == Phase.Typing
                    ? delivery
                    : delivery.to(Phase.NotReady, now, "not ready in time: " + readiness.why());
        }
        var obstacle = readiness.obstacle();
        if (obstacle == Reason.DraftInTheWay) {
            return delivery.to(Phase.DraftInTheWay, now, "not typed: " + readiness.why());
        }
        boolean over = delivery.phase() == Phase.Typing && now.reached(delivery.due().plus(FAILING));
        if (obstacle == null && readiness.ready() && !over) {
            return delivery;
        }
        var why = readiness.why();
        return delivery.to(
                Phase.NotReady, now,
                "not ready in time: " + (!delivery.why().isEmpty() ? delivery.why()
                        : why != null ? why
                        : "its screen does not come to rest"));
    }

    private Delivery entered(Delivery delivery, Terminal terminal) {
        if (!terminal.line().equals(delivery.line())) {
            return delivery.to(Phase.Submitted, now, "typed, and taken by the program");
        }
        if (!now.reached(again(delivery))) {
            return delivery;
        }
        if (delivery.line().equals(delivery.before())) {
            return delivery.to(Phase.Unknown, now, "typed, and Enter sent; the screen shows neither");
        }
        return delivery.enters() < ENTERS
                ? delivery
                : delivery.to(Phase.NotSubmitted, now, "typed, and it still stands in the program's input after "
                        + delivery.enters() + " times Enter");
    }
}
