package dev.reconciler.recording;

import dev.reconciler.api.Moment;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.ActionText;
import dev.reconciler.plan.Plan;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One action of a plan without what could hold a secret: no command line, and no free text, which follows from the
/// inputs. In words, so that another version understands it.
///
/// @param verb as [ActionText#verb]
/// @param reason [dev.reconciler.api.Reason#name]
/// @param what the run, pane or process it is about; empty for a hold
/// @param until when a hold may end by time alone
public record Decision(String verb, String reason, String what, @Nullable Moment until) {
    public static Decision of(Action action) {
        return new Decision(
                ActionText.verb(action), action.reason().name(), what(action), ActionText.until(action));
    }

    /// All of a plan, by what they are about ([ActionText#object]).
    public static SortedMap<String, Decision> all(Plan plan) {
        var all = new TreeMap<String, Decision>();
        plan.all().forEach(action -> all.put(ActionText.object(action), of(action)));
        return all;
    }

    /// Whether it does nothing.
    public boolean holds() {
        return verb.equals("hold");
    }

    private static String what(Action action) {
        return switch (action) {
            case Action.Hold hold -> "";
            case Action.HoldServer hold -> "";
            case Action.Start start -> "run " + start.mark().run().number();
            case Action.Restart restart ->
                    "run " + restart.mark().run().number() + " in pane " + restart.pane().id();
            case Action.Stop stop -> ActionText.sentence(stop);
            case Action.Ask ask -> ActionText.sentence(ask);
            case Action.Reap reap -> ActionText.sentence(reap);
            case Action.Adopt adopt -> ActionText.sentence(adopt);
            case Action.Restamp restamp -> ActionText.sentence(restamp);
            case Action.Repipe repipe -> ActionText.sentence(repipe);
            case Action.Type type -> ActionText.sentence(type);
            case Action.Submit submit -> ActionText.sentence(submit);
            case Action.RemoveManifest remove -> ActionText.sentence(remove);
            case Action.Forget forget -> ActionText.sentence(forget);
            case Action.StartServer start -> ActionText.sentence(start);
            case Action.StopServer stop -> ActionText.sentence(stop);
            case Action.Rescue rescue -> ActionText.sentence(rescue);
            case Action.ReapUnit reap -> ActionText.sentence(reap);
        };
    }
}
