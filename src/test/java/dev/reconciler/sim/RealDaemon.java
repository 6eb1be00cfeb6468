package dev.reconciler.sim;

import dev.reconciler.plan.Ghosts;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import dev.reconciler.controller.Access;
import dev.reconciler.controller.Directories;
import dev.reconciler.controller.Reconciler;
import dev.reconciler.controller.Settings;
import dev.reconciler.controller.View;
import dev.reconciler.desired.Models;
import dev.reconciler.observed.Prober;
import dev.reconciler.plan.Policy;
import dev.reconciler.recording.Recording;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The product itself on the simulated machine, without its thread and its lock.
final class RealDaemon implements Daemon {
    private static final Settings SETTINGS = new Settings(
            new Directories(Path.of("/manifests"), Path.of("/state"), Path.of("/run"), false), false, 30, Models.ANY);

    private final Reconciler reconciler;
    private final Prober prober;
    private Moment due;
    private Moment asking;

    RealDaemon(FakeHost host, Runnable wake) {
        this(host, wake, Ghosts.DEFAULT);
    }

    RealDaemon(FakeHost host, Runnable wake, Ghosts ghosts) {
        this(host, wake, ghosts, Recording.NONE);
    }

    RealDaemon(FakeHost host, Runnable wake, Ghosts ghosts, Recording recording) {
        try {
            prober = new Prober(host, Runnable::run, wake, () -> {});
            reconciler = Reconciler.open(
                    host,
                    World.SOURCE,
                    false,
                    Models.ANY,
                    new Policy(Duration.ofSeconds(30), FakeWorkplace.HOME, ghosts),
                    Path.of("/logs"),
                    Runnable::run,
                    prober,
                    wake,
                    1L);
            reconciler.record(recording);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void round() {
        Defects.forget();
        asking = prober.ask();
        due = reconciler.round();
        asking = Moment.earlier(asking, prober.ask());
        Defects.rethrow();
    }

    @Override
    public Moment wakeAt() {
        return Moment.earlier(due, asking);
    }

    @Override
    public View view() {
        return reconciler.view();
    }

    @Override
    public boolean delete(AgentName name) {
        return said(desk -> desk.delete(name, null));
    }

    @Override
    public boolean rollout(AgentName name) {
        return said(desk -> desk.rolloutRestart(name));
    }

    @Override
    public List<AgentName> approve() {
        try {
            return view() == null ? List.of() : reconciler.desk(SETTINGS).approve(List.of());
        } catch (Access.Refusal e) {
            return List.of();
        }
    }

    /// A person's word.
    private interface Word {
        void say(Access desk) throws Access.Refusal;
    }

    private boolean said(Word word) {
        try {
            if (view() == null) {
                return false;
            }
            word.say(reconciler.desk(SETTINGS));
            return true;
        } catch (Access.Refusal e) {
            return false;
        }
    }
}
