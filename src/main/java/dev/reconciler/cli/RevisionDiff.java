package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.controller.Forecast;
import dev.reconciler.plan.ActionText;
import java.util.ArrayList;
import java.util.List;

/// `diff --revision REV`: what a commit would do to this machine, and how much of what runs it would hit.
final class RevisionDiff {
    private RevisionDiff() {}

    static int print(Call call, String revision) throws Access.Refusal {
        var forecast = call.access().forecast(revision);
        var checkout = forecast.checkout();
        call.err().println(Text.plain(String.join(", ", Text.checkout(checkout))));
        forecast.problems().forEach(problem -> call.err().println(Text.plain(problem)));
        for (var change : forecast.changes()) {
            call.out().println(Text.plain(ActionText.of(change.action(), forecast.at()) + hurt(change)));
        }
        if (forecast.changes().stream().anyMatch(DiffVerb::runs)) {
            call.out().println();
            call.out().println("Blast radius: " + radius(forecast.changes()));
        }
        if (!forecast.problems().isEmpty()) {
            return DiffVerb.COULD_NOT_LOOK;
        }
        return forecast.changes().isEmpty() ? 0 : DiffVerb.SOMETHING;
    }

    /// ` [stops; Working; 3 uncommitted files]`
    private static String hurt(Forecast.Change change) {
        var words = new ArrayList<String>();
        switch (change.effect()) {
            case Stops -> words.add("stops");
            case Restarts -> words.add("restarts");
            case RestartsLater -> words.add("restarts later");
            case Applies -> words.add("no restart");
            case Starts -> words.add("starts");
        }
        if (change.activity() != null) {
            words.add(change.midTurn() ? change.activity() + ": in the middle of a turn"
                    : "activity " + change.activity());
        }
        if (change.attached()) {
            words.add("somebody is attached");
        }
        var uncommitted = change.uncommitted();
        if (uncommitted != null && uncommitted > 0) {
            words.add(Text.count(uncommitted, "uncommitted file") + " in its directory");
        }
        return "  [" + String.join("; ", words) + "]";
    }

    private static String radius(List<Forecast.Change> changes) {
        var words = new ArrayList<String>();
        words.add(count(changes, Forecast.Effect.Stops) + " stop");
        words.add(count(changes, Forecast.Effect.Restarts) + " restart");
        words.add(count(changes, Forecast.Effect.RestartsLater) + " restart later");
        var hit = changes.stream().filter(Forecast.Change::hurts).toList();
        words.add(hit.stream().filter(Forecast.Change::midTurn).count() + " of them in the middle of a turn");
        words.add(hit.stream().filter(c -> c.uncommitted() != null && c.uncommitted() > 0).count()
                + " with uncommitted work");
        return String.join(", ", words);
    }

    private static long count(List<Forecast.Change> changes, Forecast.Effect effect) {
        return changes.stream().filter(change -> change.effect() == effect).count();
    }
}
