package dev.reconciler.bench;

import dev.reconciler.host.RawTmux;
import dev.reconciler.real.TestDirs;
import java.util.ArrayList;
import java.util.List;

/// Many agents at once, beside a few that run already: milliseconds until all of them do.
final class Converging {
    private Converging() {}

    /// A daemon that is warm sees a folder of new manifests.
    static double byDaemon(int warm, int fleet) throws Exception {
        try (var dirs = TestDirs.create(); var daemon = new RunningDaemon(dirs)) {
            daemon.drop(Manifests.agents("warm", warm, _ -> Manifests.SLEEP));
            daemon.awaitRunning(warm);
            try (var wire = daemon.wire()) {
                long begun = daemon.drop(Manifests.agents("agent", fleet, _ -> Manifests.SLEEP));
                RunningDaemon.awaitSessions(wire, warm + fleet);
                return (System.nanoTime() - begun) / 1e6;
            }
        }
    }

    /// A shell that runs one tmux client after the other.
    static double byShellLoop(int warm, int fleet) throws Exception {
        try (var dirs = TestDirs.create();
                var raw = new RawTmux(dirs);
                var shell = new HandShell(dirs.environment())) {
            raw.pipeline(lines(raw, "warm", warm));
            var script = new StringBuilder();
            for (var agent : Manifests.agents("agent", fleet, _ -> Manifests.SLEEP).entrySet()) {
                script.append(raw.createByShell(agent.getKey(), agent.getValue()));
            }
            long begun = System.nanoTime();
            shell.run(script.toString());
            RunningDaemon.awaitSessions(raw.wire(), warm + fleet);
            return (System.nanoTime() - begun) / 1e6;
        }
    }

    /// One tmux client that is given all lines at once.
    static double byOneClient(int warm, int fleet) throws Exception {
        try (var dirs = TestDirs.create(); var raw = new RawTmux(dirs)) {
            raw.pipeline(lines(raw, "warm", warm));
            var lines = lines(raw, "agent", fleet);
            long begun = System.nanoTime();
            raw.pipeline(lines);
            RunningDaemon.awaitSessions(raw.wire(), warm + fleet);
            return (System.nanoTime() - begun) / 1e6;
        }
    }

    private static List<byte[]> lines(RawTmux raw, String prefix, int count) throws Exception {
        var lines = new ArrayList<byte[]>();
        for (var agent : Manifests.agents(prefix, count, _ -> Manifests.SLEEP).entrySet()) {
            lines.add(raw.createByControl(agent.getKey(), agent.getValue()));
        }
        return lines;
    }
}
