package dev.reconciler.controller;

import dev.reconciler.actuate.Outcome;
import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Grant;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.desired.Reader;
import dev.reconciler.observed.Inventory;
import dev.reconciler.observed.ScopeInventory;
import dev.reconciler.plan.Finding;
import dev.reconciler.status.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a program of a run may ask: to look, to send texts, and what its agent's `spec.grants` names, as that is at the
/// moment. A guard rail against mistakes: all programs of one user can do without it what that user can.
public final class GrantedAccess implements Access {
    private final Access all;
    private final RunId run;

    public GrantedAccess(Access all, RunId run) {
        this.all = all;
        this.run = run;
    }

    /// @param what in a sentence, after "may not"
    /// @throws Refusal unless it is granted, with the name of what is missing
    public void need(Grant grant, String what) throws Refusal {
        var agent = agent();
        if (agent == null) {
            throw new Refusal("forbidden: run " + run + " is over: nothing is granted to it");
        }
        if (!granted(agent).contains(grant)) {
            throw new Refusal("forbidden: agent \"" + agent.name() + "\" may not " + what + ": " + grant
                    + " is not among its spec.grants");
        }
    }

    private @Nullable AgentName agent() {
        for (var agent : all.view().statuses().values()) {
            if (agent.uid().equals(run.uid())) {
                return agent.name();
            }
        }
        return null;
    }

    private List<Grant> granted(AgentName name) {
        var agent = switch (all.view().desired().of(name)) {
            case Desire.Wanted(var wanted) -> wanted;
            case Desire.Suspended(var wanted) -> wanted;
            case Desire.Unreadable(var lastGood, var why) -> lastGood;
            case Desire.Unwanted() -> lastGood(name);
        };
        return agent == null ? List.of() : agent.spec().grants();
    }

    /// Its manifest is gone, and it runs on for a while.
    private @Nullable Agent lastGood(AgentName name) {
        var known = all.view().history().agents().get(name);
        return known == null || known.lastGood() == null ? null : Reader.restore(known.lastGood());
    }

    private void needStop(AgentName name, String what) throws Refusal {
        if (name.equals(agent())) {
            need(Grant.StopSelf, what + " itself");
        } else {
            need(Grant.StopOthers, what + " other agents");
        }
    }

    @Override
    public void delete(AgentName name, @Nullable Integer graceSeconds) throws Refusal {
        needStop(name, "delete");
        all.delete(name, graceSeconds);
    }

    @Override
    public void rolloutRestart(AgentName name) throws Refusal {
        needStop(name, "restart");
        all.rolloutRestart(name);
    }

    @Override
    public void mayType(AgentName name) throws Refusal {
        needStop(name, "take over the terminal of");
    }

    @Override
    public Path socket(String namespace) {
        return all.socket(namespace);
    }

    @Override
    public List<AgentName> approve(List<AgentName> names) throws Refusal {
        need(Grant.Approve, "approve");
        return all.approve(names);
    }

    @Override
    public void suspendSource(boolean suspended) throws Refusal {
        need(Grant.Apply, "suspend or resume the folder");
        all.suspendSource(suspended);
    }

    @Override
    public String syncSource() throws Refusal {
        return all.syncSource();
    }

    @Override
    public Forecast forecast(String revision) throws Refusal {
        return all.forecast(revision);
    }

    @Override
    public String rescue(ProcessRef server) throws Refusal {
        need(Grant.Rescue, "rescue tmux servers");
        return all.rescue(server);
    }

    @Override
    public Outcome reap(Finding finding) throws Refusal {
        need(Grant.CollectGarbage, "end what gc finds");
        return all.reap(finding);
    }

    @Override
    public String send(AgentName name, String text, Duration limit) throws Refusal {
        return all.send(name, text, limit);
    }

    @Override
    public Moment now() {
        return all.now();
    }

    @Override
    public View view() {
        return all.view();
    }

    @Override
    public View next(View seen, Duration limit) throws InterruptedException {
        return all.next(seen, limit);
    }

    @Override
    public List<Event> events() {
        return all.events();
    }

    @Override
    public Path logs() {
        return all.logs();
    }

    @Override
    public Path manifests() {
        return all.manifests();
    }

    @Override
    public String screen(AgentName name, int history, boolean ansi) throws Refusal {
        return all.screen(name, history, ansi);
    }

    @Override
    public Inventory servers(Inventory.Witness witness, boolean ask) {
        return all.servers(witness, ask);
    }

    @Override
    public ScopeInventory scopes() {
        return all.scopes();
    }

    @Override
    public List<Inventory.Entry> lostServers() {
        return all.lostServers();
    }

    @Override
    public List<Finding> garbage(Set<Long> foreign) {
        return all.garbage(foreign);
    }
}
