package dev.reconciler.desired;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Source;
import java.util.SortedMap;

/// What the folder says, and how far that can be trusted. Names that are not in `desires` are unwanted.
public record DesiredState(SortedMap<AgentName, Desire> desires, Source source) {
    public Desire of(AgentName name) {
        var desire = desires.get(name);
        return desire == null ? new Desire.Unwanted() : desire;
    }
}
