package dev.reconciler.sim;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Session;
import dev.reconciler.host.Signal;
import dev.reconciler.host.Tmux;
import java.util.List;

/// Everything the daemon can do to the machine. Between any two of these it may be killed.
sealed interface Effect {
    record Send(ProcessRef target, Signal signal) implements Effect {}

    record Create(Tmux.Launch launch, String squatter) implements Effect {
        @Override
        public String toString() {
            return "Create[" + launch.mark().encode() + (squatter == null ? "" : " squatter " + squatter) + "]";
        }
    }

    record Respawn(Session.Pane pane, Tmux.Launch launch) implements Effect {
        @Override
        public String toString() {
            return "Respawn[" + pane.id() + " " + launch.mark().encode() + "]";
        }
    }

    record Stamp(Session.Pane pane, OwnerMark mark) implements Effect {
        @Override
        public String toString() {
            return "Stamp[" + pane.id() + " " + mark.encode() + "]";
        }
    }

    record KillPane(String namespace, Session.Pane pane) implements Effect {
        @Override
        public String toString() {
            return "KillPane[" + namespace + " " + pane.id() + " " + pane.mark().run() + "]";
        }
    }

    record Keys(Session.Pane pane, List<String> keys) implements Effect {
        @Override
        public String toString() {
            return "Keys[" + pane.id() + " " + pane.mark().run() + " " + keys + "]";
        }
    }

    /// A command before the end of a run.
    record Save(AgentName name) implements Effect {}

    record Repipe(Session.Pane pane) implements Effect {}

    record Type(Session.Pane pane, String key) implements Effect {}

    record Enter(Session.Pane pane, String key) implements Effect {}

    record StartServer(String namespace) implements Effect {}

    record StopServer(String namespace, ProcessRef server) implements Effect {}

    record Rescue(String namespace, ProcessRef server) implements Effect {}

    record StopUnit(String unit) implements Effect {}

    record Write(String key) implements Effect {}

    record Append(String key) implements Effect {}

    record Delete(String key) implements Effect {}

    record SetAside(String key) implements Effect {}

    record Replace(String file, boolean removes) implements Effect {}

    /// Only bookkeeping: nothing but the state directory changes.
    default boolean onDisk() {
        return this instanceof Write || this instanceof Append || this instanceof Delete || this instanceof SetAside;
    }
}
