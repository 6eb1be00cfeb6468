package dev.reconciler.host;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The units of the user's service manager (systemd) that hold our tmux servers and runs, and those that tmux makes by
/// itself. What is in them is read from their control groups, without a question to anybody.
public interface Scopes {
    /// Units of tmux (3.4 and newer) have names that begin so.
    String TMUX = "tmux-spawn-";

    /// Whether the manager answers, asked again when the last answer is older than a few seconds. Blocks for two seconds
    /// at most. Without a manager it costs one look for a file.
    Service service();

    /// The units there are.
    ///
    /// @param deep with what is in them, and those of tmux anywhere below the manager; else only the names below our
    ///     slice, which costs one reading of a directory
    Look look(boolean deep);

    /// What the manager tells of these units; those it does not know are left out. Empty when it does not answer.
    List<Told> describe(List<String> units);

    /// Stops a unit that no process is in, which is looked at again right before.
    Stopped stop(String unit);

    /// The user's service manager.
    sealed interface Service {
        /// Empty without a manager.
        default Set<String> controllers() {
            return this instanceof Answers(int version, var controllers) ? controllers : Set.of();
        }

        /// @param version of systemd
        /// @param controllers of its control group (`memory`, `pids`, `cpu`): a limit without its controller is
        ///     accepted, shown and not enforced
        record Answers(int version, Set<String> controllers) implements Service {}

        /// There is none, or none that we can use.
        record Absent(String why) implements Service {}

        /// There is one, and it did not answer in time. Proves nothing.
        record Silent(String why) implements Service {}
    }

    /// One look at the units.
    sealed interface Look {
        /// @param complete false when a part could not be read: then absence proves nothing
        /// @param controllers as in [Service.Answers]
        record Seen(List<Unit> units, boolean complete, Set<String> controllers) implements Look {}

        /// No service manager.
        record Nowhere(String why) implements Look {}

        /// No answer yet, or its control groups could not be read.
        record Blind(String why) implements Look {}
    }

    /// One unit with a control group.
    ///
    /// @param ours below our slice, where only our servers' tmux makes units
    /// @param processes in it and below it; null when that was not looked at
    /// @param oomKills processes that the kernel killed in it for memory; 0 where the kernel does not count
    record Unit(String name, boolean ours, @Nullable List<Long> processes, long oomKills) {
        public boolean empty() {
            return processes != null && processes.isEmpty();
        }
    }

    /// @param description as its maker gave it
    /// @param activeNanos CLOCK_MONOTONIC when it began to be active, 0 when it is not
    /// @param limits such as `MemoryMax=2147483648`, only those that are set
    record Told(String unit, String description, String state, long activeNanos, List<String> limits) {}

    /// Processes that the kernel ever killed for memory below our slice, in units that are gone too; 0 where it does not
    /// count.
    long oomKills();

    /// How a stop came out.
    sealed interface Stopped {
        record Gone() implements Stopped {}

        /// Somebody is in it.
        record Occupied(List<Long> processes) implements Stopped {}

        record Failed(String why) implements Stopped {}
    }
}
