package dev.reconciler.controller;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import dev.reconciler.host.Host;
import dev.reconciler.plan.Policy;
import java.io.IOException;

/// What a person asks of the manifests folder as a whole.
record SourceDesk(Host host, Settings settings, Policy policy, Words words, Runnable wake) {
    void suspend(boolean suspended) throws Access.Refusal {
        words.record(null, history -> new History(
                history.fleet().source(history.fleet().whence().suspended(suspended)), history.agents()));
        wake.run();
    }

    String sync() {
        var error = host.folder().sync();
        wake.run();
        return error;
    }

    Forecast forecast(View view, String revision) throws Access.Refusal {
        try {
            return Forecast.of(host, view, settings, policy, revision);
        } catch (IOException e) {
            throw new Access.Refusal(String.valueOf(e.getMessage()));
        }
    }

    /// A commit that asks for an agent would go on asking.
    ///
    /// @throws Access.Refusal naming the file to change and commit
    void refuseCommitted(View view, AgentName name) throws Access.Refusal {
        var commits = settings.commits();
        var asked = view.desired().of(name).agent();
        if (commits == null || asked == null) {
            return;
        }
        var checkout = view.desired().source().checkout();
        var revision = checkout == null || checkout.revision() == null ? "" : " of " + checkout.revision().brief();
        throw new Access.Refusal("agent \"" + name.name() + "\" stands in "
                + commits.place(settings.manifests(), asked.origin().file()) + revision
                + ", and agents are read from commits (source.mode: Commit): remove it there and commit that");
    }
}
