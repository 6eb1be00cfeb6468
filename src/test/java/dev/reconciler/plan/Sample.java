package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.ActivitySigns;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Completion;
import dev.reconciler.api.Heartbeat;
import dev.reconciler.api.Prompt;
import dev.reconciler.api.Lifecycle;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.PreStop;
import dev.reconciler.api.Probe;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RestartPolicy;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.api.SpecHash;
import dev.reconciler.api.UpdateStrategy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// Made-up agents, marks and moments.
final class Sample {
    static final String SOURCE = "folder";
    static final String BOOT = "boot";
    static final AgentName ADA = new AgentName("default", "ada");
    static final String UID = "aaaaaaaa00000001";
    static final Policy POLICY = new Policy(Duration.ofSeconds(30), "/home/user");
    static final ProcessRef SERVER = new ProcessRef(50, 50);

    static final Probe PROBE =
            new Probe(new Probe.Exec(List.of("check")), null, null, 0, 10, null, 1, 3);

    private Sample() {}

    static Moment at(long seconds) {
        return moment(BOOT, Duration.ofSeconds(seconds));
    }

    static Moment moment(String boot, Duration sinceBoot) {
        return new Moment(boot, sinceBoot.toNanos(), Instant.EPOCH.plus(sinceBoot));
    }

    static Agent agent() {
        return agent(ADA, s -> s);
    }

    static Agent agent(UnaryOperator<Spec> edit) {
        return agent(ADA, edit);
    }

    static Agent agent(AgentName name, UnaryOperator<Spec> edit) {
        return edit.apply(new Spec()).agent(name);
    }

    static RunId run(long number) {
        return new RunId(UID, number);
    }

    static OwnerMark mark(Agent agent, RunId run) {
        return new OwnerMark(SOURCE, agent.name(), run, agent.runHash(), 1, agent.reconcileDisabled());
    }

    static Session.Pane pane(OwnerMark mark) {
        return new Session.Pane(SERVER, "%" + mark.run().number(), "$1", mark, 0, true, false);
    }

    static Session.Running running(Agent agent, long run, long pid) {
        return new Session.Running(pane(mark(agent, run(run))), new ProcessRef(pid, pid));
    }

    /// As it is noted right after its manifest was first seen.
    static AgentHistory created(Agent agent, String uid, Moment now) {
        return new AgentHistory(
                agent.name(), uid, now, 1, agent.specDigest(), agent.document(),
                agent.spec().terminationGracePeriodSeconds(), agent.spec().preStop(), 0, null, null, null, 0, 0, null,
                null, null, null, null,
                null,
                new TreeMap<>(), null);
    }

    /// A spec to be edited; everything else is the default.
    static final class Spec {
        private List<String> command = List.of("agent");
        private String directory = "/srv/ada";
        private RestartPolicy policy = RestartPolicy.OnFailure;
        private List<AgentSpec.RestartRule> rules = List.of();
        private AgentSpec.Backoff backoff = new AgentSpec.Backoff(10, 300, 600);
        private Integer backoffLimit;
        private boolean suspend;
        private int grace = 30;
        private Integer deadline;
        private Integer ttl;
        private UpdateStrategy strategy = UpdateStrategy.OnExit;
        private boolean disabled;
        private Prompt prompt;
        private Completion completion = Completion.BY_EXIT;
        private Heartbeat heartbeat;
        private Probe startup;
        private Probe readiness;
        private Probe liveness;
        private ActivitySigns activity;
        private Lifecycle lifecycle;
        private String model;
        private String modelPattern;

        Spec command(String... value) {
            command = List.of(value);
            return this;
        }

        Spec directory(String value) {
            directory = value;
            return this;
        }

        Spec policy(RestartPolicy value) {
            policy = value;
            return this;
        }

        Spec rule(AgentSpec.Operator operator, Integer... codes) {
            rules = List.of(new AgentSpec.RestartRule(
                    AgentSpec.RuleAction.Restart, new AgentSpec.ExitCodes(operator, List.of(codes))));
            return this;
        }

        Spec backoffLimit(int value) {
            backoffLimit = value;
            return this;
        }

        Spec suspend() {
            suspend = true;
            return this;
        }

        Spec grace(int value) {
            grace = value;
            return this;
        }

        Spec deadline(int value) {
            deadline = value;
            return this;
        }

        Spec ttl(int value) {
            ttl = value;
            return this;
        }

        Spec strategy(UpdateStrategy value) {
            strategy = value;
            return this;
        }

        Spec prompt(String text, Prompt.On on) {
            prompt = new Prompt(text, null, Prompt.Means.Paste, on, 5);
            return this;
        }

        Spec completion(Completion.By by, Completion.OnDone onDone) {
            completion = new Completion(by, onDone);
            return this;
        }

        Spec heartbeat(int timeout, int grace) {
            heartbeat = new Heartbeat(timeout, grace);
            return this;
        }

        Spec disabled() {
            disabled = true;
            return this;
        }

        Spec startup() {
            startup = PROBE;
            return this;
        }

        Spec readiness() {
            readiness = PROBE;
            return this;
        }

        Spec liveness() {
            liveness = PROBE;
            return this;
        }

        Spec activity() {
            activity = new ActivitySigns("y/n", "esc to interrupt", "^> $", 3, null);
            return this;
        }

        Spec preStop(PreStop value) {
            lifecycle = new Lifecycle(value);
            return this;
        }

        Spec model(String value, String pattern) {
            model = value;
            modelPattern = pattern;
            return this;
        }

        Agent agent(AgentName name) {
            var annotations = new TreeMap<String, String>();
            if (disabled) {
                annotations.put(Agent.RECONCILE, "disabled");
            }
            var spec = new AgentSpec(
                    command, List.of(), directory, false, List.of(), policy, rules, backoff, backoffLimit, suspend,
                    grace,
                    deadline, ttl, strategy, startup, readiness, liveness, activity, lifecycle, model, modelPattern,
                    new AgentSpec.Terminal(200, 50, 2000), new AgentSpec.Logs(10 << 20, 5), prompt, completion,
                    heartbeat);
            var hash = Integer.toHexString((command + directory).hashCode());
            return new Agent(
                    name, new TreeMap<>(), annotations, spec, new SpecHash(SpecHash.CURRENT, hash),
                    Integer.toHexString(spec.hashCode()), name + " " + spec + annotations,
                    new Agent.Origin("ada.yaml", 1));
        }
    }
}
