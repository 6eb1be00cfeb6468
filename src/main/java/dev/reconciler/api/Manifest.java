package dev.reconciler.api;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// One YAML document of `kind: Agent`, as the reader binds it.
@Doc("One agent: one program in one tmux session.")
public record Manifest(
        @Doc(value = "reconciler.dev/v1alpha1", required = true) String apiVersion,
        @Doc(value = "Agent", required = true) String kind,
        @Doc(value = "Name, namespace, labels, annotations.", required = true) Metadata metadata,
        @Doc(value = "What runs, where, and what happens when it ends.", required = true) AgentSpec spec) {

    public static final String API_VERSION = "reconciler.dev/v1alpha1";
    public static final String KIND = "Agent";

    @Doc("Name, namespace, labels, annotations.")
    public record Metadata(
            @Doc(value = "A DNS-1123 label; the recommended form is <role>-<scope>.", required = true) String name,
            @Doc(value = "A DNS-1123 label; one tmux server each.", def = "default") String namespace,
            @Doc("Labels to select by.") @Nullable SortedMap<String, String> labels,
            @Doc("Annotations; `reconciler.dev/reconcile: disabled` leaves the agent alone.")
                    @Nullable SortedMap<String, String> annotations) {}
}
