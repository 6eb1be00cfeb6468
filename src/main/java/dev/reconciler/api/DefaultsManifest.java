package dev.reconciler.api;

import java.util.SortedMap;

/// One YAML document of `kind: Defaults`, as the reader checks it.
@Doc("What the agents of its folder and of the folders below leave out. An agent's own value wins, and a nearer folder's"
        + " over a farther one's: objects merge field by field, labels and annotations by key, env by name; any other"
        + " list is taken whole, and null leaves a field unset.")
public record DefaultsManifest(
        @Doc(value = "The version of this schema: reconciler.dev/v1alpha1.", required = true) String apiVersion,
        @Doc(value = "What is described: Defaults.", required = true) String kind,
        @Doc("What the metadata of its agents leaves out. A Defaults has neither name nor namespace, and gives"
                + " none.") Metadata metadata,
        @Doc("What the spec of its agents leaves out: any of its fields.") AgentSpec spec) {

    public static final String KIND = "Defaults";

    @Doc("What the metadata of its agents leaves out.")
    public record Metadata(
            @Doc("Labels of its agents, by key.") SortedMap<String, String> labels,
            @Doc("Annotations of its agents, by key.") SortedMap<String, String> annotations) {}
}
