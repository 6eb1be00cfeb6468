package dev.reconciler.observed;

import dev.reconciler.api.Activity;
import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.Health;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Probe;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.host.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One run that is asked how it is: what is due when, and what the answers came to. Used under [Prober]'s lock, except for
/// the questions themselves.
final class Patient {
    /// How often a screen is looked at for what the agent does and which model it names.
    private static final Duration GLANCE = Duration.ofSeconds(2);
    /// The first screens are those of this long.
    private static final Duration FIRST_SCREENS = Duration.ofMinutes(1);

    final RunId run;
    private final Moment startedAt;
    private final Questions questions;
    private final EnumMap<Probe.Kind, Asked> probes = new EnumMap<>(Probe.Kind.class);
    private Agent agent;
    private Session.Pane pane;
    private Health health;
    private Moment glance;
    private boolean glancing;

    /// One probe.
    private static final class Asked {
        final Probe probe;
        Moment due;
        boolean open;
        Tally tally;

        Asked(Probe probe, Moment due, Health.@Nullable Answer known) {
            this.probe = probe;
            this.due = due;
            tally = new Tally(0, known != null && known.passed(), known);
        }
    }

    /// A question to be asked now, away from any lock, and what to do with its answer, under the lock again.
    record Question(Runnable ask, Runnable answered) {}

    /// @param known what is remembered of this run's health: a daemon that restarts makes nobody unready
    Patient(Host host, Agent agent, AgentHistory.Run known, Session.Pane pane, Moment now) {
        run = known.id();
        startedAt = known.startedAt();
        questions = new Questions(host);
        this.agent = agent;
        this.pane = pane;
        health = known.said().activity(null);
        glance = now;
        for (var kind : Probe.Kind.values()) {
            renew(kind, health.of(kind), now);
        }
        forgetUnasked();
    }

    /// The spec or the pane may have changed: a changed probe begins anew, the others go on.
    void aim(Agent wanted, Session.Pane seen, Moment now) {
        agent = wanted;
        pane = seen;
        for (var kind : Probe.Kind.values()) {
            var asked = probes.get(kind);
            var probe = wanted.spec().probe(kind);
            if (asked == null ? probe != null : !asked.probe.equals(probe)) {
                renew(kind, null, now);
            }
        }
        forgetUnasked();
    }

    private void renew(Probe.Kind kind, Health.@Nullable Answer known, Moment now) {
        var probe = agent.spec().probe(kind);
        if (probe == null) {
            probes.remove(kind);
            health = health.with(kind, null);
        } else {
            var first = startedAt.plus(Duration.ofSeconds(probe.initialDelaySeconds()));
            probes.put(kind, new Asked(probe, now.reached(first) ? now : first, known));
            health = health.with(kind, known);
        }
    }

    /// What nobody asks any more has no answer; what is asked and not answered yet is Unknown.
    private void forgetUnasked() {
        health = health.asked(agent.spec());
        if (agent.spec().activity() != null && health.activity() == null) {
            health = health.activity(Activity.Unknown);
        }
    }

    Health health() {
        return health;
    }

    /// When the next question is due, null: none is.
    @Nullable
    Moment due(Moment now) {
        @Nullable
        Moment due = glances(now) && !glancing ? glance : null;
        for (var kind : Probe.Kind.values()) {
            var asked = probes.get(kind);
            if (asked != null && !asked.open && applies(kind, asked)) {
                due = Moment.earlier(due, asked.due);
            }
        }
        return due;
    }

    private boolean glances(Moment now) {
        return agent.spec().activity() != null || readsModel(now);
    }

    private boolean readsModel(Moment now) {
        return agent.spec().modelPattern() != null
                && health.model() == null
                && now.since(startedAt).compareTo(FIRST_SCREENS) < 0;
    }

    /// The startup probe gates the others and is over once it passed; what failed for good is not asked again: the run is
    /// being ended.
    private boolean applies(Probe.Kind kind, Asked asked) {
        var verdict = asked.tally.verdict();
        return switch (kind) {
            case Startup -> verdict == null;
            case Readiness -> started();
            case Liveness -> started() && (verdict == null || verdict.passed());
        };
    }

    private boolean started() {
        var startup = probes.get(Probe.Kind.Startup);
        return startup == null || startup.tally.verdict() != null && startup.tally.verdict().passed();
    }

    /// All that is due; it counts as being asked from now on.
    List<Question> begin(Moment now) {
        var questions = new ArrayList<Question>();
        for (var kind : Probe.Kind.values()) {
            var asked = probes.get(kind);
            if (asked != null && !asked.open && applies(kind, asked) && now.reached(asked.due)) {
                questions.add(begin(kind, asked, now));
            }
        }
        if (glances(now) && !glancing && now.reached(glance)) {
            questions.add(glance(now));
        }
        return questions;
    }

    private Question begin(Probe.Kind kind, Asked asked, Moment now) {
        asked.open = true;
        asked.due = now.plus(asked.probe.period());
        var answer = new Reply[] {new Reply.Unasked("a defect of reconciler itself")};
        var whom = agent;
        var where = pane;
        return new Question(
                () -> answer[0] = questions.ask(whom, where, asked.probe), () -> answered(kind, asked, answer[0]));
    }

    private void answered(Probe.Kind kind, Asked asked, Reply reply) {
        asked.open = false;
        if (probes.get(kind) != asked) {
            return;
        }
        asked.tally = asked.tally.after(reply, asked.probe);
        health = health.with(kind, asked.tally.verdict())
                .trouble(reply instanceof Reply.Unasked(var why)
                        ? kind.name().toLowerCase(Locale.ROOT) + " probe: " + why
                        : null);
    }

    private Question glance(Moment now) {
        glancing = true;
        glance = now.plus(GLANCE);
        boolean reads = readsModel(now);
        var whom = agent;
        var where = pane;
        var seen = new Health[] {Health.UNKNOWN};
        return new Question(
                () -> seen[0] = new Health(
                        null, null, null, questions.activity(whom, where), reads ? questions.model(whom, where) : null,
                        null),
                () -> {
                    glancing = false;
                    health = health.activity(seen[0].activity());
                    if (seen[0].model() != null) {
                        health = health.model(seen[0].model());
                    }
                    forgetUnasked();
                });
    }
}
