package dev.reconciler.host;

import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.Resources;
import dev.reconciler.api.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The scope a run is started in: `systemd-run --scope` makes it and then becomes the program, under the same pid.
///
/// @param unit its name
/// @param properties such as `MemoryMax=2147483648`
/// @param version of systemd
public record Confinement(String unit, List<String> properties, int version) {
    /// The kernel begins to reclaim at this part of the limit, so that a program that can give back does, and is not
    /// killed.
    private static final double HIGH = 0.9;

    /// At shutdown the daemon goes first: it must not take the end of everything for crashes.
    static final String DAEMON_FIRST = "Before=" + UserService.UNIT;

    private static final int OOM_POLICY_OF_SCOPES = 253;
    private static final int EXPANDS = 254;

    public Confinement {
        properties = List.copyOf(properties);
    }

    public static Confinement of(OwnerMark mark, AgentSpec spec, Scopes.Service.Answers manager) {
        var properties = new ArrayList<>(limits(spec.resources().limits()));
        // When the manager itself stops (logout, shutdown), the run gets its grace period; shells obey HUP only.
        properties.add("TimeoutStopSec=" + Math.max(1, spec.terminationGracePeriodSeconds()));
        properties.add("SendSIGHUP=yes");
        properties.add(DAEMON_FIRST);
        if (manager.version() >= OOM_POLICY_OF_SCOPES) {
            // A compiler that is killed for memory must not take the agent with it.
            properties.add("OOMPolicy=continue");
        }
        return new Confinement(Units.scope(mark.name(), mark.run()), properties, manager.version());
    }

    static List<String> limits(Resources.Limits limits) {
        var properties = new ArrayList<String>();
        if (limits.memory() != null) {
            properties.add("MemoryMax=" + limits.memory());
            properties.add("MemoryHigh=" + (long) (limits.memory() * HIGH));
        }
        if (limits.tasks() != null) {
            properties.add("TasksMax=" + limits.tasks());
        }
        if (limits.cpu() != null) {
            // Thousandths of a core; a percent is a hundredth.
            properties.add("CPUQuota=" + limits.cpu() / 10 + (limits.cpu() % 10 == 0 ? "" : "." + limits.cpu() % 10)
                    + "%");
        }
        return List.copyOf(properties);
    }

    /// What comes before the program.
    List<String> command(String systemdRun) {
        var words = new ArrayList<>(List.of(
                systemdRun, "--user", "--scope", "--quiet", "--collect", "--unit=" + unit, "--slice=" + Units.SLICE));
        properties.forEach(property -> words.add("--property=" + property));
        if (version >= EXPANDS) {
            words.add("--expand-environment=no");
        }
        words.add("--");
        return words;
    }

    /// Why these limits would only be words, null when they would be kept.
    public static @Nullable String unenforced(Resources.Limits limits, Scopes.Service service) {
        if (limits.none()) {
            return null;
        }
        return switch (service) {
            case Scopes.Service.Absent(var why) -> why;
            case Scopes.Service.Silent(var why) -> why;
            case Scopes.Service.Answers(int version, var controllers) -> {
                var missing = new TreeSet<>(limits.controllers());
                missing.removeAll(controllers);
                yield missing.isEmpty()
                        ? null
                        : "the user manager has no cgroup controller " + String.join(", ", missing);
            }
        };
    }
}
