package dev.reconciler.plan;

import dev.reconciler.api.AgentSpec;
import java.time.Duration;

/// What the daemon's settings decide for every agent.
///
/// @param holdDown between "gone from a complete picture" and its stop
/// @param home what `~` stands for
/// @param ghosts what is done about servers that cannot be reached
public record Policy(Duration holdDown, String home, Ghosts ghosts) {
    public Policy(Duration holdDown, String home) {
        this(holdDown, home, Ghosts.DEFAULT);
    }

    /// The working directory, absolute: `~` is home, and relative paths start there.
    String directory(AgentSpec spec) {
        var written = spec.workingDirectory();
        if (written.startsWith("/")) {
            return written;
        }
        var below = written.equals("~") ? "" : written.startsWith("~/") ? written.substring(2) : written;
        return below.isEmpty() ? home : home + "/" + below;
    }
}
