package dev.reconciler.host;

import dev.reconciler.api.Units;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How `systemd-run` is called, so that it reaches our user's manager whatever stands in an environment.
///
/// @param program absolute
/// @param way the variables that lead to the manager
/// @param environment what programs start with
record SystemdRun(String program, SortedMap<String, String> way, SortedMap<String, String> environment) {
    /// Null when it is not installed.
    static @Nullable SystemdRun find(SortedMap<String, String> way, SortedMap<String, String> environment) {
        for (var directory : (environment.getOrDefault("PATH", "") + ":/usr/bin:/bin").split(":")) {
            var program = Path.of(directory.isEmpty() ? "/" : directory).resolve("systemd-run");
            if (program.isAbsolute() && Files.isExecutable(program)) {
                return new SystemdRun(program.toString(), way, environment);
            }
        }
        return null;
    }

    /// A run in its scope: `systemd-run` makes it and becomes the program, with the environment that was asked for.
    Tmux.Launch confined(Tmux.Launch launch, Confinement scope) {
        var given = new TreeMap<>(launch.environment());
        given.keySet().removeAll(way.keySet());
        var before = new ArrayList<String>();
        var after = new ArrayList<String>();
        way.forEach((name, value) -> {
            if (!value.equals(environment.get(name))) {
                before.add(name + "=" + value);
            }
            var wanted = launch.environment().getOrDefault(name, environment.get(name));
            if (wanted == null) {
                after.addFirst("--unset=" + name);
            } else if (!wanted.equals(value)) {
                after.add(name + "=" + wanted);
            }
        });
        var words = scope.command(program);
        // systemd-run adds it; with it, some programs write their log as a service would.
        after.addFirst("--unset=INVOCATION_ID");
        words.addAll(Launching.under(after, launch.argv()));
        return new Tmux.Launch(
                launch.mark(), before.isEmpty() ? words : Launching.under(before, words), launch.workingDirectory(),
                given,
                launch.secrets(), launch.columns(), launch.rows(), launch.historyLimit(), launch.log(), scope);
    }

    /// A tmux server in a service of its own: a scope could not raise the number of files, and the service of the
    /// daemon would take it along. It begins with exactly our environment, not with the manager's.
    ///
    /// @param exact what the server starts with
    /// @param argv of tmux, which leaves a server and ends
    List<String> server(String namespace, SortedMap<String, String> exact, List<String> argv) {
        var words = new ArrayList<>(List.of(
                program, "--user", "--quiet", "--collect", "--service-type=forking",
                "--unit=" + Units.server(namespace), "--slice=" + Units.SLICE, "--working-directory=/",
                "--property=KillMode=process", "--property=OOMPolicy=continue", "--property=LimitNOFILE=65536",
                "--property=" + Confinement.DAEMON_FIRST, "--"));
        var exactly = new ArrayList<>(List.of("--ignore-environment"));
        exact.forEach((name, value) -> exactly.add(name + "=" + value));
        words.addAll(Launching.under(exactly, argv));
        return words;
    }
}
