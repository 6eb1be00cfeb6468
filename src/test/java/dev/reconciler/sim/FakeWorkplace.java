package dev.reconciler.sim;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.Prompt;
import dev.reconciler.api.PromptText;
import dev.reconciler.host.Confinement;
import dev.reconciler.host.Scopes;
import dev.reconciler.host.Workplace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/// Directories, programs and secret files that come and go.
final class FakeWorkplace implements Workplace {
    private final FakeScopes scopes;
    /// The commands of every agent's probes and preStop.
    static final String ALIVE = "alive";
    static final String SAVE = "save";
    static final String HOME = "/home/ada";

    private final TreeSet<String> missing = new TreeSet<>();
    private final FakeClock clock;
    private final Gate gate;
    private boolean hangs;
    private boolean ill;
    private long lastIll = -1;
    private final TreeMap<String, Ran> answers = new TreeMap<>();
    private final TreeMap<String, Integer> ran = new TreeMap<>();

    FakeWorkplace(FakeScopes scopes, FakeClock clock, Gate gate) {
        this.scopes = scopes;
        this.clock = clock;
        this.gate = gate;
    }

    /// Every liveness probe fails from now on.
    void ill(boolean now) {
        ill = now;
    }

    /// When a probe failed last, of [FakeClock#lived]; negative before the first.
    long lastIll() {
        return lastIll;
    }

    @Override
    public Preflight check(AgentSpec spec) {
        if (scopes.service() instanceof Scopes.Service.Silent(var why)) {
            return new Preflight.Unseen(why);
        }
        if (hangs) {
            return new Preflight.Unseen("looking took longer than 2 s");
        }
        var why = lack(spec);
        return why == null ? new Preflight.Passed() : new Preflight.WouldFail(why);
    }

    private String lack(AgentSpec spec) {
        var directory = directory(spec);
        if (missing.contains(directory) && !spec.createWorkingDirectory()) {
            return "directory " + directory + " does not exist";
        }
        if (missing.contains(spec.command().getFirst())) {
            return "program " + spec.command().getFirst() + " does not exist";
        }
        var limits = spec.resources().limits();
        return spec.resources().required() ? Confinement.unenforced(limits, scopes.service()) : null;
    }

    @Override
    public Ran run(Agent agent, List<String> command, Duration limit, BooleanSupplier hurried) {
        ran.merge(command.getFirst(), 1, Integer::sum);
        if (command.getFirst().equals(SAVE) && !answers.containsKey(SAVE)) {
            return gate.pass(new Effect.Save(agent.name()), () -> new Ran.Ended(0, ""));
        }
        if (command.getFirst().equals(ALIVE) && !answers.containsKey(ALIVE)) {
            lastIll = ill ? clock.lived() : lastIll;
            return hangs ? new Ran.NotStarted("no answer") : new Ran.Ended(ill ? 1 : 0, "");
        }
        return answers.getOrDefault(command.getFirst(), new Ran.NotStarted("no program " + command.getFirst()));
    }

    @Override
    public Prepared prepare(AgentSpec spec) throws IOException {
        var why = lack(spec);
        if (why != null) {
            throw new IOException(why);
        }
        missing.remove(directory(spec));
        var environment = new TreeMap<String, String>();
        var secrets = new ArrayList<String>();
        for (var variable : spec.env()) {
            if (variable.valueFrom() != null) {
                secrets.add(variable.name());
            }
            environment.put(variable.name(), variable.valueFrom() == null ? variable.value() : "secret");
        }
        var argv = new ArrayList<>(spec.argv());
        argv.set(0, argv.getFirst().contains("/") ? argv.getFirst() : "/usr/bin/" + argv.getFirst());
        return new Prepared(argv, directory(spec), environment, List.copyOf(secrets), null, manager(spec));
    }

    @Override
    public String prompt(Prompt prompt) {
        return PromptText.plain(String.valueOf(prompt.text()));
    }

    private Scopes.Service.Answers manager(AgentSpec spec) throws IOException {
        if (scopes.service() instanceof Scopes.Service.Silent(var why)) {
            throw new IOException(why);
        }
        return scopes.service() instanceof Scopes.Service.Answers answers ? answers : null;
    }

    private static String directory(AgentSpec spec) {
        var directory = spec.workingDirectory();
        if (directory.equals("~")) {
            return HOME;
        }
        return directory.startsWith("~/") ? HOME + directory.substring(1) : directory;
    }

    /// What a command comes to from now on.
    void answer(String command, Ran ran) {
        answers.put(command, ran);
    }

    /// How often a command was run.
    int ran(String command) {
        return ran.getOrDefault(command, 0);
    }

    /// A program or directory vanishes.
    void lose(String path) {
        missing.add(path);
    }

    void restore() {
        missing.clear();
        hangs = false;
        ill = false;
    }

    /// The disk behind it does not answer.
    void hang() {
        hangs = true;
    }

    boolean lacks(String path) {
        return missing.contains(path);
    }
}
