package dev.reconciler.observed;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Health;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Session;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.host.Host;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Asks running programs how they are, beside the rounds and never in them: each question has a worker and a time limit
/// of its own, so that one that hangs delays nobody but itself. Rounds read what the answers came to.
public final class Prober {
    private final Host host;
    private final Executor workers;
    private final Runnable wake;
    private final Runnable alarm;
    private final TreeMap<AgentName, Patient> patients = new TreeMap<>();
    private volatile SortedMap<AgentName, Health.Of> health = Collections.emptySortedMap();

    /// @param workers one thread for each question that is open: they block
    /// @param wake asks for a round, because somebody's health changed
    /// @param alarm asks for [#ask], because it may be due sooner
    public Prober(Host host, Executor workers, Runnable wake, Runnable alarm) {
        this.host = host;
        this.workers = workers;
        this.wake = wake;
        this.alarm = alarm;
    }

    /// Whom to ask from now on: every wanted agent with something to be asked, as long as its run is not being ended. A run
    /// that cannot be seen right now is asked where it was seen last.
    public void aim(DesiredState desired, ObservedState observed, History history) {
        synchronized (this) {
            var now = host.clock().now();
            var asked = new TreeSet<AgentName>();
            desired.desires().forEach((name, desire) -> {
                var agent = agent(desire);
                var known = history.agents().get(name);
                var run = known == null ? null : known.run();
                if (agent != null && worth(agent.spec()) && run != null && run.ended() == null
                        && run.termination() == null
                        && aim(agent, run, observed.sessions().get(name), now)) {
                    asked.add(name);
                }
            });
            patients.keySet().retainAll(asked);
            publish();
            if (patients.isEmpty()) {
                return;
            }
        }
        alarm.run();
    }

    /// @return whether it can be asked
    private boolean aim(Agent agent, AgentHistory.Run run, @Nullable Session session, Moment now) {
        var patient = patients.get(agent.name());
        boolean same = patient != null && patient.run.equals(run.id());
        if (!(session instanceof Session.Running(var pane, var process)) || !pane.mark().run().equals(run.id())) {
            return same;
        }
        if (patient == null || !same) {
            patients.put(agent.name(), new Patient(host, agent, run, pane, now));
        } else {
            patient.aim(agent, pane, now);
        }
        return true;
    }

    private static @Nullable Agent agent(Desire desire) {
        return switch (desire) {
            case Desire.Wanted(var agent) -> agent;
            case Desire.Suspended(var agent) -> null;
            case Desire.Unwanted() -> null;
            case Desire.Unreadable(var lastGood, var why) -> lastGood;
        };
    }

    private static boolean worth(AgentSpec spec) {
        return spec.startupProbe() != null
                || spec.readinessProbe() != null
                || spec.livenessProbe() != null
                || spec.activity() != null
                || spec.modelPattern() != null;
    }

    /// What the answers came to, of each run that is asked.
    public SortedMap<AgentName, Health.Of> health() {
        return health;
    }

    /// Begins all questions that are due.
    ///
    /// @return when the next one is, null: none
    public @Nullable Moment ask() {
        var questions = new ArrayList<Patient.Question>();
        synchronized (this) {
            var now = host.clock().now();
            patients.values().forEach(patient -> questions.addAll(patient.begin(now)));
        }
        begin(questions);
        synchronized (this) {
            var now = host.clock().now();
            @Nullable
            Moment due = null;
            for (var patient : patients.values()) {
                due = Moment.earlier(due, patient.due(now));
            }
            return due;
        }
    }

    private void begin(List<Patient.Question> questions) {
        for (var question : questions) {
            workers.execute(() -> {
                try {
                    question.ask().run();
                } finally {
                    answered(question);
                }
            });
        }
    }

    private void answered(Patient.Question question) {
        boolean news;
        synchronized (this) {
            question.answered().run();
            news = publish();
        }
        alarm.run();
        if (news) {
            wake.run();
        }
    }

    private boolean publish() {
        var now = new TreeMap<AgentName, Health.Of>();
        patients.forEach((name, patient) -> now.put(name, new Health.Of(patient.run, patient.health())));
        boolean news = !now.equals(health);
        if (news) {
            health = Collections.unmodifiableSortedMap(now);
        }
        return news;
    }
}
