package dev.reconciler.plan;

import dev.reconciler.observed.ScopeInventory;
import dev.reconciler.plan.Finding.Judgement;
import java.util.ArrayList;
import java.util.List;

/// Units that nobody is in, as findings: whoever's they were, nothing is lost with them. Pure.
public final class LeakedScopes {
    private LeakedScopes() {}

    public static List<Finding> of(ScopeInventory inventory) {
        var found = new ArrayList<Finding>();
        for (var entry : inventory.entries()) {
            switch (entry.state()) {
                case Held -> {}
                case Empty -> found.add(new Finding.LeakedScope(
                        entry.unit(), List.of(), new Judgement.Leave(entry.evidence())));
                case Unknown -> found.add(new Finding.LeakedScope(
                        entry.unit(), List.of(), new Judgement.Unknown(entry.evidence())));
                case Leaked -> found.add(new Finding.LeakedScope(
                        entry.unit(), List.of(), new Judgement.Reap(entry.evidence())));
            }
        }
        return List.copyOf(found);
    }
}
