package dev.reconciler.recording;

import dev.reconciler.plan.Ghosts;
import dev.reconciler.plan.Policy;
import java.time.Duration;

/// The first line of each segment: what holds for all rounds of it.
///
/// @param recording version of this form
/// @param reconciler version of the program
/// @param daemon tells one daemon from the next: a segment of the same one goes on where the last ended
/// @param zone of the machine, so that `--at 03:12` means what its people called so
/// @param holdDownSeconds as the other two, of the daemon's settings
public record Header(
        int recording,
        String reconciler,
        String daemon,
        String zone,
        long holdDownSeconds,
        String home,
        Ghosts.Treatment managedGhosts,
        Ghosts.Treatment foreignGhosts) {
    /// The form this program writes, and the newest it reads.
    public static final int CURRENT = 1;

    public static Header of(Policy policy, String version, String daemon, String zone) {
        return new Header(
                CURRENT, version, daemon, zone, policy.holdDown().toSeconds(), policy.home(), policy.ghosts().managed(),
                policy.ghosts().foreign());
    }

    /// Of this program, as written into the jar; `development` when run from class files.
    public static String version() {
        var written = Header.class.getPackage().getImplementationVersion();
        return written == null ? "development" : written;
    }

    public Policy policy() {
        return new Policy(
                Duration.ofSeconds(holdDownSeconds), home, new Ghosts(managedGhosts, foreignGhosts));
    }
}
