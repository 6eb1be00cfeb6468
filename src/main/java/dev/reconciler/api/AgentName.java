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
        // Few, and compared in every step down a sorted map: the same text is the same object.
        namespace = namespace.intern();
    }

    @Override
    public int compareTo(AgentName other) {
        return namespace.equals(other.namespace) ? name.compareTo(other.name) : namespace.compareTo(other.namespace);
    }

    /// `namespace/name`.
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
