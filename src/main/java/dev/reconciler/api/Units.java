package dev.reconciler.api;

import org.jspecify.annotations.Nullable;

/// Names of our units in the user's service manager. Parts are joined by dots, which no agent's name holds, so that
/// `a-b` and `c` never make the name of `a` and `b-c`; the run is in it because a name with a survivor inside could not
/// be used again.
public final class Units {
    /// What holds them all.
    public static final String SLICE = "reconciler.slice";

    private static final String SCOPE = ".scope";
    private static final String PREFIX = "reconciler-";

    private Units() {}

    /// What holds one run.
    public static String scope(AgentName name, RunId run) {
        return PREFIX + name.namespace() + "." + name.name() + "." + run + SCOPE;
    }

    /// What holds one namespace's tmux server.
    public static String server(String namespace) {
        return PREFIX + "tmux." + namespace + ".service";
    }

    /// Whose run a scope of this name holds, null when it is none of our scopes.
    public static @Nullable Run run(String unit) {
        if (!unit.startsWith(PREFIX) || !unit.endsWith(SCOPE)) {
            return null;
        }
        var parts = unit.substring(PREFIX.length(), unit.length() - SCOPE.length()).split("\\.", -1);
        try {
            return parts.length == 3 ? new Run(new AgentName(parts[0], parts[1]), RunId.parse(parts[2])) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// One run of one agent.
    public record Run(AgentName name, RunId id) {}
}
