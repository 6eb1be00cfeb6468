package dev.reconciler.cli;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Source;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.DecisionTable;
import dev.reconciler.recording.Inputs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What led to a decision, in words.
final class ReplayFacts {
    private final Inputs inputs;

    private ReplayFacts(Inputs inputs) {
        this.inputs = inputs;
    }

    static Map<String, String> of(Inputs inputs, Action action) {
        var facts = new ReplayFacts(inputs);
        return switch (action) {
            case Action.OfAgent about -> facts.agent(about);
            case Action.OfServer about -> facts.server(about.namespace());
            case Action.OfUnit about -> Map.of();
        };
    }

    /// Empty for a unit.
    static String namespace(Action action) {
        return switch (action) {
            case Action.OfAgent about -> about.name().namespace();
            case Action.OfServer about -> about.namespace();
            case Action.OfUnit about -> "";
        };
    }

    private Map<String, String> agent(Action.OfAgent action) {
        var name = action.name();
        var desire = inputs.desired().of(name);
        var session = inputs.observed().sessions().get(name);
        var facts = new LinkedHashMap<String, String>();
        var rows = session == null ? List.<String>of() : DecisionTable.rows(desire, session, action, decided(name));
        facts.put("row", rows.isEmpty() ? "none: nothing was noted of it yet" : String.join("\n", rows));
        facts.put("desired", desired(name, desire) + "; folder " + source(inputs.desired().source()));
        facts.put("observed", session == null ? "not looked at" : Text.session(session) + server(name));
        facts.put("history", history(inputs.history().agents().get(name)));
        return facts;
    }

    private boolean decided(AgentName name) {
        var agent = inputs.history().agents().get(name);
        var run = agent == null ? null : agent.run();
        return run != null && run.termination() != null;
    }

    private String server(AgentName name) {
        var server = inputs.observed().servers().get(name.namespace());
        return "; its server " + (server == null ? "was not looked at" : Text.server(server));
    }

    private Map<String, String> server(String namespace) {
        var facts = new LinkedHashMap<String, String>();
        var server = inputs.observed().servers().get(namespace);
        facts.put("observed", server == null ? "not looked at" : Text.server(server));
        var known = inputs.history().fleet().servers().get(namespace);
        if (known != null) {
            facts.put("history", "rescued " + known.rescued() + " times, tries in vain: " + known.rescues()
                    + " rescues, " + known.startFailures() + " starts"
                    + (known.message().isEmpty() ? "" : ": " + known.message()));
        }
        return facts;
    }

    private String desired(AgentName name, Desire desire) {
        return switch (desire) {
            case Desire.Wanted(var agent) -> "wanted by " + agent.origin();
            case Desire.Suspended(var agent) -> "suspended by " + agent.origin();
            case Desire.Unreadable(var lastGood, var why) ->
                    "cannot be read: " + why
                            + (lastGood == null ? ", and never could" : "; its last good version counts");
            case Desire.Unwanted() -> {
                var agent = inputs.history().agents().get(name);
                var since = agent == null ? null : agent.absentSince();
                yield "no file asks for it" + (since == null ? "" : ", since " + ago(since));
            }
        };
    }

    private static String source(Source source) {
        return (source.complete() ? "complete" : "incomplete") + (source.settled() ? ", settled" : ", changing")
                + (source.empty() ? ", empty" : "")
                + (source.problems().isEmpty() ? ""
                        : ", " + Text.count(source.problems().size(), "problem") + ": "
                                + String.join("; ", source.problems()));
    }

    private String history(@Nullable AgentHistory agent) {
        if (agent == null) {
            return "nothing";
        }
        var words = new ArrayList<String>();
        run(words, agent.run());
        if (agent.duplicate() != null) {
            run(words, agent.duplicate());
        }
        var next = agent.next();
        if (next != null) {
            words.add("run " + next.id().number() + " intended " + ago(next.at()) + " (" + next.reason() + ")");
        }
        words.add(Text.count(agent.restarts(), "restart") + ", " + Text.count(agent.failures(), "failure"));
        var backoff = agent.backoff();
        if (backoff != null) {
            words.add("back-off " + backoff.seconds() + "s");
        }
        var delete = agent.delete();
        if (delete != null) {
            words.add("a person said delete " + ago(delete.at()));
        }
        if (agent.rollout() != null) {
            words.add("a person said rollout restart of run " + agent.rollout().number());
        }
        var refused = agent.startFailure();
        if (refused != null) {
            words.add(Text.count(refused.count(), "refused start") + ", the last " + ago(refused.at()));
        }
        return String.join("; ", words);
    }

    private void run(List<String> words, AgentHistory.@Nullable Run run) {
        if (run == null) {
            words.add("no run yet");
            return;
        }
        words.add("run " + run.id().number() + " since " + ago(run.startedAt()));
        var end = run.termination();
        if (end != null) {
            words.add("its end was decided " + ago(end.decidedAt()) + " (" + end.reason() + ")"
                    + (end.sentAt() == null ? "" : ", TERM " + ago(end.sentAt()))
                    + (end.killedAt() == null ? "" : ", KILL " + ago(end.killedAt())));
        }
        var ended = run.ended();
        if (ended != null) {
            words.add("it ended " + ago(ended.at()) + " (" + AgentTable.exit(ended.exit()) + "), "
                    + (ended.by() == null ? "by itself" : "by the reconciler (" + ended.by() + ")"));
        }
    }

    /// `2m4s before`, by the clock that does not jump.
    private String ago(Moment moment) {
        return moment.sameBoot(inputs.at())
                ? Ages.human(inputs.at().since(moment)) + " before"
                : "before a reboot, at " + Text.time(moment.wall());
    }
}
