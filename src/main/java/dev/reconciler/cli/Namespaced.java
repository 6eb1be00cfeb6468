package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Names;
import dev.reconciler.controller.View;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that choose agents: `-n`, `-A`, `-l`.
final class Namespaced {
    @Option(names = {"-n", "--namespace"}, paramLabel = "NAMESPACE", description = "The namespace (default: default).")
    String namespace = AgentName.DEFAULT_NAMESPACE;

    @Option(names = {"-A", "--all-namespaces"}, description = "All namespaces.")
    boolean all;

    @Option(names = {"-l", "--selector"}, paramLabel = "SELECTOR",
            description = "Labels, such as team=site,stage!=old.")
    String selector = "";

    /// Those of the chosen namespaces that the selector matches.
    SortedMap<AgentName, AgentStatus> select(View view) throws Failure {
        var labels = selector();
        var selected = new TreeMap<AgentName, AgentStatus>();
        view.statuses().forEach((name, status) -> {
            if ((all || name.namespace().equals(namespace)) && labels.matches(Written.labels(view, name))) {
                selected.put(name, status);
            }
        });
        return selected;
    }

    /// @throws Failure when names are given where they make no sense
    void checkNames(List<String> names) throws Failure {
        if (!names.isEmpty() && all) {
            throw Failure.of("a resource cannot be retrieved by name across all namespaces");
        }
        if (!names.isEmpty() && !selector.isEmpty()) {
            throw Failure.of("name cannot be provided when a selector is specified");
        }
    }

    /// Null when nothing of that name is known.
    @Nullable
    AgentStatus find(View view, String name) {
        var key = name(name);
        return key == null ? null : view.statuses().get(key);
    }

    /// Null when there can be no agent of that name.
    @Nullable
    AgentName name(String name) {
        return Names.isLabel(namespace) && Names.isLabel(name) ? new AgentName(namespace, name) : null;
    }

    String nothingFound() {
        return all ? "No resources found" : "No resources found in " + namespace + " namespace.";
    }

    private Selector selector() throws Failure {
        try {
            return Selector.parse(selector);
        } catch (IllegalArgumentException e) {
            throw Failure.of("unable to parse selector \"" + selector + "\": " + e.getMessage());
        }
    }

    /// Labels as `a=b,c=d`, null when there are none.
    static @Nullable String line(Map<String, String> labels) {
        return labels.isEmpty()
                ? null
                : String.join(
                        ",",
                        labels.entrySet()
                                .stream()
                                .map(e -> e.getKey() + "=" + e.getValue())
                                .toList());
    }
}
