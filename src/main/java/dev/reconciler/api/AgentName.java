package dev.reconciler.api;

/// Identity of an agent: namespace and name, both DNS-1123 labels of at most 63 characters. Never a file's path.
public record AgentName(String namespace, String name) implements Comparable<AgentName> {
    public static final String DEFAULT_NAMESPACE = "default";

    /// @throws IllegalArgumentException when either part is not a DNS-1123 label; input from people is checked
    ///     with [Names#labelErrors] before it comes here
    public AgentName {
        if (!Names.isLabel(namespace) || !Names.isLabel(name)) {
            throw new IllegalArgumentException("not an agent's name: " + namespace + "/" + name);
        }
    }

    @Override
    public int compareTo(AgentName other) {
        int order = namespace.compareTo(other.namespace);
        return order != 0 ? order : name.compareTo(other.name);
    }

    /// `namespace/name`.
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
