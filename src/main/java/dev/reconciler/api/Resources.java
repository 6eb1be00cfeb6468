package dev.reconciler.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a run may use, enforced by the systemd scope it is in.
@Doc("What a run may use, enforced by a systemd scope of its own.")
public record Resources(
        @Doc(value = "Upper bounds for the program and all it starts.", def = "{}") Limits limits,
        @Doc(
                value = "What to do where limits cannot be enforced (no systemd user manager, or a missing cgroup"
                        + " controller): BestEffort runs without and says so in a condition, Required does not run.",
                def = "BestEffort") Enforcement enforcement) {
    public static final Resources NONE = new Resources(new Limits(null, null, null), Enforcement.BestEffort);

    public boolean required() {
        return enforcement == Enforcement.Required;
    }

    @Doc("Upper bounds.")
    public record Limits(
            @Doc(
                    value = "Memory of all processes together; beyond it the kernel kills (OOMKilled). At nine tenths"
                            + " of it the kernel begins to reclaim.",
                    min = 1 << 20,
                    max = 1L << 50,
                    quantity = true)
            @Nullable Long memory,
            @Doc(value = "Processes and threads.", min = 1, max = 4_194_304) @Nullable Integer tasks,
            @Doc(
                    value = "Processor time, in cores: 2, 0.5 or 500m.",
                    min = 1,
                    max = 1_024_000,
                    cores = true)
            @Nullable Integer cpu) {
        public boolean none() {
            return memory == null && tasks == null && cpu == null;
        }

        /// The cgroup controllers without which these limits are only words.
        public List<String> controllers() {
            var needed = new ArrayList<String>();
            if (memory != null) {
                needed.add("memory");
            }
            if (tasks != null) {
                needed.add("pids");
            }
            if (cpu != null) {
                needed.add("cpu");
            }
            return List.copyOf(needed);
        }
    }

    /// What to do where limits cannot be enforced.
    public enum Enforcement {
        BestEffort,
        Required
    }
}
