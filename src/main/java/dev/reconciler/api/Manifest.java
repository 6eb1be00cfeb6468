package dev.reconciler.api;

import java.util.Collections;
import java.util.SortedMap;

/// One YAML document of `kind: Agent`, as the reader binds it.
@Doc("One agent: one program in one tmux session.")
public record Manifest(
        @Doc(value = "The version of this schema: reconciler.dev/v1alpha1.", required = true) String apiVersion,
        @Doc(value = "What is described: Agent.", required = true) String kind,
        @Doc(value = "What it is called and how it is found.", required = true) Metadata metadata,
        @Doc(value = "What runs, where, and what happens when it ends.", required = true) AgentSpec spec) {

    /// The one version there is.
    public static final String API_VERSION = "reconciler.dev/v1alpha1";
    public static final String KIND = "Agent";

    @Doc("What it is called and how it is found.")
    public record Metadata(
            @Doc(
                    value = "At most 63 lower case letters, digits and '-' (a DNS-1123 label), unique in its"
                            + " namespace; the recommended form is <role>-<scope>, such as worker-website.",
                    required = true) String name,
            @Doc(
                    value = "A DNS-1123 label. Each namespace has a tmux server of its own.",
                    def = AgentName.DEFAULT_NAMESPACE) String namespace,
            @Doc(value = "Labels to select by, as in `get agents -l team=site`.",
                    def = "{}") SortedMap<String, String> labels,
            @Doc(
                    value = "Notes for people and tools. `reconciler.dev/reconcile: disabled`: look, but leave the"
                            + " agent alone.",
                    def = "{}") SortedMap<String, String> annotations) {
        public Metadata {
            labels = Collections.unmodifiableSortedMap(labels);
            annotations = Collections.unmodifiableSortedMap(annotations);
        }
    }
}
